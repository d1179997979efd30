/** Where the nodes of a map stand: ELK's layered layout, in a worker of its own, once for each shape of a map. */

import ELK, { type ElkNode } from "elkjs/lib/elk-api";
import workerUrl from "elkjs/lib/elk-worker.min.js?url";
import type { ServiceMap } from "../model/service_map";

export interface Place {
  readonly x: number;
  readonly y: number;
}

export type Places = ReadonlyMap<string, Place>;

/** What a node takes up, with its texts. */
export const NODE = { width: 150, height: 124 } as const;

const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.spacing.nodeNode": "18",
  "elk.spacing.componentComponent": "40",
  "elk.layered.spacing.nodeNodeBetweenLayers": "96",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
};

let elk: InstanceType<typeof ELK> | undefined;

/** Returns the places of a map's nodes: the same ones for the same shape, since names decide the order. */
export async function layOut({ nodes, edges }: ServiceMap): Promise<Places> {
  elk ??= new ELK({ workerUrl });
  const graph: ElkNode = {
    id: "map",
    layoutOptions: OPTIONS,
    children: nodes.map(({ id }) => ({ id, ...NODE })),
    edges: edges.map(({ id, source, target }) => ({ id, sources: [source.id], targets: [target.id] })),
  };
  const laidOut = await elk.layout(graph);
  return new Map((laidOut.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
}
