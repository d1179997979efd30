/** What a node or an edge of the map did: how quickly, how it ended, over time; and the way to its traces. */

import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Facts } from "../../components/facts";
import { ProblemAlert } from "../../components/problem_alert";
import { Quiet } from "../../components/quiet";
import { both } from "../../model/filter_text";
import { formatSeconds } from "../../model/instant";
import type { PartChange } from "../../model/map_difference";
import { edgeFilter, nodeFilter } from "../../model/map_filter";
import { typeText } from "../../model/node_kind";
import { percentile } from "../../model/response_times";
import {
  averageSeconds,
  type Bin,
  formatRate,
  type MapEdge,
  type MapNode,
  requestsPerMinute,
  shortName,
} from "../../model/service_map";
import { pinned, type TimeWindow } from "../../model/time_range";
import { useTimeSeries } from "../../query/service_graph";
import { hashOf, tracesPath } from "../../url/paths";
import { useViewState } from "../../url/view_state";
import { ChangeOfPart } from "./change_of_part";
import { OutcomeChoice } from "./outcome_choice";
import { OverTimeChart } from "./over_time_chart";
import { ResponseTimesChart } from "./response_times_chart";
import { HOPS, sliceText, useViewOfMap } from "./view_of_map";

export type Chosen =
  | { readonly node: MapNode; readonly edge?: never }
  | { readonly edge: MapEdge; readonly node?: never };

interface MapPanelProps {
  readonly chosen: Chosen;
  readonly window: TimeWindow;
  /** What the map's traces match. */
  readonly expression: string;
  /** What changed of it, where two time ranges are compared. */
  readonly change: PartChange | undefined;
  readonly onClose: () => void;
}

export function MapPanel({ chosen, window, expression, change: changed, onClose }: MapPanelProps) {
  const { interval, outcomes, filter: isFiltered } = useViewOfMap();
  const { change } = useViewState();
  const part = chosen.node ?? chosen.edge;
  const narrowing = { outcomes, interval };
  const own = chosen.node ? nodeFilter(chosen.node, narrowing) : edgeFilter(chosen.edge, narrowing);
  const filter = both(expression, own);
  const isEmpty = part.counts.total === 0;
  return (
    <aside className="sky-map-panel" aria-label="What is chosen on the map">
      <SpaceBetween size="m">
        <Header
          variant="h2"
          description={chosen.node ? typeText(chosen.node.type) : chosen.edge.isLink ? "Linked traces" : "Calls"}
          actions={<Button iconName="close" variant="icon" ariaLabel="Close" onClick={onClose} />}
        >
          <span className="sky-break">{titleOf(chosen)}</span>
        </Header>
        {isEmpty ? <Quiet>It counted no requests of its own.</Quiet> : <Facts facts={factsOf(part, window)} />}
        {changed && <ChangeOfPart change={changed} />}
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="primary" href={hashOf(tracesPath({ filter, range: pinned(window) }))}>
            View traces
          </Button>
          {chosen.node && <FocusButton node={chosen.node} />}
        </SpaceBetween>
        {!isEmpty && <OutcomeChoice counts={part.counts} />}
        {part.responseTimes.length > 0 && (
          <div>
            <Box variant="h3">{chosen.edge?.isLink ? "Age when received" : "Response times"}</Box>
            <ResponseTimesChart
              bins={changed && !changed.now ? NO_BINS : part.responseTimes}
              before={changed?.beforeTimes}
              interval={interval}
              onSelect={(kept) => change({ slice: sliceText(kept) }, "push")}
            />
          </div>
        )}
        {!isEmpty && !isFiltered && <OverTime chosen={chosen} window={window} />}
      </SpaceBetween>
    </aside>
  );
}

const NO_BINS: readonly Bin[] = [];

function titleOf({ node, edge }: Chosen): string {
  if (node) return node.isClient ? `Clients of ${node.name}` : node.name; // whole: here it is copied from
  return `${edge.source.isClient ? "Client" : shortName(edge.source)} → ${shortName(edge.target)}`;
}

function factsOf(part: MapNode | MapEdge, { start, end }: TimeWindow) {
  const seconds = (end.getTime() - start.getTime()) / 1000;
  const [average, p95] = [averageSeconds(part), percentile(part.responseTimes, 0.95)];
  return [
    { label: "Average", value: average === undefined ? "–" : formatSeconds(average) },
    { label: "p95", value: p95 === undefined ? "–" : formatSeconds(p95) },
    {
      label: "Requests",
      value: `${part.counts.total.toLocaleString("en-US")} · ${formatRate(requestsPerMinute(part, seconds))}`,
    },
  ];
}

function FocusButton({ node }: { node: MapNode }) {
  const { focus, hops } = useViewOfMap();
  const { change } = useViewState();
  if (focus !== node.id)
    return <Button onClick={() => change({ focus: node.id }, "push")}>Show neighbours only</Button>;
  const further = HOPS.find((each) => each > hops);
  return (
    <>
      {further && <Button onClick={() => change({ hops: String(further) }, "push")}>Up to {further} calls away</Button>}
      <Button onClick={() => change({ focus: undefined, hops: undefined }, "push")}>Show the whole map</Button>
    </>
  );
}

function OverTime({ chosen, window }: { chosen: Chosen; window: TimeWindow }) {
  const { group } = useViewOfMap();
  const all = { outcomes: [] };
  const selector = chosen.node ? nodeFilter(chosen.node, all) : edgeFilter(chosen.edge, all);
  const series = useTimeSeries(window, group, selector);
  if (series.error) return <ProblemAlert error={series.error} onRetry={() => void series.refetch()} />;
  if (!series.data?.length) return null;
  return (
    <div>
      <Box variant="h3">Over time</Box>
      <OverTimeChart moments={series.data} window={window} />
    </div>
  );
}
