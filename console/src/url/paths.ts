/** Every address of the console; nobody else puts one together. */

import { formatTimeRange, type TimeRange } from "../model/time_range";

export const PATHS = {
  welcome: "/welcome",
  doctor: "/doctor",
  map: "/map",
  traces: "/traces",
  trace: "/traces/:id",
  compare: "/compare/:a/:b",
  analytics: "/analytics",
  events: "/events",
  sampling: "/sampling",
  groups: "/groups",
  encryption: "/encryption",
} as const;

export function tracesPath({ filter, range }: { filter?: string; range?: TimeRange } = {}): string {
  return withQuery(PATHS.traces, { filter, range: range && formatTimeRange(range) });
}

export function tracePath(id: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  return withQuery(`/traces/${encodeURIComponent(id)}`, query);
}

/** B is the one in question, A what it is held against. */
export function comparePath(a: string, b: string): string {
  return `/compare/${encodeURIComponent(a)}/${encodeURIComponent(b)}`;
}

export function eventsPath(query: Readonly<Record<string, string | undefined>> = {}): string {
  return withQuery(PATHS.events, query);
}

/** What an `href` needs: the path behind the hash. */
export function hashOf(path: string): string {
  return `#${path}`;
}

function withQuery(path: string, query: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return given.length ? `${path}?${new URLSearchParams(given)}` : path;
}
