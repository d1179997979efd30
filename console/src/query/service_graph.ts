/** The trace map of a time range and a group, whole; and how one part of it went over time. */

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getServiceGraph, getTimeSeries } from "../aws/graph_calls";
import { type ServiceNode, serviceMap } from "../model/service_map";
import type { TimeWindow } from "../model/time_range";
import { type Moment, momentsOf, periodOf } from "../model/time_series";
import { useConnection } from "./connection";

export function serviceGraphCall({ start, end }: TimeWindow, group: string, token?: string) {
  return getServiceGraph({
    StartTime: start,
    EndTime: end,
    GroupName: group || undefined,
    NextToken: token,
  });
}

export function useServiceMap(window: TimeWindow, group: string) {
  const { clients } = useConnection();
  const query = useQuery({
    queryKey: ["GetServiceGraph", clients.region, group, window.start, window.end],
    queryFn: async ({ signal }) => {
      const services: ServiceNode[] = [];
      let token: string | undefined;
      do {
        const page = await serviceGraphCall(window, group, token).send(clients, signal);
        services.push(...(page.Services ?? []));
        token = page.NextToken;
      } while (token);
      return services;
    },
    placeholderData: keepPreviousData,
  });
  const map = useMemo(() => query.data && serviceMap(query.data), [query.data]);
  return { ...query, map, call: serviceGraphCall(window, group) };
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
