/**
 * Links of AWS's own consoles, behind the hash, as ours.
 *
 * X-Ray's: `#/traces/<id>`, `#/traces/<id>/raw`, `#/traces?filter=…&timeRange=PT1H`, `#/service-map`, `#/getting-started`.
 * CloudWatch's: `#xray:traces/<id>`, `#xray:traces/query?~(query~(expression~'…)~context~(timeRange~(delta~21600000)))`,
 * `#xray:service-map/map?~(…)`. A router may have put a slash before "xray:".
 */

import { type Jsurl, parseJsurl } from "../model/jsurl";
import { formatTimeRange, parseTimeRange, type TimeRange } from "../model/time_range";
import { traceIdOf } from "../model/trace_id";

/** Returns our path for a path of AWS's, or null where it is none of theirs (so it may be one of ours). */
export function oursOf(path: string): string | null {
  const [before = "", ...rest] = path.replace(/^\/?/, "").split("?");
  const query = rest.join("?");
  if (before.startsWith("xray:")) return fromCloudWatch(before.slice("xray:".length), query);
  return fromXRay(before, new URLSearchParams(query));
}

function fromXRay(path: string, query: URLSearchParams): string | null {
  const [page, id, raw] = path.split("/");
  const renamed = page === "service-map" ? "map" : page === "getting-started" ? "welcome" : undefined;
  const canonical = page === "traces" && id ? traceIdOf(id) : null;
  if (!renamed && raw !== "raw" && !query.has("timeRange") && (!canonical || canonical === id)) return null;
  const ours = new URLSearchParams(query);
  ours.delete("timeRange");
  const range = parseTimeRange(query.get("timeRange") ?? "");
  if (range) ours.set("range", formatTimeRange(range));
  if (raw === "raw") ours.set("view", "raw");
  return address([renamed ?? page, canonical ?? id].filter(Boolean).join("/"), ours);
}

function fromCloudWatch(path: string, query: string): string {
  const [page = "", second = ""] = path.split("/");
  const state = parseJsurl(decodeURIComponent(query)) ?? {};
  const ours = new URLSearchParams();
  const range = rangeOf(member(state, "context", "timeRange"));
  if (range) ours.set("range", formatTimeRange(range));
  const id = page === "traces" ? traceIdOf(second) : null;
  if (id) return address(`traces/${id}`, new URLSearchParams());
  const filter = member(state, "query", "expression") ?? member(state, "query", "filter");
  if (typeof filter === "string" && filter) ours.set("filter", filter);
  return address(PAGES[page] ?? "traces", ours);
}

const PAGES: Record<string, string> = { "service-map": "map", traces: "traces", analytics: "analytics" };

/** CloudWatch counts back from now in milliseconds, or names two instants. */
function rangeOf(value: Jsurl | undefined): TimeRange | null {
  const delta = member(value, "delta");
  if (typeof delta === "number" && delta >= 1000) return { kind: "relative", seconds: Math.round(delta / 1000) };
  const [start, end] = [member(value, "start"), member(value, "end")];
  return parseTimeRange(`${instant(start)}~${instant(end)}`);
}

function instant(value: Jsurl | undefined): string {
  return typeof value === "number" ? new Date(value).toISOString() : String(value ?? "");
}

function member(value: Jsurl | undefined, ...path: string[]): Jsurl | undefined {
  return path.reduce<Jsurl | undefined>(
    (inner, name) => (inner && typeof inner === "object" && !Array.isArray(inner) ? inner[name] : undefined),
    value,
  );
}

function address(path: string, query: URLSearchParams): string {
  return query.size ? `/${path}?${query}` : `/${path}`;
}
