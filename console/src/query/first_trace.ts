/** Whether any trace has arrived: asked again and again until one has. */

import { useQuery } from "@tanstack/react-query";
import { useConnection } from "./connection";
import { summariesCall } from "./trace_summaries";

const ASK_MS = 3000;
const WINDOW_MS = 24 * 3600_000;

/** The newest of the last day; without a filter, so that it finds the first of any application. */
export function firstTraceCall(now: Date) {
  return summariesCall({ window: { start: new Date(now.getTime() - WINDOW_MS), end: now }, filter: "" });
}

/** `data` is the newest trace of the last day, null while there is none. */
export function useFirstTrace() {
  const { clients } = useConnection();
  return useQuery({
    queryKey: ["first trace", clients.region],
    queryFn: async ({ signal }) => {
      const page = await firstTraceCall(new Date()).send(clients, signal);
      return page.TraceSummaries?.[0] ?? null;
    },
    refetchInterval: ({ state }) => (state.data || state.error ? false : ASK_MS),
    staleTime: 0,
  });
}
