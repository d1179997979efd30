/** Trace summaries that match, newest first, page after page. */

import type { TraceSummary } from "@aws-sdk/client-xray";
import { keepPreviousData } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { type Call, getTraceSummaries } from "../aws/call";
import type { TimeWindow } from "../model/time_range";
import { useConnection } from "./connection";
import { useEagerInfiniteQuery } from "./eager_query";

export interface SummariesRequest {
  readonly window: TimeWindow;
  readonly filter: string;
}

export interface Summaries {
  readonly summaries: readonly TraceSummary[];
  /** How many traces were looked at for these, matching or not. */
  readonly scanned: number;
  readonly call: Call<unknown>;
  readonly isLoading: boolean;
  readonly isFetching: boolean;
  readonly error: Error | null;
  readonly hasMore: boolean;
  readonly loadMore: () => void;
  readonly retry: () => void;
}

/** How many are fetched without being asked for: the charts need more than a screen of rows. */
export const EAGER = 1000;

export function summariesCall({ window, filter }: SummariesRequest, token?: string) {
  return getTraceSummaries({
    StartTime: window.start,
    EndTime: window.end,
    Sampling: false,
    FilterExpression: filter.trim() || undefined,
    NextToken: token,
  });
}

export function useTraceSummaries(request: SummariesRequest, { eager = EAGER } = {}): Summaries {
  const { clients } = useConnection();
  const query = useEagerInfiniteQuery({
    queryKey: ["GetTraceSummaries", clients.region, request.filter.trim(), request.window.start, request.window.end],
    queryFn: ({ pageParam, signal }) => summariesCall(request, pageParam).send(clients, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.NextToken,
    placeholderData: keepPreviousData,
  });
  const summaries = useMemo(() => query.data?.pages.flatMap((page) => page.TraceSummaries ?? []) ?? [], [query.data]);
  const scanned = query.data?.pages.reduce((sum, page) => sum + (page.TracesProcessedCount ?? 0), 0) ?? 0;
  const { hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = query;
  const wanted = summaries.length < eager && hasNextPage && !isFetching && !isError && !isPlaceholderData;
  useEffect(() => {
    if (wanted) void fetchNextPage();
  }, [wanted, fetchNextPage]);
  return {
    summaries,
    scanned,
    call: summariesCall(request),
    isLoading: query.isPending,
    isFetching,
    error: query.error,
    hasMore: hasNextPage,
    loadMore: () => void fetchNextPage(),
    retry: () => void query.refetch(),
  };
}
