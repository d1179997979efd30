/** The trace map: what GetServiceGraph answers, as nodes and edges under names that stay the same from answer to answer. */

import type { Column } from "./csv";

export interface SummaryStatistics {
  readonly OkCount?: number | undefined;
  readonly ErrorStatistics?:
    | { readonly ThrottleCount?: number | undefined; readonly OtherCount?: number | undefined }
    | undefined;
  readonly FaultStatistics?: { readonly TotalCount?: number | undefined } | undefined;
  readonly TotalCount?: number | undefined;
  readonly TotalResponseTime?: number | undefined;
}

export interface HistogramEntry {
  readonly Value?: number | undefined;
  readonly Count?: number | undefined;
}

export interface ServiceEdge {
  readonly ReferenceId?: number | undefined;
  readonly EdgeType?: string | undefined;
  readonly SummaryStatistics?: SummaryStatistics | undefined;
  readonly ResponseTimeHistogram?: readonly HistogramEntry[] | undefined;
  readonly ReceivedEventAgeHistogram?: readonly HistogramEntry[] | undefined;
}

/** The part of a Service of AWS's that maps are made of. */
export interface ServiceNode {
  readonly ReferenceId?: number | undefined;
  readonly Name?: string | undefined;
  readonly AccountId?: string | undefined;
  readonly Type?: string | undefined;
  readonly Root?: boolean | undefined;
  readonly SummaryStatistics?: SummaryStatistics | undefined;
  readonly ResponseTimeHistogram?: readonly HistogramEntry[] | undefined;
  readonly Edges?: readonly ServiceEdge[] | undefined;
}

/** Requests by how they ended, each counted once, and the seconds that all of them took. */
export interface Counts {
  readonly ok: number;
  readonly error: number;
  readonly throttle: number;
  readonly fault: number;
  readonly total: number;
  readonly seconds: number;
}

export interface Bin {
  readonly value: number;
  readonly count: number;
}

export interface MapNode {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly account: string;
  readonly isClient: boolean;
  readonly isRoot: boolean;
  readonly counts: Counts;
  readonly responseTimes: readonly Bin[];
}

export interface MapEdge {
  readonly id: string;
  readonly source: MapNode;
  readonly target: MapNode;
  /** A trace that goes on elsewhere by a link, such as through a queue: its times are ages of what was received. */
  readonly isLink: boolean;
  readonly counts: Counts;
  readonly responseTimes: readonly Bin[];
}

export interface ServiceMap {
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
}

/** Numbers of one answer (ReferenceId) become names that the next answer has, too. Everything is in the order of the names. */
export function serviceMap(services: readonly ServiceNode[]): ServiceMap {
  const nodes = new Map<number, MapNode>();
  const taken = new Set<string>();
  for (const service of services) {
    const node = nodeOf(service, taken);
    nodes.set(service.ReferenceId ?? -1, node);
    taken.add(node.id);
  }
  const edges = services.flatMap((service) => edgesOf(service, nodes));
  return {
    nodes: [...nodes.values()].sort(byId),
    edges: [...new Map(edges.map((edge) => [edge.id, edge])).values()].sort(byId),
  };
}

function nodeOf(service: ServiceNode, taken: ReadonlySet<string>): MapNode {
  const [name, type, account] = [service.Name ?? "", service.Type ?? "", service.AccountId ?? ""];
  let id = [name, type, account].join("~");
  while (taken.has(id)) id += "~"; // clients of two nodes that differ in type only
  return {
    id,
    name,
    type,
    account,
    isClient: type === "client",
    isRoot: service.Root ?? false,
    counts: countsOf(service.SummaryStatistics),
    responseTimes: binsOf(service.ResponseTimeHistogram),
  };
}

function edgesOf(service: ServiceNode, nodes: ReadonlyMap<number, MapNode>): MapEdge[] {
  const source = nodes.get(service.ReferenceId ?? -1);
  if (!source) return [];
  return (service.Edges ?? []).flatMap((edge) => {
    const target = nodes.get(edge.ReferenceId ?? -1);
    if (!target) return [];
    const isLink = edge.EdgeType === "link";
    return {
      id: `${source.id}→${target.id}${isLink ? "→link" : ""}`,
      source,
      target,
      isLink,
      counts: countsOf(edge.SummaryStatistics),
      responseTimes: binsOf(isLink ? edge.ReceivedEventAgeHistogram : edge.ResponseTimeHistogram),
    };
  });
}

export function countsOf(statistics: SummaryStatistics | undefined): Counts {
  const error = statistics?.ErrorStatistics?.OtherCount ?? 0;
  const throttle = statistics?.ErrorStatistics?.ThrottleCount ?? 0;
  const fault = statistics?.FaultStatistics?.TotalCount ?? 0;
  const ok = statistics?.OkCount ?? 0;
  return {
    ok,
    error,
    throttle,
    fault,
    total: statistics?.TotalCount ?? 0,
    seconds: statistics?.TotalResponseTime ?? 0,
  };
}

function binsOf(entries: readonly HistogramEntry[] | undefined): Bin[] {
  return (entries ?? [])
    .map((entry) => ({ value: entry.Value ?? 0, count: entry.Count ?? 0 }))
    .sort((a, b) => a.value - b.value);
}

/** Seconds that one request took on average, or undefined where none was counted. */
export function averageSeconds({ counts }: { readonly counts: Counts }): number | undefined {
  return counts.total > 0 ? counts.seconds / counts.total : undefined;
}

export function requestsPerMinute({ counts }: { readonly counts: Counts }, windowSeconds: number): number {
  return windowSeconds > 0 ? (counts.total * 60) / windowSeconds : 0;
}

/** A rate as people read it: `240/min`, `3.2/min`, `<0.1/min`. */
export function formatRate(perMinute: number): string {
  if (perMinute > 0 && perMinute < 0.1) return "<0.1/min";
  const shown = perMinute >= 10 ? Math.round(perMinute) : Number(perMinute.toFixed(1));
  return `${shown.toLocaleString("en-US")}/min`;
}

/** How much a part of a map carries: its rate, or how many requests where nobody says in how long. */
export function formatTraffic(part: { readonly counts: Counts }, windowSeconds: number | undefined): string {
  if (windowSeconds !== undefined) return formatRate(requestsPerMinute(part, windowSeconds));
  return part.counts.total === 1 ? "1 request" : `${part.counts.total.toLocaleString("en-US")} requests`;
}

/** The part of a map around one node: all that is at most so many calls away, whoever calls whom. */
export function neighbourhood({ nodes, edges }: ServiceMap, id: string, hops = 1): ServiceMap {
  const near = new Set([id]);
  for (let hop = 0; hop < hops; hop += 1) {
    const beside = edges.filter(({ source, target }) => near.has(source.id) || near.has(target.id));
    for (const { source, target } of beside) near.add(source.id).add(target.id);
  }
  // Of one hop, lines between two neighbours would hide which are its own.
  const isKept = ({ source, target }: MapEdge) =>
    hops === 1 ? source.id === id || target.id === id : near.has(source.id) && near.has(target.id);
  return { nodes: nodes.filter((node) => near.has(node.id)), edges: edges.filter(isKept) };
}

/** A name as it stands on the map: of a queue's URL the queue, of an ARN what it names. */
export function shortName({ name }: { readonly name: string }): string {
  if (/^https?:\/\/[^/]+\/./.test(name)) return name.replace(/\/$/, "").split("/").at(-1) ?? name;
  return name.startsWith("arn:") ? (name.split(/[:/]/).at(-1) ?? name) : name;
}

/** What a layout depends on: two maps with the same shape are drawn in the same places. */
export function shapeOf({ nodes, edges }: ServiceMap): string {
  return JSON.stringify([nodes.map((node) => node.id), edges.map((edge) => edge.id)]);
}

export function searchNodes(nodes: readonly MapNode[], text: string): readonly MapNode[] {
  const wanted = text.trim().toLowerCase();
  return wanted ? nodes.filter((node) => `${node.name} ${node.type}`.toLowerCase().includes(wanted)) : [];
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** What a download of the map's nodes holds. */
export const NODE_COLUMNS: readonly Column<MapNode>[] = [
  { header: "name", value: (node) => node.name },
  { header: "type", value: (node) => node.type },
  { header: "account", value: (node) => node.account },
  { header: "requests", value: (node) => node.counts.total },
  { header: "average_seconds", value: (node) => averageSeconds(node) },
  { header: "ok", value: (node) => node.counts.ok },
  { header: "errors", value: (node) => node.counts.error },
  { header: "throttles", value: (node) => node.counts.throttle },
  { header: "faults", value: (node) => node.counts.fault },
];
