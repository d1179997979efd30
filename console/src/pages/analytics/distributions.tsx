/** How the response times of each set are spread, and how its traces are spread over time. */

import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { useMemo } from "react";
import { BrushChart, type Series } from "../../components/brush_chart";
import { usePreferences } from "../../components/preferences";
import { SET_COLOURS } from "../../components/set_colours";
import { countIn, edgesOf, evenly } from "../../model/histogram";
import { formatSeconds, formatTime } from "../../model/instant";
import { formatShare } from "../../model/share";
import type { TraceFacts } from "../../model/trace_facts";
import type { Analysis } from "../../query/analysis";

const BUCKETS = 48;

export function ResponseTimes({ analysis }: { analysis: Analysis }) {
  const { traces, active, set } = analysis;
  const edges = useMemo(() => edgesOf(secondsOf(traces), BUCKETS), [traces]);
  const share = (some: readonly TraceFacts[]) =>
    countIn(edges, secondsOf(some)).map((count) => count / Math.max(1, some.length));
  return (
    <Container
      header={
        <Header variant="h3" description="Share of each set's traces">
          Response time
        </Header>
      }
    >
      <BrushChart
        label="Response times"
        edges={edges}
        series={seriesOf(analysis, share)}
        formatEdge={formatSeconds}
        formatHeight={formatShare}
        selected={active.filter.seconds}
        onSelect={(from, to) => set(active.name, { ...active.filter, seconds: { from, to } })}
        onClear={() => set(active.name, { ...active.filter, seconds: undefined })}
      />
    </Container>
  );
}

export function Timeline({ analysis }: { analysis: Analysis }) {
  const { window, active, set } = analysis;
  const { zone } = usePreferences();
  const edges = useMemo(() => evenly(window.start.getTime(), window.end.getTime(), BUCKETS), [window]);
  const count = (some: readonly TraceFacts[]) =>
    countIn(
      edges,
      some.map(({ start }) => start),
    );
  return (
    <Container
      header={
        <Header variant="h3" description="Number of traces">
          Time
        </Header>
      }
    >
      <BrushChart
        label="Traces over time"
        edges={edges}
        series={seriesOf(analysis, count)}
        formatEdge={(edge) => formatTime(new Date(edge), zone)}
        formatHeight={(height) => height.toLocaleString("en", { maximumFractionDigits: 0 })}
        selected={active.filter.start}
        onSelect={(from, to) => set(active.name, { ...active.filter, start: { from, to } })}
        onClear={() => set(active.name, { ...active.filter, start: undefined })}
      />
    </Container>
  );
}

function secondsOf(traces: readonly TraceFacts[]): number[] {
  return traces.flatMap(({ seconds }) => seconds ?? []);
}

function seriesOf(analysis: Analysis, heightsOf: (traces: readonly TraceFacts[]) => number[]): Series[] {
  const { traces, a, b } = analysis;
  const retrieved = { name: "Retrieved", colour: SET_COLOURS.retrieved, heights: heightsOf(traces), filled: true };
  const sets = [a, b].flatMap((chosen) =>
    chosen && (b || chosen.traces.length < traces.length)
      ? [{ name: chosen.name, colour: SET_COLOURS[chosen.name], heights: heightsOf(chosen.traces) }]
      : [],
  );
  return [retrieved, ...sets];
}
