/** The event history, newest first, page after page. */

import { keepPreviousData } from "@tanstack/react-query";
import { useMemo } from "react";
import { lookupEvents } from "../aws/call";
import { type AttributeKey, auditEvent } from "../model/audit_event";
import type { TimeWindow } from "../model/time_range";
import { useConnection } from "./connection";
import { useEagerInfiniteQuery } from "./eager_query";

export interface EventsRequest {
  readonly window: TimeWindow;
  readonly attribute: AttributeKey;
  /** Empty looks for everything. */
  readonly value: string;
}

export function eventsCall({ window, attribute, value }: EventsRequest, token?: string) {
  return lookupEvents({
    LookupAttributes: value ? [{ AttributeKey: attribute, AttributeValue: value }] : undefined,
    StartTime: window.start,
    EndTime: window.end,
    NextToken: token,
  });
}

export function useEvents(request: EventsRequest) {
  const { clients } = useConnection();
  const { window, attribute, value } = request;
  const query = useEagerInfiniteQuery({
    queryKey: ["LookupEvents", clients.region, attribute, value, window.start, window.end],
    queryFn: ({ pageParam, signal }) => eventsCall(request, pageParam).send(clients, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.NextToken,
    placeholderData: keepPreviousData,
  });
  const events = useMemo(
    () => query.data?.pages.flatMap((page) => page.Events ?? []).map(auditEvent) ?? [],
    [query.data],
  );
  return { ...query, events, call: eventsCall(request) };
}
