/** Traces: search, see how they are spread, open one. */

import "./traces.css";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import Toggle from "@cloudscape-design/components/toggle";
import { useEffect, useMemo } from "react";
import { refusalOf } from "../../aws/problem";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Empty } from "../../components/empty";
import { ProblemAlert } from "../../components/problem_alert";
import { TimeRangePicker } from "../../components/time_range_picker";
import { seenValues } from "../../model/seen_values";
import { DOWNLOAD_COLUMNS, traceRow } from "../../model/trace_row";
import { useAnchor, useWindow } from "../../query/anchor";
import { useTraceSummaries } from "../../query/trace_summaries";
import { hashOf, PATHS } from "../../url/paths";
import { useTimeRange, useViewState } from "../../url/view_state";
import { GroupActions, GroupTable } from "./group_table";
import { TraceCharts } from "./trace_charts";
import { TraceSearch } from "./trace_search";
import { CompareChosen, TraceTable } from "./trace_table";

/** GetTraceSummaries takes at most 30 days. */
const MOST_SECONDS = 30 * 86400;
const LIVE_MS = 5000;

export default function TracesPage() {
  const { get, change } = useViewState();
  const [range] = useTimeRange();
  const window = useWindow(range);
  const filter = get("filter") ?? "";
  const found = useTraceSummaries({ window, filter });
  const rows = useMemo(() => found.summaries.map(traceRow), [found.summaries]);
  const seen = useMemo(() => seenValues(rows), [rows]);
  const told = found.error && !refusalOf(found.error) ? found.error : null;
  const empty = useMemo(() => <NoTraces isFiltered={filter !== ""} />, [filter]);
  const list = get("list") ?? "traces";
  return (
    <SpaceBetween size="m">
      <TracesHeader isFetching={found.isFetching} />
      <TraceSearch seen={seen} error={found.error} />
      {told && <ProblemAlert error={told} onRetry={found.retry} />}
      {/* What could not be asked has no answer, not an empty one. */}
      {!found.error && (
        <SpaceBetween size="m">
          <TraceCharts rows={rows} window={window} />
          <Tabs
            variant="container"
            actions={
              list === "groups" ? (
                <GroupActions rows={rows} call={found.call} />
              ) : (
                <SpaceBetween direction="horizontal" size="xs">
                  <CompareChosen rows={rows} />
                  <CopyAs calls={[found.call]} />
                  <Download name="traces" columns={DOWNLOAD_COLUMNS} rows={rows} />
                </SpaceBetween>
              )
            }
            activeTabId={list}
            onChange={({ detail }) =>
              change({ list: detail.activeTabId === "traces" ? undefined : detail.activeTabId }, "push")
            }
            tabs={[
              { id: "traces", label: "Traces", content: <TraceTable rows={rows} found={found} empty={empty} /> },
              { id: "groups", label: "Group by", content: <GroupTable rows={rows} /> },
            ]}
          />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

function NoTraces({ isFiltered }: { isFiltered: boolean }) {
  return (
    <Empty
      title={isFiltered ? "No traces match" : "No traces in this time"}
      action={<Button href={hashOf(PATHS.welcome)}>Get started</Button>}
    >
      {isFiltered
        ? "Loosen the filter, or choose a longer time range."
        : "Choose a longer time range, or point an application here."}
    </Empty>
  );
}

function TracesHeader({ isFetching }: { isFetching: boolean }) {
  const { get, change } = useViewState();
  const [range] = useTimeRange();
  const { refresh } = useAnchor();
  const isLive = get("live") === "on" && range.kind === "relative";
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => document.hidden || refresh(), LIVE_MS);
    return () => clearInterval(timer);
  }, [isLive, refresh]);
  return (
    <Header
      variant="h1"
      actions={
        <SpaceBetween direction="horizontal" size="s" alignItems="center">
          <Toggle
            checked={isLive}
            disabled={range.kind === "absolute"}
            onChange={({ detail }) => change({ live: detail.checked ? "on" : undefined }, "replace")}
          >
            Live
          </Toggle>
          <TimeRangePicker mostSeconds={MOST_SECONDS} />
          <Button iconName="refresh" ariaLabel="Refresh" loading={isFetching && !isLive} onClick={refresh} />
        </SpaceBetween>
      }
    >
      Traces
    </Header>
  );
}
