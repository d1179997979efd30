/** Whether any trace has arrived: asked again and again until one has. */

import { useQuery } from "@tanstack/react-query";
import { useConnection } from "./connection";
import { summariesCall } from "./trace_summaries";

const ASK_MS = 3000;
const WINDOW_MS = 24 * 3600_000;

/** `data` is the newest trace of the last day, null while there is none. */
export function useFirstTrace() {
  const { clients } = useConnection();
  return useQuery({
    queryKey: ["first trace", clients.region],
    queryFn: async ({ signal }) => {
      const end = new Date();
      const window = { start: new Date(end.getTime() - WINDOW_MS), end };
      const page = await summariesCall({ window, filter: "" }).send(clients, signal);
      return page.TraceSummaries?.[0] ?? null;
    },
    refetchInterval: ({ state }) => (state.data || state.error ? false : ASK_MS),
    staleTime: 0,
  });
}
