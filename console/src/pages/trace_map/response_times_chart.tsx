/** The response times of a node or an edge, of which a slice can be kept. */

import Button from "@cloudscape-design/components/button";
import { colorChartsBlue1600 } from "@cloudscape-design/design-tokens";
import { useMemo } from "react";
import { BrushChart } from "../../components/brush_chart";
import { formatSeconds } from "../../model/instant";
import type { Interval } from "../../model/map_filter";
import { barsOf } from "../../model/response_times";
import type { Bin } from "../../model/service_map";

interface ResponseTimesChartProps {
  readonly bins: readonly Bin[];
  readonly interval: Interval | undefined;
  readonly onSelect: (interval: Interval | undefined) => void;
}

export function ResponseTimesChart({ bins, interval, onSelect }: ResponseTimesChartProps) {
  const bars = useMemo(() => barsOf(bins), [bins]);
  return (
    <>
      <BrushChart
        label="Response times"
        edges={[...bars.map(({ from }) => from), ...bars.slice(-1).map(({ to }) => to)]}
        series={[
          { name: "Requests", colour: colorChartsBlue1600, heights: bars.map(({ count }) => count), filled: true },
        ]}
        formatEdge={formatSeconds}
        formatHeight={(height) => height.toLocaleString("en", { maximumFractionDigits: 0 })}
        selected={interval}
        onSelect={(from, to) => onSelect({ from, to })}
        onClear={() => onSelect(undefined)}
      />
      {interval && (
        <Button variant="inline-link" onClick={() => onSelect(undefined)}>
          Clear
        </Button>
      )}
    </>
  );
}
