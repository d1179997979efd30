/** The trace map: which services there are, who calls whom, how quickly and how well. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Empty } from "../../components/empty";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { TimeRangePicker } from "../../components/time_range_picker";
import { LaidOutMap } from "../../graph/laid_out_map";
import { prepareLayout } from "../../graph/layout";
import { MapLegend } from "../../graph/map_legend";
import { NODE_COLUMNS, neighbourhood, type ServiceMap } from "../../model/service_map";
import type { TimeWindow } from "../../model/time_range";
import { useAnchor, useWindow } from "../../query/anchor";
import { useGroups } from "../../query/groups";
import { useServiceMap } from "../../query/service_graph";
import { useTimeRange, useViewState } from "../../url/view_state";
import { type Chosen, MapPanel } from "./map_panel";
import { MapToolbar } from "./map_toolbar";
import { useViewOfMap } from "./view_of_map";

/** GetServiceGraph takes at most a day. */
const MOST_SECONDS = 86400;

export default function TraceMapPage() {
  prepareLayout();
  const [range] = useTimeRange();
  const window = useWindow(range);
  const { refresh } = useAnchor();
  const { group } = useViewOfMap();
  const graph = useServiceMap(window, group);
  const groups = useGroups();
  const groupExpression = groups.data?.find(({ name }) => name === group)?.expression ?? "";
  return (
    <SpaceBetween size="s">
      <Header
        variant="h1"
        counter={graph.map && `(${graph.map.nodes.filter((node) => !node.isClient).length})`}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <TimeRangePicker mostSeconds={MOST_SECONDS} />
            <CopyAs calls={[graph.call]} />
            <Download name="trace-map" columns={NODE_COLUMNS} rows={graph.map?.nodes ?? []} />
            <Button iconName="refresh" ariaLabel="Refresh" loading={graph.isFetching} onClick={refresh} />
          </SpaceBetween>
        }
      >
        Trace map
      </Header>
      {graph.error && <ProblemAlert error={graph.error} onRetry={() => void graph.refetch()} />}
      <MapToolbar groups={groups.data ?? []} nodes={graph.map?.nodes ?? []} />
      {graph.map ? (
        <MapAndPanel map={graph.map} window={window} groupExpression={groupExpression} />
      ) : (
        graph.isPending && <Loading what="the trace map" />
      )}
      <MapLegend />
    </SpaceBetween>
  );
}

interface MapAndPanelProps {
  readonly map: ServiceMap;
  readonly window: TimeWindow;
  readonly groupExpression: string;
}

function MapAndPanel({ map, window, groupExpression }: MapAndPanelProps) {
  const { chosen: id, focus, search, size } = useViewOfMap();
  const { change } = useViewState();
  const part = useMemo(
    () => (focus && map.nodes.some((node) => node.id === focus) ? neighbourhood(map, focus) : undefined),
    [map, focus],
  );
  const chosen = chosenOf(map, id);
  if (map.nodes.length === 0) return <Empty title="No traces in this time range">Choose a longer one.</Empty>;
  const choose = (next: string | undefined) => change({ chosen: next, slice: undefined, outcomes: undefined }, "push");
  const seconds = (window.end.getTime() - window.start.getTime()) / 1000;
  return (
    <div className={`sky-map-page${chosen ? " sky-map-page-open" : ""}`}>
      <LaidOutMap {...{ map, part, search, size }} selected={id} onSelect={choose} windowSeconds={seconds} />
      {chosen && (
        <MapPanel chosen={chosen} window={window} groupExpression={groupExpression} onClose={() => choose(undefined)} />
      )}
    </div>
  );
}

function chosenOf({ nodes, edges }: ServiceMap, id: string | undefined): Chosen | undefined {
  const node = nodes.find((each) => each.id === id);
  if (node) return { node };
  const edge = edges.find((each) => each.id === id);
  return edge && { edge };
}
