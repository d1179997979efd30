/** Analytics: retrieve traces, choose sets among them by clicking and dragging, and see what tells the sets apart. */

import Button from "@cloudscape-design/components/button";
import ColumnLayout from "@cloudscape-design/components/column-layout";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { refusalOf } from "../../aws/problem";
import { CopyAs } from "../../components/copy_as";
import { Empty } from "../../components/empty";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { TimeRangePicker } from "../../components/time_range_picker";
import { columnsOf } from "../../model/trace_facts";
import { type Analysis, useAnalysis } from "../../query/analysis";
import { useAnchor, useWindow } from "../../query/anchor";
import { useTimeRange, useViewState } from "../../url/view_state";
import { ColumnTable } from "./column_table";
import { DistinctionsTable } from "./distinctions_table";
import { ResponseTimes, Timeline } from "./distributions";
import { RetrieveForm } from "./retrieve_form";
import { SetsBar } from "./sets_bar";

/** GetTraceSummaries takes at most 30 days. */
const MOST_SECONDS = 30 * 86400;

export default function AnalyticsPage() {
  const { get } = useViewState();
  const [range] = useTimeRange();
  const { refresh } = useAnchor();
  const analysis = useAnalysis(useWindow(range), get("filter") ?? "");
  const { found } = analysis;
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description="Click a value or drag on a chart to choose a set of traces, and see what tells it apart."
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <CopyAs calls={[found.call]} />
            <TimeRangePicker mostSeconds={MOST_SECONDS} />
            <Button iconName="refresh" ariaLabel="Refresh" loading={found.isFetching} onClick={refresh} />
          </SpaceBetween>
        }
      >
        Analytics
      </Header>
      <RetrieveForm found={found} />
      {found.error && !refusalOf(found.error) && <ProblemAlert error={found.error} onRetry={found.retry} />}
      {found.isLoading && !found.error && <Loading what="traces" />}
      {!found.isLoading && !found.error && <Analysed analysis={analysis} />}
    </SpaceBetween>
  );
}

function Analysed({ analysis }: { analysis: Analysis }) {
  if (analysis.traces.length === 0)
    return <Empty title="No traces">Nothing in this time range matches the filter expression.</Empty>;
  return (
    <SpaceBetween size="l">
      <SetsBar analysis={analysis} />
      <ColumnLayout columns={2}>
        <ResponseTimes analysis={analysis} />
        <Timeline analysis={analysis} />
      </ColumnLayout>
      <DistinctionsTable analysis={analysis} />
      <ColumnLayout columns={2}>
        {columnsOf(analysis.traces).map((column) => (
          <ColumnTable key={column} column={column} analysis={analysis} />
        ))}
      </ColumnLayout>
    </SpaceBetween>
  );
}
