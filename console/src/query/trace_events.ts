/** The audit events of a trace's AWS calls. */

import { useQueries } from "@tanstack/react-query";
import { lookupEvents } from "../aws/call";
import { type Clients, connect } from "../aws/clients";
import { type AuditEvent, auditEvent } from "../model/audit_event";
import { type AwsCall, regionsOf } from "../model/aws_calls";
import { useConnection } from "./connection";

export interface RecordedCall {
  readonly call: AwsCall;
  /** Null where it is not on record: it was made to AWS itself, or somewhere else. */
  readonly event: AuditEvent | null | undefined;
}

export interface TraceEvents {
  readonly calls: readonly RecordedCall[];
  readonly isLoading: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** What finds the event of a call: where it is on record, or while that is unknown, where the call was made. */
export function recordCall({ call, event }: RecordedCall) {
  return { ...lookup(call), region: event?.region || call.region || undefined };
}

function lookup({ requestId }: AwsCall) {
  return lookupEvents({ LookupAttributes: [{ AttributeKey: "EventId", AttributeValue: requestId }] });
}

export function useTraceEvents(calls: readonly AwsCall[]): TraceEvents {
  const { clients } = useConnection();
  const queries = useQueries({
    queries: calls.map((call) => ({
      queryKey: ["LookupEvents", clients.region, call.region, call.requestId],
      queryFn: ({ signal }: { signal: AbortSignal }) => findEvent(call, clients, signal),
    })),
  });
  return {
    calls: calls.map((call, at) => ({ call, event: queries[at]?.data })),
    isLoading: queries.some(({ isPending }) => isPending),
    error: queries.find(({ error }) => error)?.error ?? null,
    retry: () => {
      for (const query of queries) if (query.error) void query.refetch();
    },
  };
}

async function findEvent(call: AwsCall, clients: Clients, signal: AbortSignal): Promise<AuditEvent | null> {
  for (const region of regionsOf(call, clients.region)) {
    const there = region === clients.region ? clients : connect(region);
    const { Events = [] } = await lookup(call).send(there, signal);
    if (Events[0]) return auditEvent(Events[0]);
  }
  return null;
}
