/** A node of the map: its ring and icon, its name, and how much it does how quickly. */

import type { Node, NodeProps } from "@xyflow/react";
import { memo } from "react";
import { formatSeconds } from "../model/instant";
import type { Verdict } from "../model/map_difference";
import { nodeKind, typeText } from "../model/node_kind";
import { averageSeconds, formatTraffic, type MapNode, shortName } from "../model/service_map";
import { NODE } from "./layout";
import { NodeIcon } from "./node_icon";
import { OutcomeRing } from "./outcome_ring";
import { VerdictBadges } from "./verdict_badge";

export type MapNodeData = Node<
  {
    readonly node: MapNode;
    /** 0 is the smallest, 1 the largest. */
    readonly size: number;
    readonly isDim: boolean;
    readonly windowSeconds: number | undefined;
    readonly verdicts: readonly Verdict[];
    /** It was there in the time that is compared with only. */
    readonly isGone: boolean;
  },
  "service"
>;

const RADIUS = { least: 19, most: 32 };
const BOX = 2 * NODE.discY;

// What React Flow looks for where lines begin and end. Its own Handle listens to every move of the map, twice in each node.
const PORTS = (
  <>
    <i className="target sky-port" data-handlepos="left" />
    <i className="source sky-port" data-handlepos="right" />
  </>
);

/** The radius of the ring of a node of this size, in the middle of its line. */
export function radiusOf(size: number): number {
  return RADIUS.least + (RADIUS.most - RADIUS.least) * size;
}

export const MapNodeView = memo(function MapNodeView({ data, selected }: NodeProps<MapNodeData>) {
  const { node, size, isDim, windowSeconds, verdicts, isGone } = data;
  const radius = radiusOf(size);
  return (
    <div
      className={`sky-node${isDim ? " sky-node-dim" : ""}${isGone ? " sky-node-gone" : ""}${selected ? " sky-node-selected" : ""}`}
      style={{ width: NODE.width }}
      title={`${node.name}\n${typeText(node.type)}`}
    >
      {PORTS}
      {verdicts.length > 0 && <VerdictBadges verdicts={verdicts} />}
      <svg width={BOX} height={BOX} viewBox={`${-BOX / 2} ${-BOX / 2} ${BOX} ${BOX}`} aria-hidden="true">
        <circle r={radius} className="sky-node-disc" />
        <OutcomeRing counts={node.counts} radius={radius} />
        <g transform={`scale(${radius / 26}) translate(-12 -12)`}>
          <NodeIcon kind={nodeKind(node.type)} />
        </g>
      </svg>
      <div className="sky-node-name">{node.isClient ? "Client" : shortName(node)}</div>
      {!node.isClient && <div className="sky-node-type">{typeText(node.type)}</div>}
      {!node.isClient && <div className="sky-node-figures">{figures(node, windowSeconds)}</div>}
    </div>
  );
});

function figures(node: MapNode, windowSeconds: number | undefined): string {
  const average = averageSeconds(node);
  if (average === undefined) return "no requests";
  return `${formatSeconds(average)} · ${formatTraffic(node, windowSeconds)}`;
}

/** What a screen reader says of a node. */
export function describeNode(node: MapNode, windowSeconds: number | undefined): string {
  if (node.isClient) return `Clients of ${node.name}`;
  const { fault, error, throttle } = node.counts;
  const bad = [fault && `${fault} faults`, error && `${error} errors`, throttle && `${throttle} throttles`];
  return [node.name, typeText(node.type), figures(node, windowSeconds), ...bad.filter(Boolean)].join(", ");
}
