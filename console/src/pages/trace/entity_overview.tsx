/** The overview of one entity: times, request, links. */

import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Instant } from "../../components/instant";
import { selfTime } from "../../model/critical_path";
import { formatSeconds } from "../../model/instant";
import type { SegmentLink } from "../../model/segment_document";
import type { Entity, Trace } from "../../model/trace";
import { eventsPath, hashOf, tracePath } from "../../url/paths";

interface EntityOverviewProps {
  readonly entity: Entity;
  readonly trace: Trace;
  readonly open: number;
}

export function EntityOverview({ entity, trace, open }: EntityOverviewProps) {
  return (
    <SpaceBetween size="m">
      <KeyValuePairs columns={2} minColumnWidth={140} items={timesOf(entity, trace, open)} />
      <KeyValuePairs columns={1} items={requestOf(entity, trace)} />
    </SpaceBetween>
  );
}

function timesOf(entity: Entity, trace: Trace, open: number): KeyValuePairsProps.Pair[] {
  const { start, end } = entity;
  const instant = (seconds: number) => new Date(trace.start.getTime() + seconds * 1000);
  return [
    { label: "Duration", value: end === undefined ? "In progress" : formatSeconds(end - start) },
    { label: "Self time", value: formatSeconds(selfTime(entity, open)) },
    { label: "Start", value: <Instant at={instant(start)} milliseconds /> },
    { label: "Offset", value: formatSeconds(start) },
  ];
}

function requestOf({ id, document }: Entity, trace: Trace): KeyValuePairsProps.Pair[] {
  const { http = {}, links = [] } = document;
  const { request = {}, response = {} } = http;
  const told: [string, React.ReactNode][] = [
    [
      "URL",
      request.url && (
        <span className="sky-break">{`${request.method?.toUpperCase() ?? ""} ${request.url}`.trim()}</span>
      ),
    ],
    ["Status", response.status],
    ["Length of the answer", response.content_length === undefined ? undefined : `${response.content_length} bytes`],
    ["Client", request.client_ip],
    ["User agent", request.user_agent && <span className="sky-break">{request.user_agent}</span>],
    ["User", document.user],
    ["Resource", document.resource_arn && <span className="sky-break">{document.resource_arn}</span>],
    [
      "On record",
      document.aws?.request_id ? (
        <AuditEvent key="record" id={String(document.aws.request_id)} trace={trace} />
      ) : undefined,
    ],
    ["Linked traces", links.length ? <Linked key="links" links={links} /> : undefined],
    [
      "Id",
      <code key="id" className="sky-code">
        {id}
      </code>,
    ],
  ];
  return told.filter(([, value]) => value !== undefined && value !== "").map(([label, value]) => ({ label, value }));
}

function Linked({ links }: { links: readonly SegmentLink[] }) {
  return (
    <SpaceBetween size="xxs">
      {links.map(({ trace_id, id }) =>
        trace_id ? (
          <Link key={`${trace_id}${id}`} href={hashOf(tracePath(trace_id, { selected: id }))}>
            <span className="sky-code">{trace_id}</span>
          </Link>
        ) : null,
      )}
    </SpaceBetween>
  );
}

const HOUR_MS = 3600_000;

/** The id of a call's audit event is the id of its request, for calls that were made to this installation. */
function AuditEvent({ id, trace }: { id: string; trace: Trace }) {
  const around = [-HOUR_MS, HOUR_MS].map((by) => new Date(trace.start.getTime() + by).toISOString());
  return (
    <Link href={hashOf(eventsPath({ attribute: "EventId", value: id, range: around.join("~"), event: id }))}>
      Look up its audit event
    </Link>
  );
}
