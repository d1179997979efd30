/** Where the nodes of a map stand and which way its lines go: ELK's layered layout, in a worker of its own, once for each shape of a map. */

import ELK, { type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { MapEdge, MapNode, ServiceMap } from "../model/service_map";
import { aligned, keeps, type Layout, type Point, type Route } from "./map_layout";

/** What a node takes up, with its texts, and where in it its disc is. */
export const NODE = { width: 140, height: 124, discX: 70, discY: 36 } as const;
/** What the text on a line takes up. */
export const LABEL = { width: 98, height: 16 } as const;
/** Lines of links arrive a little lower than lines of calls: both may go from one node to another. */
export const LINK_DROP = 10;
// From here on texts on lines hide more than they say; a line still tells in the panel.
const MOST_LABELS = 60;
// From here on it is more than a look at it that has to be quick.
const MANY_NODES = 120;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": "18",
  "elk.spacing.edgeLabel": "2",
  "elk.spacing.componentComponent": "40",
  "elk.layered.cycleBreaking.strategy": "DEPTH_FIRST",
  "elk.layered.edgeLabels.sideSelection": "ALWAYS_UP",
};
const FEW = {
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.spacing.nodeNodeBetweenLayers": "18",
  "elk.layered.spacing.edgeNodeBetweenLayers": "8",
};
const MANY = {
  "elk.layered.nodePlacement.strategy": "SIMPLE",
  "elk.layered.layering.strategy": "COFFMAN_GRAHAM",
  "elk.layered.thoroughness": "2",
  "elk.layered.spacing.nodeNodeBetweenLayers": "30",
  "elk.spacing.edgeEdge": "4",
  "elk.spacing.edgeNode": "6",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "5",
};
/** Layers, and the order in each of them, are those that the nodes stand in already. */
const AS_BEFORE = {
  "elk.interactive": "true",
  "elk.layered.cycleBreaking.strategy": "INTERACTIVE",
  "elk.layered.layering.strategy": "INTERACTIVE",
  "elk.layered.crossingMinimization.strategy": "INTERACTIVE",
  "elk.layered.nodePlacement.strategy": "INTERACTIVE",
};

let elk: InstanceType<typeof ELK> | undefined;

/** Starts the worker, which takes as long as asking for a map: so both go on at once. */
export function prepareLayout(): void {
  elk ??= new ELK({ workerUrl });
}

/** Whether a map has texts on its lines. */
export function isLabelled({ edges }: ServiceMap): boolean {
  return edges.length <= MOST_LABELS;
}

/**
 * Returns a layout of a map: the same one for the same shape, since names decide the order.
 *
 * `before`: how the map was laid out when it was last seen. What stood there keeps its layer and its order.
 */
export async function layOut(map: ServiceMap, before?: Layout): Promise<Layout> {
  elk ??= new ELK({ workerUrl });
  const known = before && keeps(before, map) ? before : undefined;
  const hints = known && hintsOf(map, known);
  const laidOut = await elk.layout({
    id: "map",
    layoutOptions: { ...optionsOf(map.nodes.length), ...(hints ? AS_BEFORE : {}) },
    children: map.nodes.map((node) => elkNode(node, hints?.get(node.id))),
    edges: map.edges.map((edge) => elkEdge(edge, isLabelled(map))),
  });
  const layout = {
    places: new Map((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }])),
    routes: new Map((laidOut.edges ?? []).flatMap((edge) => routesOf(edge))),
  };
  return known ? aligned(layout, known) : layout;
}

function optionsOf(nodes: number): Record<string, string> {
  if (nodes <= MANY_NODES) return { ...OPTIONS, ...FEW };
  // As high as wide, or all would be one column of hundreds that fits no screen.
  return {
    ...OPTIONS,
    ...MANY,
    "elk.layered.layering.coffmanGraham.layerBound": String(Math.ceil(1.35 * nodes ** 0.5)),
  };
}

function elkNode({ id, isClient }: MapNode, place: Point | undefined): ElkNode {
  const port = (name: string, side: "WEST" | "EAST", drop: number) => ({
    id: `${id}${name}`,
    x: side === "WEST" ? 0 : NODE.width,
    y: NODE.discY + drop,
    layoutOptions: { "elk.port.side": side },
  });
  return {
    id,
    width: NODE.width,
    height: NODE.height,
    ...place,
    layoutOptions: {
      "elk.portConstraints": "FIXED_POS",
      ...(isClient && !place ? { "elk.layered.layering.layerConstraint": "FIRST" } : {}),
    },
    ports: [
      port("<", "WEST", 0),
      port("<link", "WEST", LINK_DROP),
      port(">", "EAST", 0),
      port(">link", "EAST", LINK_DROP),
    ],
  };
}

function elkEdge({ id, source, target, isLink }: MapEdge, labelled: boolean): ElkExtendedEdge {
  const kind = isLink ? "link" : "";
  return {
    id,
    sources: [`${source.id}>${kind}`],
    targets: [`${target.id}<${kind}`],
    labels: labelled ? [{ id: `${id} label`, text: "…", ...LABEL }] : [],
  };
}

function routesOf({ id, sections = [], labels = [] }: ElkExtendedEdge): [string, Route][] {
  const [section] = sections;
  if (!section) return [];
  const [label] = labels;
  const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
  const middle = label && { x: (label.x ?? 0) + LABEL.width / 2, y: (label.y ?? 0) + LABEL.height / 2 };
  return [[id, { points, ...(middle ? { label: middle } : {}) }]];
}

/** Where everything stood; what is new goes behind one that it is called by, below all that stands there. */
function hintsOf({ nodes, edges }: ServiceMap, { places }: Layout): ReadonlyMap<string, Point> {
  const hints = new Map(places);
  const lowest = Math.max(0, ...[...places.values()].map(({ y }) => y));
  for (const { id } of nodes) {
    if (hints.has(id)) continue;
    const caller = edges.find(({ source, target }) => target.id === id && places.has(source.id));
    const called = edges.find(({ source, target }) => source.id === id && places.has(target.id));
    const from = hints.get(caller?.source.id ?? "")?.x;
    const to = hints.get(called?.target.id ?? "")?.x;
    const x = from !== undefined ? columnAfter(from, places) : Math.max(0, (to ?? 0) - 1);
    hints.set(id, { x, y: lowest + NODE.height * (1 + hints.size - places.size) });
  }
  return hints;
}

function columnAfter(x: number, places: Layout["places"]): number {
  const after = [...places.values()].map((place) => place.x).filter((other) => other >= x + NODE.width);
  return after.length ? Math.min(...after) : x + 2 * NODE.width;
}
