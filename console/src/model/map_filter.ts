/** The filter expression for the traces behind a part of the map: a node or an edge, some outcomes, a slice of response times. */

import { quoted } from "./filter_text";
import type { MapEdge, MapNode } from "./service_map";

export const COUNTED = ["ok", "error", "throttle", "fault"] as const;
export type Counted = (typeof COUNTED)[number];

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface Narrowing {
  readonly outcomes: readonly Counted[];
  readonly interval?: Interval | undefined;
}

// X-Ray's "error" is true of throttled requests, too; the map counts each request once.
const TERMS: Record<Counted, string> = {
  ok: "ok",
  error: "(error AND !throttle)",
  throttle: "throttle",
  fault: "fault",
};

export function nodeFilter(node: MapNode, narrowing: Narrowing): string {
  return `service(${idOf(node)})${inside(narrowing)}`;
}

/** A client is known by whom it calls, so an edge from one is the called node as the root of its traces. */
export function edgeFilter(edge: MapEdge, narrowing: Narrowing): string {
  if (edge.source.isClient) return nodeFilter(edge.target, narrowing);
  return `edge(${idOf(edge.source)}, ${idOf(edge.target)})${inside(narrowing)}`;
}

function idOf(node: MapNode): string {
  const type = node.type && !node.isClient ? `, type: ${quoted(node.type)}` : "";
  return `id(name: ${quoted(node.name)}${type})`;
}

function inside({ outcomes, interval }: Narrowing): string {
  const terms: string[] = [];
  if (interval) terms.push(`responsetime >= ${digits(interval.from)} AND responsetime <= ${digits(interval.to)}`);
  if (outcomes.length > 0 && outcomes.length < COUNTED.length) {
    const either = outcomes.map((outcome) => TERMS[outcome]).join(" OR ");
    terms.push(outcomes.length > 1 ? `(${either})` : either);
  }
  return terms.length ? ` { ${terms.join(" AND ")} }` : "";
}

/** Six digits tell microseconds of a second apart, and no more can be seen in a chart. */
function digits(seconds: number): string {
  return String(Number(seconds.toPrecision(6)));
}
