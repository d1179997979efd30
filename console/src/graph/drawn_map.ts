/** A map as React Flow draws it: places, sizes, what stands back, and lines that are as strong as their traffic. */

import { type Edge, MarkerType } from "@xyflow/react";
import { OUTCOME_COLOURS } from "../components/outcome";
import { formatSeconds } from "../model/instant";
import { averageSeconds, formatTraffic, type MapEdge, type MapNode, type ServiceMap } from "../model/service_map";
import { NODE, type Places } from "./layout";
import { describeNode, type MapNodeData } from "./map_node";

export const SIZES = { none: "Same size", traffic: "Size by traffic", latency: "Size by latency" } as const;
export type Size = keyof typeof SIZES;

export interface Drawing {
  readonly map: ServiceMap;
  readonly places: Places;
  readonly selected: string | undefined;
  /** Ids of the nodes that a search found, or undefined where nothing was searched for. */
  readonly found: ReadonlySet<string> | undefined;
  readonly size: Size;
  readonly windowSeconds: number | undefined;
}

// From here on texts on lines hide more than they say; a line still tells in the panel.
const MOST_LABELS = 60;
const BAD_SHARE = 0.05;

export function drawnNodes({ map, places, selected, found, size, windowSeconds }: Drawing): MapNodeData[] {
  const weigh = weightOf(map.nodes, size);
  return map.nodes.flatMap((node) => {
    const position = places.get(node.id);
    if (!position) return [];
    return {
      id: node.id,
      type: "service" as const,
      position,
      width: NODE.width,
      height: NODE.height,
      selected: node.id === selected,
      ariaLabel: describeNode(node, windowSeconds),
      data: { node, size: weigh(node), isDim: found !== undefined && !found.has(node.id), windowSeconds },
    };
  });
}

export function drawnEdges({ map, selected, found, windowSeconds }: Drawing): Edge[] {
  const most = Math.max(1, ...map.edges.map((edge) => edge.counts.total));
  const isLabelled = map.edges.length <= MOST_LABELS;
  return map.edges.map((edge) => {
    const isSelected = edge.id === selected;
    const isBeside = selected === edge.source.id || selected === edge.target.id;
    const isDim = found !== undefined && !(found.has(edge.source.id) && found.has(edge.target.id));
    const colour = colourOf(edge);
    return {
      id: edge.id,
      source: edge.source.id,
      target: edge.target.id,
      selected: isSelected,
      ariaLabel: `${edge.source.name} to ${edge.target.name}${edge.isLink ? ", linked traces" : ""}`,
      className: `sky-edge${isDim ? " sky-edge-dim" : ""}${isSelected || isBeside ? " sky-edge-strong" : ""}`,
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, markerUnits: "userSpaceOnUse" },
      style: {
        ...(colour ? { stroke: colour } : {}),
        strokeWidth: 1.2 + 2.4 * Math.sqrt(edge.counts.total / most),
        ...(edge.isLink ? { strokeDasharray: "6 5" } : {}),
      },
      ...(isLabelled || isSelected ? { label: labelOf(edge, windowSeconds) } : {}),
    };
  });
}

function labelOf(edge: MapEdge, windowSeconds: number | undefined): string {
  const average = averageSeconds(edge);
  if (edge.isLink) return "linked";
  if (average === undefined) return "";
  return `${formatSeconds(average)} · ${formatTraffic(edge, windowSeconds)}`;
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
