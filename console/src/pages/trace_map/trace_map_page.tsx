/** The trace map: which services there are, who calls whom, how quickly and how well; and what of it changed. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { refusalOf } from "../../aws/problem";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Empty } from "../../components/empty";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { TimeRangePicker } from "../../components/time_range_picker";
import { prepareLayout } from "../../graph/layout";
import { MapLegend } from "../../graph/map_legend";
import { VerdictLegend } from "../../graph/verdict_badge";
import { comparedWindow, secondsOf } from "../../model/compared_window";
import { both } from "../../model/filter_text";
import { changesOf, union } from "../../model/map_difference";
import { NODE_COLUMNS } from "../../model/service_map";
import { useAnchor, useWindow } from "../../query/anchor";
import { useGroups } from "../../query/groups";
import { type Shown, useShownMap } from "../../query/shown_map";
import { useTimeRange } from "../../url/view_state";
import { ChangesTable } from "./changes_table";
import { MapAndPanel } from "./map_and_panel";
import { MapFilterField } from "./map_filter_field";
import { MapToolbar } from "./map_toolbar";
import { useViewOfMap } from "./view_of_map";

/** GetServiceGraph takes at most a day. */
const MOST_SECONDS = 86400;

export default function TraceMapPage() {
  prepareLayout();
  const [range] = useTimeRange();
  const window = useWindow(range);
  const { group, filter, compare, chosen } = useViewOfMap();
  const groups = useGroups();
  const groupExpression = groups.data?.find(({ name }) => name === group)?.expression ?? "";
  const asked = { group, groupExpression, filter };
  const before = useMemo(() => comparedWindow(compare, window), [compare, window]);
  const now = useShownMap(window, asked);
  const then = useShownMap(before, asked);
  const [map, changes] = useMemo(() => {
    if (!before || !now.map || !then.map) return [now.map, undefined];
    const lengthBefore = secondsOf(before) / secondsOf(window);
    return [union(now.map, then.map), changesOf({ now: now.map, before: then.map, lengthBefore })];
  }, [now.map, then.map, before, window]);
  const isLoading = now.isPending || (before !== undefined && then.isPending);
  return (
    <SpaceBetween size="s">
      <MapHeader now={now} then={before && then} />
      <MapFilterField shown={now} />
      {[now, ...(before ? [then] : [])].map((shown, at) => {
        const told = shown.error && !refusalOf(shown.error) ? shown.error : undefined;
        return told && <ProblemAlert key={at ? "then" : "now"} error={told} onRetry={() => void shown.refetch()} />;
      })}
      <MapToolbar groups={groups.data ?? []} nodes={map?.nodes ?? []} window={window} />
      {map?.nodes.length === 0 && (
        <Empty title={filter ? "No traces match" : "No traces in this time range"}>
          {filter ? "Loosen the filter, or choose a longer time range." : "Choose a longer one."}
        </Empty>
      )}
      {map && map.nodes.length > 0 && (
        <MapAndPanel
          {...{ map, window, before, changes }}
          expression={filter ? both(groupExpression, filter) : groupExpression}
        />
      )}
      {!map && isLoading && <Loading what="the trace map" />}
      {changes ? <VerdictLegend /> : <MapLegend />}
      {changes && <ChangesTable changes={changes} chosen={chosen} />}
    </SpaceBetween>
  );
}

interface MapHeaderProps {
  readonly now: Shown;
  readonly then: Shown | undefined;
}

function MapHeader({ now, then }: MapHeaderProps) {
  const { refresh } = useAnchor();
  const isFetching = now.isFetching || (then?.isFetching ?? false);
  return (
    <Header
      variant="h1"
      counter={now.map && `(${now.map.nodes.filter((node) => !node.isClient).length})`}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <TimeRangePicker mostSeconds={MOST_SECONDS} />
          <CopyAs calls={[...now.calls, ...(then?.calls ?? [])]} />
          <Download name="trace-map" columns={NODE_COLUMNS} rows={now.map?.nodes ?? []} />
          <Button iconName="refresh" ariaLabel="Refresh" loading={isFetching} onClick={refresh} />
        </SpaceBetween>
      }
    >
      Trace map
    </Header>
  );
}
