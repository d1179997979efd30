/** One event: what it says in short, where it leads, its whole record. */

import KeyValuePairs, { type KeyValuePairsProps } from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { DetailPanel } from "../../components/detail_panel";
import { Instant } from "../../components/instant";
import { JsonView } from "../../components/json_view";
import type { AttributeKey, AuditEvent } from "../../model/audit_event";
import { eventsPath, hashOf, tracePath } from "../../url/paths";

interface EventPanelProps {
  readonly event: AuditEvent;
  readonly onClose: () => void;
}

export function EventPanel({ event, onClose }: EventPanelProps) {
  return (
    <DetailPanel
      title={event.name}
      subtitle={`${event.source} · ${event.readOnly ? "reads" : "changes"}`}
      onClose={onClose}
    >
      <SpaceBetween size="m">
        <KeyValuePairs columns={2} minColumnWidth={140} items={factsOf(event)} />
        <JsonView value={event.record} />
      </SpaceBetween>
    </DetailPanel>
  );
}

function factsOf(event: AuditEvent): KeyValuePairsProps.Pair[] {
  const facts: [string, React.ReactNode][] = [
    ["Time", event.time && <Instant key="time" at={event.time} />],
    ["User", event.user && <Others key="user" attribute="Username" value={event.user} />],
    ["Access key", event.accessKey && <Others key="key" attribute="AccessKeyId" value={event.accessKey} />],
    ["From", event.address],
    ["Refused with", event.error],
    [
      "Because",
      event.errorMessage && (
        <span key="because" className="sky-break">
          {event.errorMessage}
        </span>
      ),
    ],
    ["Resources", event.resources.length > 0 && <Resources key="resources" names={event.resources} />],
    [
      "Trace",
      event.traceId && (
        <Link key="trace" href={hashOf(tracePath(event.traceId))}>
          View the trace
        </Link>
      ),
    ],
  ];
  return facts.filter(([, value]) => value).map(([label, value]) => ({ label, value }));
}

function Resources({ names }: { names: readonly string[] }) {
  return (
    <SpaceBetween size="xxs">
      {names.map((name) => (
        <Others key={name} attribute="ResourceName" value={name} />
      ))}
      {names[0] && (
        <Link href={hashOf(eventsPath({ attribute: "ResourceName", value: names[0], only: "deletions" }))}>
          Who deleted this?
        </Link>
      )}
    </SpaceBetween>
  );
}

/** Leads to the other events with the same value. */
function Others({ attribute, value }: { attribute: AttributeKey; value: string }) {
  return (
    <Link href={hashOf(eventsPath({ attribute, value }))}>
      <span className="sky-break">{value}</span>
    </Link>
  );
}
