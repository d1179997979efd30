/** The response times of a node or an edge, of which a slice can be kept. */

import Button from "@cloudscape-design/components/button";
import { colorChartsBlue1600, colorChartsOrange500 } from "@cloudscape-design/design-tokens";
import { useMemo } from "react";
import { BrushChart } from "../../components/brush_chart";
import { formatSeconds } from "../../model/instant";
import type { Interval } from "../../model/map_filter";
import { type Bar, barsOf } from "../../model/response_times";
import type { Bin } from "../../model/service_map";
import { formatShare } from "../../model/share";

const BARS = 40;

interface ResponseTimesChartProps {
  readonly bins: readonly Bin[];
  /** Those of the time that is compared with: both are drawn as shares, one over the other. */
  readonly before?: readonly Bin[] | undefined;
  readonly interval: Interval | undefined;
  readonly onSelect: (interval: Interval | undefined) => void;
}

export function ResponseTimesChart({ bins, before, interval, onSelect }: ResponseTimesChartProps) {
  const [bars, earlier] = useMemo(() => {
    const span = [...bins, ...(before ?? [])];
    return [barsOf(bins, BARS, span), before && barsOf(before, BARS, span)];
  }, [bins, before]);
  const heights = (of: readonly Bar[]) => of.map(({ count, share }) => (earlier ? share : count));
  return (
    <>
      <BrushChart
        label="Response times"
        edges={[...bars.map(({ from }) => from), ...bars.slice(-1).map(({ to }) => to)]}
        series={[
          { name: "Requests", colour: colorChartsBlue1600, heights: heights(bars), filled: true },
          ...(earlier ? [{ name: "Before", colour: colorChartsOrange500, heights: heights(earlier) }] : []),
        ]}
        formatEdge={formatSeconds}
        formatHeight={(height) =>
          earlier ? formatShare(height) : height.toLocaleString("en", { maximumFractionDigits: 0 })
        }
        selected={interval}
        onSelect={(from, to) => onSelect({ from, to })}
        onClear={() => onSelect(undefined)}
      />
      {earlier && (
        <div className="sky-legend">
          <span>
            <span className="sky-swatch" style={{ background: colorChartsBlue1600, opacity: 0.5 }} /> Now, filled
          </span>
          <span>
            <span className="sky-swatch sky-swatch-line" style={{ background: colorChartsOrange500 }} /> Before, a line
          </span>
        </div>
      )}
      {interval && (
        <Button variant="inline-link" onClick={() => onSelect(undefined)}>
          Clear
        </Button>
      )}
    </>
  );
}
