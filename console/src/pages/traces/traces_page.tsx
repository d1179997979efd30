/** Traces: search, see how they are spread, open one. */

import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMemo } from "react";
import { Empty } from "../../components/empty";
import { ProblemAlert } from "../../components/problem_alert";
import { TimeRangePicker } from "../../components/time_range_picker";
import { traceRow } from "../../model/trace_row";
import { useAnchor, useWindow } from "../../query/anchor";
import { useTraceSummaries } from "../../query/trace_summaries";
import { useTimeRange, useViewState } from "../../url/view_state";
import { TraceTable } from "./trace_table";

/** GetTraceSummaries takes at most 30 days. */
const MOST_SECONDS = 30 * 86400;

export default function TracesPage() {
  const { get } = useViewState();
  const [range] = useTimeRange();
  const window = useWindow(range);
  const { refresh } = useAnchor();
  const filter = get("filter") ?? "";
  const found = useTraceSummaries({ window, filter });
  const rows = useMemo(() => found.summaries.map(traceRow), [found.summaries]);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <TimeRangePicker mostSeconds={MOST_SECONDS} />
            <Button iconName="refresh" ariaLabel="Refresh" loading={found.isFetching} onClick={refresh} />
          </SpaceBetween>
        }
      >
        Traces
      </Header>
      {found.error && <ProblemAlert error={found.error} onRetry={found.retry} />}
      <TraceTable rows={rows} found={found} empty={<Empty title="No traces" />} />
    </SpaceBetween>
  );
}
