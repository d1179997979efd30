/** What the audit trail says of a trace's AWS calls: who made them, and what came of them. */

import Alert from "@cloudscape-design/components/alert";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { CopyAs } from "../../components/copy_as";
import { Download } from "../../components/download";
import { Instant } from "../../components/instant";
import { ProblemAlert } from "../../components/problem_alert";
import { Quiet } from "../../components/quiet";
import type { AwsCall } from "../../model/aws_calls";
import type { Column } from "../../model/csv";
import type { Entity } from "../../model/trace";
import { useConnection } from "../../query/connection";
import { type RecordedCall, recordCall, useTraceEvents } from "../../query/trace_events";
import { eventsPath, hashOf } from "../../url/paths";
import { hrefInRegion } from "../../url/region";
import type { ViewOfTrace } from "./view_of_trace";

// Each is a question of its own.
const MOST = 50;

const DOWNLOADED: readonly Column<RecordedCall>[] = [
  { header: "request_id", value: ({ call }) => call.requestId },
  { header: "operation", value: ({ call }) => call.operation },
  { header: "segment_id", value: ({ call }) => call.entity.id },
  { header: "event_time", value: ({ event }) => event?.time?.toISOString() },
  { header: "event_source", value: ({ event }) => event?.source },
  { header: "user", value: ({ event }) => event?.user },
  { header: "error", value: ({ event }) => event?.error },
];

interface AuditEventsProps {
  readonly calls: readonly AwsCall[];
  readonly view: ViewOfTrace;
  /** Shows a row of the timeline. */
  readonly onShow: (entity: Entity) => void;
}

export function AuditEvents({ calls, view, onShow }: AuditEventsProps) {
  const asked = calls.slice(0, MOST);
  const found = useTraceEvents(asked);
  if (found.error) return <ProblemAlert error={found.error} onRetry={found.retry} />;
  const recorded = found.calls.filter(({ event }) => event);
  return (
    <SpaceBetween size="s">
      {calls.length > MOST && (
        <Alert type="info">
          The first {MOST} of {calls.length} calls were looked up.
        </Alert>
      )}
      <Table
        items={found.calls}
        columnDefinitions={columns(view, onShow)}
        trackBy={({ call }) => call.requestId}
        contentDensity="compact"
        wrapLines
        ariaLabels={{ tableLabel: "Audit events" }}
        header={
          <Header
            counter={found.isLoading ? `(of ${asked.length})` : `(${recorded.length} of ${asked.length})`}
            description="The id of a call's request is that of its event, where the call was made to this installation."
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <CopyAs calls={found.calls.map(recordCall)} />
                <Download name="trace-audit-events" columns={DOWNLOADED} rows={found.calls} />
              </SpaceBetween>
            }
          >
            Calls on record
          </Header>
        }
      />
    </SpaceBetween>
  );
}

function columns(
  { trace }: ViewOfTrace,
  onShow: (entity: Entity) => void,
): TableProps.ColumnDefinition<RecordedCall>[] {
  const recorded = (
    id: string,
    header: string,
    cell: (event: NonNullable<RecordedCall["event"]>) => React.ReactNode,
  ) => ({
    id,
    header,
    cell: ({ event }: RecordedCall) => (event ? cell(event) : <Quiet>–</Quiet>),
  });
  return [
    {
      id: "operation",
      header: "Call",
      isRowHeader: true,
      cell: ({ call }) => (
        <Link
          href="#"
          ariaLabel={`Show ${call.operation} in the timeline`}
          onFollow={(event) => {
            event.preventDefault();
            onShow(call.entity);
          }}
        >
          {call.operation}
        </Link>
      ),
    },
    { id: "service", header: "Made by", cell: ({ call }) => call.entity.service },
    { id: "event", header: "Event", cell: (row) => <EventLink row={row} start={trace.start} /> },
    recorded("time", "Time", ({ time }) => time && <Instant at={time} />),
    recorded("user", "As", ({ user }) => user || <Quiet>a service</Quiet>),
    recorded("outcome", "Outcome", ({ error }) => error || "Succeeded"),
  ];
}

const HOUR_MS = 3600_000;

function EventLink({ row: { call, event }, start }: { row: RecordedCall; start: Date }) {
  const { clients } = useConnection();
  if (event === undefined) return <Quiet>Looking</Quiet>;
  if (event === null) return <Quiet>Not on record here</Quiet>;
  const range = [-HOUR_MS, HOUR_MS].map((by) => new Date(start.getTime() + by).toISOString()).join("~");
  const id = call.requestId;
  const hash = hashOf(eventsPath({ attribute: "EventId", value: id, range, event: id }));
  const isElsewhere = event.region !== "" && event.region !== clients.region;
  return (
    <>
      <Link
        href={isElsewhere ? hrefInRegion(event.region, hash) : hash}
        ariaLabel={`Event ${id}, ${event.name} in ${event.region}`}
      >
        <span className="sky-code sky-one-line">…{id.slice(-12)}</span>
      </Link>
      {isElsewhere && <Quiet> in {event.region}</Quiet>}
    </>
  );
}
