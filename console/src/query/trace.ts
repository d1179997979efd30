/** One trace, whole; asked for again while parts of it are in progress. */

import { batchGetTraces, type Call } from "../aws/call";
import type { Clients } from "../aws/clients";
import { parseDocument, type SegmentDocument } from "../model/segment_document";
import { type Trace, traceOf } from "../model/trace";
import { isGrowing } from "../model/waterfall";
import { useConnection } from "./connection";
import { useEagerQuery } from "./eager_query";

export interface FoundTrace {
  readonly id: string;
  readonly trace: Trace;
  readonly documents: readonly SegmentDocument[];
  /** Some documents were refused for the trace's size. */
  readonly limitExceeded: boolean;
  /** When this was read. */
  readonly at: Date;
}

const GROWING_MS = 2000;

export function tracesCall(ids: readonly string[]): Call<unknown> {
  return batchGetTraces({ TraceIds: [...ids] });
}

/** `data` is null where no trace has the id. */
export function useTrace(id: string) {
  const { clients } = useConnection();
  return useEagerQuery({
    queryKey: ["BatchGetTraces", clients.region, id],
    queryFn: ({ signal }) => readTrace(clients, id, signal),
    refetchInterval: ({ state }) => (state.data && isGrowing(state.data.trace, state.data.at) ? GROWING_MS : false),
    // Comparing ten thousand documents with those of two seconds ago costs more than drawing anew.
    structuralSharing: false,
  });
}

/** A trace may go on from page to page. */
async function readTrace(clients: Clients, id: string, signal: AbortSignal): Promise<FoundTrace | null> {
  const documents: SegmentDocument[] = [];
  let limitExceeded = false;
  let token: string | undefined;
  do {
    const page = await batchGetTraces({ TraceIds: [id], NextToken: token }).send(clients, signal);
    for (const trace of page.Traces ?? []) {
      limitExceeded ||= trace.LimitExceeded ?? false;
      for (const segment of trace.Segments ?? []) {
        const document = parseDocument(segment.Document ?? "");
        if (document) documents.push(document);
      }
    }
    token = page.NextToken;
  } while (token);
  return documents.length ? { id, trace: traceOf(documents), documents, limitExceeded, at: new Date() } : null;
}
