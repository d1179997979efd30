/** A map as React Flow draws it: places, sizes, what stands back, and lines that are as strong as their traffic. */

import { Position } from "@xyflow/react";
import { OUTCOME_COLOURS } from "../components/outcome";
import { formatSeconds } from "../model/instant";
import type { PartChange, Verdict } from "../model/map_difference";
import { averageSeconds, formatTraffic, type MapEdge, type MapNode, type ServiceMap } from "../model/service_map";
import { LINK_DROP, NODE } from "./layout";
import type { MapEdgeData } from "./map_edge";
import type { Layout } from "./map_layout";
import { describeNode, type MapNodeData, radiusOf } from "./map_node";
import { drawnOut, middleOf, roundedPath } from "./route_path";
import { VERDICT_COLOURS, VERDICT_MARKS } from "./verdict_badge";

export const SIZES = { none: "Same size", traffic: "Size by traffic", latency: "Size by latency" } as const;
export type Size = keyof typeof SIZES;

export interface Drawing {
  readonly map: ServiceMap;
  readonly layout: Layout;
  readonly selected: string | undefined;
  /** Ids of the nodes that a search found, or undefined where nothing was searched for. */
  readonly found: ReadonlySet<string> | undefined;
  readonly size: Size;
  readonly windowSeconds: number | undefined;
  /** What changed, by id of node or edge, where two time ranges are compared. */
  readonly changes?: ReadonlyMap<string, PartChange> | undefined;
}

const BAD_SHARE = 0.05;
// Between a ring and the line that leaves it or arrives at it.
const GAP = 4;

export function drawnNodes({ map, layout, selected, found, size, windowSeconds, changes }: Drawing): MapNodeData[] {
  const weigh = weightOf(map.nodes, size);
  return map.nodes.flatMap((node) => {
    const position = layout.places.get(node.id);
    if (!position) return [];
    const change = changes?.get(node.id);
    return {
      id: node.id,
      type: "service" as const,
      position,
      ...MEASURED,
      // Above all lines, or those that are on top of others would cross what stands beside a ring.
      zIndex: 3,
      handles: HANDLES,
      selected: node.id === selected,
      ariaLabel: [describeNode(node, windowSeconds), ...(change?.verdicts ?? [])].join(", "),
      data: {
        node,
        size: weigh(node),
        isDim: found !== undefined && !found.has(node.id),
        windowSeconds,
        verdicts: change?.verdicts ?? NO_VERDICTS,
        isGone: change !== undefined && !change.now,
      },
    };
  });
}

// Known beforehand, so that React Flow measures none of them.
const MEASURED = {
  width: NODE.width,
  height: NODE.height,
  measured: { width: NODE.width, height: NODE.height },
};
const HANDLES: NonNullable<MapNodeData["handles"]> = (["target", "source"] as const).map((type) => ({
  type,
  position: type === "target" ? Position.Left : Position.Right,
  x: type === "target" ? 0 : NODE.width,
  y: NODE.discY,
  width: 1,
  height: 1,
}));

const NO_VERDICTS: readonly Verdict[] = [];

export function drawnEdges({ map, layout, selected, found, size, windowSeconds, changes }: Drawing): MapEdgeData[] {
  const most = Math.max(1, ...map.edges.map((edge) => edge.counts.total));
  const weigh = weightOf(map.nodes, size);
  const reach = (node: MapNode, isLink: boolean) => {
    const radius = radiusOf(weigh(node)) + GAP;
    return NODE.discX - Math.sqrt(radius ** 2 - (isLink ? LINK_DROP ** 2 : 0));
  };
  return map.edges.flatMap((edge) => {
    const { id, source, target, isLink } = edge;
    const route = layout.routes.get(id);
    if (!route) return [];
    const points = drawnOut(route.points, { before: reach(source, isLink), behind: reach(target, isLink) });
    const change = changes?.get(id);
    const verdicts = change?.verdicts ?? NO_VERDICTS;
    const colour = changes ? verdicts[0] && VERDICT_COLOURS[verdicts[0]] : colourOf(edge);
    const isSelected = id === selected;
    const isBeside = selected === source.id || selected === target.id;
    const isDim = found !== undefined && !(found.has(source.id) && found.has(target.id));
    return {
      id,
      type: "call" as const,
      source: source.id,
      target: target.id,
      selected: isSelected,
      ariaLabel: [describeEdge(edge, windowSeconds), ...verdicts].join(", "),
      // Lines share their way where they can: what is chosen, then what is bad, is on top.
      zIndex: isSelected || isBeside ? 2 : colour ? 1 : 0,
      className: `sky-edge${isDim ? " sky-edge-dim" : ""}${change && !change.now ? " sky-edge-gone" : ""}${isSelected || isBeside ? " sky-edge-strong" : ""}`,
      data: {
        path: roundedPath(points),
        tip: points.at(-1) ?? { x: 0, y: 0 },
        middle: route.label ?? middleOf(points),
        colour,
        width: Number((1.2 + 2.4 * Math.sqrt(edge.counts.total / most)).toFixed(2)),
        isLink,
        text: markOf(edge, verdicts) || (route.label || isSelected ? labelOf(edge, windowSeconds) : ""),
      },
    };
  });
}

function labelOf(edge: MapEdge, windowSeconds: number | undefined): string {
  const average = averageSeconds(edge);
  if (edge.isLink) return "linked";
  if (average === undefined) return "";
  return `${formatSeconds(average)} · ${formatTraffic(edge, windowSeconds)}`;
}

/** One change has room for its word; several have their marks only. */
function markOf(edge: MapEdge, verdicts: readonly Verdict[]): string {
  const [first, ...rest] = verdicts;
  if (!first) return "";
  if (rest.length === 0) return `${VERDICT_MARKS[first]} ${first}`;
  return `${verdicts.map((verdict) => VERDICT_MARKS[verdict]).join(" ")}  ${formatSeconds(averageSeconds(edge) ?? 0)}`;
}

function describeEdge(edge: MapEdge, windowSeconds: number | undefined): string {
  const { source, target, isLink } = edge;
  const from = source.isClient ? "Clients" : source.name;
  return `${from} to ${target.name}, ${isLink ? "linked traces" : labelOf(edge, windowSeconds)}`;
}

function colourOf({ counts }: MapEdge): string | undefined {
  const worst = (["fault", "throttle", "error"] as const).find((outcome) => counts[outcome] > BAD_SHARE * counts.total);
  return worst && OUTCOME_COLOURS[worst];
}

function weightOf(nodes: readonly MapNode[], size: Size): (node: MapNode) => number {
  if (size === "none") return () => 0.55;
  const value = (node: MapNode) => (size === "traffic" ? node.counts.total : (averageSeconds(node) ?? 0));
  const most = Math.max(...nodes.map(value), Number.MIN_VALUE);
  return (node) => Math.sqrt(value(node) / most);
}
