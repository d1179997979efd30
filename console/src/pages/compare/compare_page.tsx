/** Two traces held against each other: what makes B slower, or what it does otherwise. */

import "../trace/trace.css";
import "./compare.css";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { useParams } from "react-router";
import { Empty } from "../../components/empty";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { LEAST_DIFFERENCE } from "../../model/slowdown";
import type { Comparison } from "../../model/trace_comparison";
import { type ComparedTraces, useComparison } from "../../query/comparison";
import { hashOf, tracesPath } from "../../url/paths";
import { useViewState } from "../../url/view_state";
import { CausesTable } from "./causes_table";
import { CompareHeader } from "./compare_header";
import { ComparedTimeline } from "./compared_timeline";
import { PathStrips } from "./path_strips";
import { ServicesTable } from "./services_table";
import { ValuesTable } from "./values_table";

export default function ComparePage() {
  const { a = "", b = "" } = useParams();
  const compared = useComparison(a, b);
  const { comparison, found, missing, error, retry } = compared;
  if (error) return <ProblemAlert error={error} onRetry={retry} />;
  if (missing.length > 0) return <Missing compared={compared} />;
  if (!comparison || !found) return <Loading what="two traces" />;
  return (
    <SpaceBetween size="m">
      <CompareHeader comparison={comparison} found={found} />
      {found.some(({ limitExceeded }) => limitExceeded) && (
        <Alert type="warning">
          Some documents were refused for their trace's size; what seems to be missing may be one of them.
        </Alert>
      )}
      <PathStrips comparison={comparison} />
      <Views comparison={comparison} />
    </SpaceBetween>
  );
}

function Views({ comparison }: { comparison: Comparison }) {
  const { get, change } = useViewState();
  const { causes, services, values } = comparison;
  return (
    <Tabs
      activeTabId={get("view") ?? "causes"}
      onChange={({ detail }) =>
        change({ view: detail.activeTabId === "causes" ? undefined : detail.activeTabId }, "push")
      }
      tabs={[
        {
          id: "causes",
          label: questionOf(comparison),
          content: <CausesTable causes={causes} added={comparison.added} />,
        },
        { id: "timeline", label: "Timeline", content: <ComparedTimeline comparison={comparison} /> },
        { id: "services", label: "Services", content: <ServicesTable services={services} /> },
        { id: "values", label: `What differs (${values.length})`, content: <ValuesTable values={values} /> },
      ]}
    />
  );
}

function questionOf({ added }: Comparison): string {
  if (Math.abs(added) < LEAST_DIFFERENCE) return "What makes the difference";
  return added < 0 ? "What makes B faster" : "What makes B slower";
}

function Missing({ compared: { missing, retry } }: { compared: ComparedTraces }) {
  return (
    <Empty
      title={missing.length > 1 ? "No trace has one of these ids" : "No trace has this id"}
      action={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Button onClick={retry}>Look again</Button>
          <Button href={hashOf(tracesPath())}>All traces</Button>
        </SpaceBetween>
      }
    >
      {missing.join(", ")}: not sampled, not arrived yet, or expired.
    </Empty>
  );
}
