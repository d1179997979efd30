/** Maps of disjoint sets of traces as one: what they counted, together. */

import type { Bin, Counts, MapEdge, MapNode, ServiceMap } from "./service_map";

export function mergedMaps(maps: readonly ServiceMap[]): ServiceMap {
  const [only] = maps;
  if (only && maps.length === 1) return only;
  const nodes = new Map<string, MapNode>();
  for (const node of maps.flatMap((map) => map.nodes)) nodes.set(node.id, mergedNode(nodes.get(node.id), node));
  const edges = new Map<string, MapEdge>();
  for (const edge of maps.flatMap((map) => map.edges)) {
    const [source, target] = [nodes.get(edge.source.id) ?? edge.source, nodes.get(edge.target.id) ?? edge.target];
    edges.set(edge.id, { ...merged(edges.get(edge.id), edge), source, target });
  }
  return { nodes: [...nodes.values()].sort(byId), edges: [...edges.values()].sort(byId) };
}

function mergedNode(before: MapNode | undefined, node: MapNode): MapNode {
  return { ...merged(before, node), isRoot: node.isRoot || (before?.isRoot ?? false) };
}

interface Counted {
  readonly counts: Counts;
  readonly responseTimes: readonly Bin[];
}

function merged<Part extends Counted>(before: Part | undefined, part: Part): Part {
  if (!before) return part;
  const responseTimes = mergedBins(before.responseTimes, part.responseTimes);
  return { ...part, counts: sum(before.counts, part.counts), responseTimes };
}

function sum(one: Counts, other: Counts): Counts {
  return {
    ok: one.ok + other.ok,
    error: one.error + other.error,
    throttle: one.throttle + other.throttle,
    fault: one.fault + other.fault,
    total: one.total + other.total,
    seconds: one.seconds + other.seconds,
  };
}

function mergedBins(one: readonly Bin[], other: readonly Bin[]): Bin[] {
  const counts = new Map<number, number>();
  for (const { value, count } of [...one, ...other]) counts.set(value, (counts.get(value) ?? 0) + count);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value);
}

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
}
