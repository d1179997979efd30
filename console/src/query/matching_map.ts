/** The map of the traces that match an expression: their ids first, then their graph. */

import type { TraceSummary } from "@aws-sdk/client-xray";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { TimeWindow } from "../model/time_range";
import { useConnection } from "./connection";
import { useTraceGraph } from "./service_graph";
import { summariesCall } from "./trace_summaries";

/** So many traces are drawn, the newest; a group counts them all. */
export const MOST_DRAWN = 500;
/** So many are counted. */
const MOST_COUNTED = 2000;

export interface Matching {
  readonly summaries: readonly TraceSummary[];
  /** There are more than were counted. */
  readonly isMore: boolean;
}

/** Nothing is asked for without an expression. */
export function useMatchingMap(window: TimeWindow | undefined, filter: string) {
  const { clients } = useConnection();
  const isAsked = window !== undefined && filter !== "";
  const found = useQuery({
    queryKey: ["GetTraceSummaries", "of the map", clients.region, filter, window?.start, window?.end],
    queryFn: async ({ signal }): Promise<Matching> => {
      const summaries: TraceSummary[] = [];
      let token: string | undefined;
      do {
        if (!window) break;
        const page = await summariesCall({ window, filter }, token).send(clients, signal);
        summaries.push(...(page.TraceSummaries ?? []));
        token = page.NextToken;
      } while (token && summaries.length < MOST_COUNTED);
      return { summaries, isMore: token !== undefined };
    },
    enabled: isAsked,
    placeholderData: keepPreviousData,
  });
  const ids = useMemo(
    () => (isAsked ? (found.data?.summaries ?? []) : []).slice(0, MOST_DRAWN).flatMap(({ Id }) => Id ?? []),
    [found.data, isAsked],
  );
  const graph = useTraceGraph(ids);
  return {
    matching: isAsked ? found.data : undefined,
    // What could not be asked has no answer, not the one before.
    map: found.error ? undefined : found.data?.summaries.length === 0 ? EMPTY : graph.map,
    error: found.error ?? graph.error,
    isPending: found.isPending || graph.isPending,
    isFetching: found.isFetching || graph.isFetching,
    refetch: () => (found.error ? found.refetch() : graph.refetch()),
    calls: [...(window && isAsked ? [summariesCall({ window, filter })] : []), ...graph.calls],
  };
}

const EMPTY = { nodes: [], edges: [] };
