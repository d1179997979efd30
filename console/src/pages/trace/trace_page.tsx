/** One trace: what happened, when, for how long, and where it went wrong. */

import "./trace.css";
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Tabs from "@cloudscape-design/components/tabs";
import { lazy, Suspense, useMemo } from "react";
import { useParams } from "react-router";
import { Empty } from "../../components/empty";
import { Loading } from "../../components/loading";
import { ProblemAlert } from "../../components/problem_alert";
import { awsCalls } from "../../model/aws_calls";
import type { Entity } from "../../model/trace";
import { type FoundTrace, useTrace } from "../../query/trace";
import { hashOf, tracesPath } from "../../url/paths";
import { useViewState } from "../../url/view_state";
import { AuditEvents } from "./audit_events";
import { FlameGraph } from "./flame_graph";
import { RawDocuments } from "./raw_documents";
import { Timeline } from "./timeline";
import { TraceHeader } from "./trace_header";
import { useViewOfTrace } from "./view_of_trace";

const TraceMapTab = lazy(() => import("./trace_map_tab"));

export default function TracePage() {
  const { id = "" } = useParams();
  const { data, error, refetch } = useTrace(id);
  if (error) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Loading what="the trace" />;
  if (data === null) return <Unknown id={id} onRetry={() => void refetch()} />;
  return <Found found={data} />;
}

function Found({ found }: { found: FoundTrace }) {
  const { get, change } = useViewState();
  const view = useViewOfTrace(found);
  const calls = useMemo(() => awsCalls(found.trace), [found.trace]);
  const show = (entity: Entity) => change({ view: undefined, selected: entity.id, collapsed: undefined }, "push");
  return (
    <SpaceBetween size="m">
      <TraceHeader found={found} />
      {found.limitExceeded && (
        <Alert type="warning">Some documents of this trace were refused for its size. What arrived is shown.</Alert>
      )}
      <Tabs
        activeTabId={get("view") ?? "timeline"}
        onChange={({ detail }) =>
          change({ view: detail.activeTabId === "timeline" ? undefined : detail.activeTabId }, "push")
        }
        tabs={[
          { id: "timeline", label: "Timeline", content: <Timeline view={view} /> },
          { id: "flame", label: "Flame graph", content: <FlameGraph view={view} /> },
          {
            id: "map",
            label: "Map",
            content: (
              <Suspense fallback={<Loading what="the trace map" />}>
                <TraceMapTab found={found} />
              </Suspense>
            ),
          },
          ...(calls.length > 0
            ? [
                {
                  id: "events",
                  label: `Audit events (${calls.length})`,
                  content: <AuditEvents calls={calls} view={view} onShow={show} />,
                },
              ]
            : []),
          { id: "raw", label: "Raw data", content: <RawDocuments found={found} /> },
        ]}
      />
    </SpaceBetween>
  );
}

function Unknown({ id, onRetry }: { id: string; onRetry: () => void }) {
  return (
    <Empty
      title="No trace has this id"
      action={
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          <Button onClick={onRetry}>Look again</Button>
          <Button href={hashOf(tracesPath())}>All traces</Button>
        </SpaceBetween>
      }
    >
      {id} was not sampled, has not arrived yet, or has expired.
    </Empty>
  );
}
