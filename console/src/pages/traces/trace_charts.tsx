/** How the traces are spread: over response times, and over time. A drag over the one filters, over the other zooms. */

import Container from "@cloudscape-design/components/container";
import { useMemo } from "react";
import { OutcomeBars, type Tick } from "../../components/outcome_bars";
import { usePreferences } from "../../components/preferences";
import { barsOf, linearScale, logarithmicScale, placeOn, responseTimeFilter } from "../../model/bars";
import { both } from "../../model/filter_text";
import { formatInstant, formatSeconds, formatTime, type Zone } from "../../model/instant";
import type { TimeWindow } from "../../model/time_range";
import type { TraceRow } from "../../model/trace_row";
import { useTimeRange, useViewState } from "../../url/view_state";

const BARS = 60;
const DECADES = [0.001, 0.01, 0.1, 1, 10, 100, 1000];

interface TraceChartsProps {
  readonly rows: readonly TraceRow[];
  readonly window: TimeWindow;
}

export function TraceCharts({ rows, window }: TraceChartsProps) {
  return (
    <Container>
      <div className="sky-spread">
        <ResponseTimes rows={rows} />
        <OverTime rows={rows} window={window} />
      </div>
    </Container>
  );
}

function ResponseTimes({ rows }: { rows: readonly TraceRow[] }) {
  const { get, change } = useViewState();
  const { bars, ticks } = useMemo(() => responseTimeBars(rows), [rows]);
  return (
    <OutcomeBars
      title="Response time"
      bars={bars}
      ticks={ticks}
      describe={(from, to) => `${formatSeconds(from)} – ${formatSeconds(to)}`}
      onSelect={(from, to) =>
        change({ filter: both(get("filter") ?? "", responseTimeFilter(from, to)), page: undefined }, "push")
      }
    />
  );
}

function responseTimeBars(rows: readonly TraceRow[]) {
  const observations = rows.flatMap(({ responseTime, outcome }) =>
    responseTime === undefined ? [] : [{ value: responseTime, outcome }],
  );
  const scale = logarithmicScale(
    observations.map(({ value }) => value),
    BARS,
  );
  const ticks = (observations.length ? DECADES : []).flatMap((at): Tick[] => {
    const place = placeOn(scale.edges, at);
    return place === undefined ? [] : [{ place, label: formatSeconds(at) }];
  });
  return { bars: barsOf(scale, observations), ticks };
}

function OverTime({ rows, window }: TraceChartsProps) {
  const { zone } = usePreferences();
  const [, setRange] = useTimeRange();
  const bars = useMemo(() => {
    const scale = linearScale(window.start.getTime(), window.end.getTime(), BARS);
    return barsOf(
      scale,
      rows.flatMap(({ start, outcome }) => (start ? [{ value: start.getTime(), outcome }] : [])),
    );
  }, [rows, window]);
  return (
    <OutcomeBars
      title="Over time"
      bars={bars}
      ticks={timeTicks(window, zone)}
      describe={(from, to) => `${formatTime(new Date(from), zone)} – ${formatTime(new Date(to), zone)}`}
      onSelect={(from, to) => setRange({ kind: "absolute", start: new Date(from), end: new Date(to) }, "push")}
    />
  );
}

const DAY_MS = 86_400_000;

function timeTicks({ start, end }: TimeWindow, zone: Zone): Tick[] {
  const length = end.getTime() - start.getTime();
  return [0, 0.2, 0.4, 0.6, 0.8].map((place) => {
    const at = new Date(start.getTime() + place * length);
    const text = length > DAY_MS ? formatInstant(at, zone).slice(5, 16) : formatTime(at, zone);
    return { place, label: text };
  });
}
