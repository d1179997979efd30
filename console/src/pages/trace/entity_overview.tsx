/** The overview of one entity: times, request, links. */

import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { Instant } from "../../components/instant";
import { selfTime } from "../../model/critical_path";
import { formatSeconds } from "../../model/instant";
import type { SegmentLink } from "../../model/segment_document";
import type { Entity, Trace } from "../../model/trace";
import { hashOf, tracePath } from "../../url/paths";

interface EntityOverviewProps {
  readonly entity: Entity;
  readonly trace: Trace;
  readonly open: number;
}

export function EntityOverview({ entity, trace, open }: EntityOverviewProps) {
  return (
    <SpaceBetween size="m">
      <KeyValuePairs columns={2} minColumnWidth={140} items={timesOf(entity, trace, open)} />
      <KeyValuePairs columns={1} items={requestOf(entity)} />
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

function requestOf({ id, document }: Entity): KeyValuePairsProps.Pair[] {
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
