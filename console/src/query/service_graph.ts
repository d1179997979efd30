/** The trace map of a time range and a group, or of traces, whole; and how one part of it went over time. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Clients } from "../aws/clients";
import { getServiceGraph, getTimeSeries, getTraceGraph } from "../aws/graph_calls";
import { type ServiceMap, type ServiceNode, serviceMap } from "../model/service_map";
import { mergedMaps } from "../model/service_map_merge";
import type { TimeWindow } from "../model/time_range";
import { type Moment, momentsOf, periodOf } from "../model/time_series";
import { useConnection } from "./connection";
import { useEagerQuery } from "./eager_query";

export function serviceGraphCall({ start, end }: TimeWindow, group: string, token?: string) {
  return getServiceGraph({
    StartTime: start,
    EndTime: end,
    GroupName: group || undefined,
    NextToken: token,
  });
}

/** Nothing is asked for where there is no window. */
export function useServiceMap(window: TimeWindow | undefined, group: string) {
  const { clients } = useConnection();
  const query = useEagerQuery({
    queryKey: ["GetServiceGraph", clients.region, group, window?.start, window?.end],
    queryFn: async ({ signal }) => {
      const services: ServiceNode[] = [];
      let token: string | undefined;
      do {
        if (!window) break;
        const page = await serviceGraphCall(window, group, token).send(clients, signal);
        services.push(...(page.Services ?? []));
        token = page.NextToken;
      } while (token);
      return services;
    },
    enabled: window !== undefined,
    placeholderData: keepPreviousData,
  });
  const map = useMemo(() => query.data && serviceMap(query.data), [query.data]);
  return { ...query, map, call: window && serviceGraphCall(window, group) };
}

/** One GetTraceGraph takes no more; AWS gives no figure, Skylens this one. */
export const TRACES_A_CALL = 100;

export function traceGraphCall(ids: readonly string[], token?: string) {
  return getTraceGraph({ TraceIds: [...ids], NextToken: token });
}

/** The map of these traces and no others. Links are those between traces of one call. */
export function useTraceGraph(ids: readonly string[]) {
  const { clients } = useConnection();
  const query = useQuery({
    queryKey: ["GetTraceGraph", clients.region, ids],
    queryFn: async ({ signal }) =>
      mergedMaps(await Promise.all(batchesOf(ids).map((batch) => readTraceGraph(clients, batch, signal)))),
    enabled: ids.length > 0,
    placeholderData: keepPreviousData,
  });
  return { ...query, map: query.data, calls: batchesOf(ids).map((batch) => traceGraphCall(batch)) };
}

function batchesOf(ids: readonly string[]): (readonly string[])[] {
  const batches = Math.ceil(ids.length / TRACES_A_CALL);
  return Array.from({ length: batches }, (_, at) => ids.slice(at * TRACES_A_CALL, (at + 1) * TRACES_A_CALL));
}

async function readTraceGraph(clients: Clients, ids: readonly string[], signal: AbortSignal): Promise<ServiceMap> {
  const services: ServiceNode[] = [];
  let token: string | undefined;
  do {
    const page = await traceGraphCall(ids, token).send(clients, signal);
    services.push(...(page.Services ?? []));
    token = page.NextToken;
  } while (token);
  return serviceMap(services);
}

export function timeSeriesCall({ start, end }: TimeWindow, group: string, selector: string, token?: string) {
  return getTimeSeries({
    StartTime: start,
    EndTime: end,
    GroupName: group || undefined,
    EntitySelectorExpression: selector,
    Period: periodOf({ start, end }),
    NextToken: token,
  });
}

export function useTimeSeries(window: TimeWindow, group: string, selector: string) {
  const { clients } = useConnection();
  return useQuery({
    queryKey: ["GetTimeSeriesServiceStatistics", clients.region, group, selector, window.start, window.end],
    queryFn: async ({ signal }) => {
      const moments: Moment[] = [];
      let token: string | undefined;
      do {
        const page = await timeSeriesCall(window, group, selector, token).send(clients, signal);
        moments.push(...momentsOf(page.TimeSeriesServiceStatistics ?? []));
        token = page.NextToken;
      } while (token);
      return moments;
    },
  });
}
