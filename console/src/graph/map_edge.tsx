/** A line of the map along ELK's route, with its arrow and its text. */

import type { Edge, EdgeProps } from "@xyflow/react";
import { memo } from "react";
import type { Point } from "./map_layout";

export type MapEdgeData = Edge<
  {
    readonly path: string;
    /** The tip of its arrow, which points to the right. */
    readonly tip: Point;
    /** The middle of its text. */
    readonly middle: Point;
    readonly colour: string | undefined;
    readonly width: number;
    readonly isLink: boolean;
    readonly text: string;
  },
  "call"
>;

const ARROW = 9;

export const MapEdgeView = memo(function MapEdgeView({ data }: EdgeProps<MapEdgeData>) {
  if (!data) return null;
  const { path, tip, middle, colour, width, isLink, text } = data;
  const half = 3 + width / 2;
  return (
    <g style={colour ? { color: colour } : undefined}>
      <path className="react-flow__edge-interaction" d={path} fill="none" strokeOpacity={0} strokeWidth={16} />
      <path className="sky-line" d={path} strokeWidth={width} strokeDasharray={isLink ? "6 5" : undefined} />
      <path
        className="sky-arrow"
        d={`M${tip.x - ARROW} ${tip.y - half}L${tip.x} ${tip.y}L${tip.x - ARROW} ${tip.y + half}Z`}
      />
      {text && (
        <text className="sky-line-text" x={middle.x} y={middle.y} dy="0.35em">
          {text}
        </text>
      )}
    </g>
  );
});
