/** The trace that others are held against: of those that answered the same request well, the one in the middle. */

import { quoted } from "./filter_text";
import type { TimeWindow } from "./time_range";
import type { Entity, Trace } from "./trace";
import { type Summary, traceRow } from "./trace_row";

const HOUR_MS = 3600_000;

/** Filters whose traces answer the same request, the closest first; the next is for where too few answer the one before. */
export function alikeFilters(root: Entity): string[] {
  const entry = `service(${quoted(root.name)}) { root }`;
  const { method, url } = root.document.http?.request ?? {};
  const same = method ? [entry, `http.method = ${quoted(method)}`] : [entry];
  const bare = url?.replace(/[?#].*$/s, "");
  return [...(bare ? [[...same, `http.url BEGINSWITH ${quoted(bare)}`, "ok"]] : []), [...same, "ok"], [entry]].map(
    (terms) => terms.join(" AND "),
  );
}

/** An hour before the trace and after it: what is typical changes from day to day. */
export function windowAround({ start }: Trace, now: Date): TimeWindow {
  const end = Math.min(start.getTime() + HOUR_MS, now.getTime());
  return { start: new Date(start.getTime() - HOUR_MS), end: new Date(Math.max(end, start.getTime() + 1000)) };
}

/** Returns the trace of median response time among others than one; undefined where there is no other. */
export function typicalOf(summaries: readonly Summary[], other: string): string | undefined {
  const complete = summaries
    .map(traceRow)
    .flatMap(({ id, responseTime, outcome }) =>
      id && id !== other && responseTime !== undefined && outcome !== "in progress" ? [{ id, responseTime }] : [],
    )
    .sort((a, b) => a.responseTime - b.responseTime || (a.id < b.id ? -1 : 1));
  return complete[Math.floor((complete.length - 1) / 2)]?.id;
}
