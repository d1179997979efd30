/** Queries that are sent while their view is drawn for the first time, which takes longer than most answers. */

import {
  type InfiniteData,
  type QueryFunction,
  type QueryKey,
  type UseInfiniteQueryOptions,
  type UseInfiniteQueryResult,
  type UseQueryOptions,
  type UseQueryResult,
  useInfiniteQuery,
  usePrefetchInfiniteQuery,
  usePrefetchQuery,
  useQuery,
} from "@tanstack/react-query";

type QueryOptions<Data> = UseQueryOptions<Data> & { readonly queryFn: QueryFunction<Data> };

export function useEagerQuery<Data>(options: QueryOptions<Data>): UseQueryResult<Data> {
  usePrefetchQuery({ queryKey: options.queryKey, queryFn: options.queryFn });
  return useQuery(options);
}

type Token = string | undefined;
type Pages<Page> = InfiniteData<Page, Token>;
type PageOptions<Page> = UseInfiniteQueryOptions<Page, Error, Pages<Page>, QueryKey, Token> & {
  readonly queryFn: QueryFunction<Page, QueryKey, Token>;
};

export function useEagerInfiniteQuery<Page>(options: PageOptions<Page>): UseInfiniteQueryResult<Pages<Page>> {
  const { queryKey, queryFn, initialPageParam } = options;
  usePrefetchInfiniteQuery<Page, Error, Pages<Page>, QueryKey, Token>({ queryKey, queryFn, initialPageParam });
  return useInfiniteQuery(options);
}
