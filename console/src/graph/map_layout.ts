/** A layout of a map, and when the next one has to remember it. */

import type { ServiceMap } from "../model/service_map";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Route {
  /** From the edge of one node to the edge of another. */
  readonly points: readonly Point[];
  /** The middle of its text. */
  readonly label?: Point;
}

export interface Layout {
  readonly places: ReadonlyMap<string, Point>;
  readonly routes: ReadonlyMap<string, Route>;
}

// A map that is mostly another one is better laid out for itself than around gaps and guests.
const LEAST_KNOWN = 0.6;

/** Whether a layout has everything of a map and little else, so that it can be drawn as it is. */
export function covers({ places, routes }: Layout, { nodes, edges }: ServiceMap): boolean {
  return (
    nodes.length >= LEAST_KNOWN * places.size &&
    nodes.every(({ id }) => places.has(id)) &&
    edges.every(({ id }) => routes.has(id))
  );
}

/** Whether a map is so much like one that was laid out before that people would miss what moved. */
export function keeps({ places }: Layout, { nodes }: ServiceMap): boolean {
  const known = nodes.filter(({ id }) => places.has(id)).length;
  return known >= LEAST_KNOWN * nodes.length && known >= LEAST_KNOWN * places.size;
}

/** Moves a layout as a whole so that what both have stands where it stood, in the middle of all. */
export function aligned(layout: Layout, before: Layout): Layout {
  const both = [...layout.places].flatMap(([id, now]) => {
    const then = before.places.get(id);
    return then ? [{ x: then.x - now.x, y: then.y - now.y }] : [];
  });
  const by = { x: median(both.map(({ x }) => x)), y: median(both.map(({ y }) => y)) };
  const moved = ({ x, y }: Point) => ({ x: x + by.x, y: y + by.y });
  return {
    places: new Map([...layout.places].map(([id, place]) => [id, moved(place)])),
    routes: new Map(
      [...layout.routes].map(([id, { points, label }]) => [
        id,
        { points: points.map(moved), ...(label ? { label: moved(label) } : {}) },
      ]),
    ),
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
