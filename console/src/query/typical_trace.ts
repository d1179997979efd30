/** The typical trace that one is held against: the median of those around it that answered the same request. */

import { useQuery } from "@tanstack/react-query";
import type { Call } from "../aws/call";
import type { Clients } from "../aws/clients";
import type { Trace } from "../model/trace";
import type { Summary } from "../model/trace_row";
import { alikeFilters, typicalOf, windowAround } from "../model/typical_trace";
import { useAnchor } from "./anchor";
import { useConnection } from "./connection";
import { type SummariesRequest, summariesCall } from "./trace_summaries";

export interface TypicalTrace {
  /** Undefined where no other trace is like it. */
  readonly id: string | undefined;
  readonly filter: string;
  /** Of how many it is the median. */
  readonly among: number;
  readonly call: Call<unknown>;
}

// A median of fewer says little, so that a wider filter is asked.
const ENOUGH = 5;
const MOST_PAGES = 5;

export function useTypicalTrace(id: string, trace: Trace) {
  const { clients } = useConnection();
  const { now } = useAnchor();
  return useQuery({
    queryKey: ["typical trace", clients.region, id],
    queryFn: ({ signal }) => find(clients, id, trace, now, signal),
  });
}

async function find(
  clients: Clients,
  id: string,
  trace: Trace,
  now: Date,
  signal: AbortSignal,
): Promise<TypicalTrace | null> {
  const [root] = trace.roots;
  let found: TypicalTrace | null = null;
  for (const filter of root ? alikeFilters(root) : []) {
    const request = { window: windowAround(trace, now), filter };
    const summaries = await read(clients, request, signal);
    const among = summaries.filter((summary) => summary.Id !== id).length;
    if (!found || among > found.among)
      found = { id: typicalOf(summaries, id), filter, among, call: summariesCall(request) };
    if (found.among >= ENOUGH) return found;
  }
  return found;
}

/** The newest some thousand: more of them hardly move the median. */
async function read(clients: Clients, request: SummariesRequest, signal: AbortSignal): Promise<Summary[]> {
  const found: Summary[] = [];
  let token: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await summariesCall(request, token).send(clients, signal);
    found.push(...(answer.TraceSummaries ?? []));
    token = answer.NextToken;
    if (!token) break;
  }
  return found;
}
