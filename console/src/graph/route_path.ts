/** A route as a line that can be drawn: its corners rounded, from the ring of one node to the ring of another. */

import type { Point } from "./map_layout";

const CORNER = 10;

/** A path of SVG along the points. */
export function roundedPath(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (!first) return "";
  const pieces = [`M${at(first)}`];
  for (const [index, corner] of rest.entries()) {
    const [before, after] = [points[index], rest[index + 1]];
    if (!before || !after) {
      pieces.push(`L${at(corner)}`);
      continue;
    }
    const reach = Math.min(CORNER, length(before, corner) / 2, length(corner, after) / 2);
    pieces.push(`L${at(towards(corner, before, reach))}Q${at(corner)} ${at(towards(corner, after, reach))}`);
  }
  return pieces.join("");
}

/** Draws out both ends of a route; they are level, as ELK leaves and enters a node at its sides. */
export function drawnOut(points: readonly Point[], { before, behind }: { before: number; behind: number }): Point[] {
  return points.map(({ x, y }, index) => {
    if (index === 0) return { x: x - before, y };
    return index === points.length - 1 ? { x: x + behind, y } : { x, y };
  });
}

/** Where a text or a mark goes on a route that has no place for one: halfway along it. */
export function middleOf(points: readonly Point[]): Point {
  const steps = points.slice(1).map((point, index) => length(points[index] ?? point, point));
  let left = steps.reduce((sum, step) => sum + step, 0) / 2;
  for (const [index, step] of steps.entries()) {
    const [from, to] = [points[index], points[index + 1]];
    if (from && to && left <= step) return towards(from, to, left);
    left -= step;
  }
  return points[0] ?? { x: 0, y: 0 };
}

function towards(from: Point, to: Point, reach: number): Point {
  const share = reach / (length(from, to) || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function length(from: Point, to: Point): number {
  return Math.hypot(to.x - from.x, to.y - from.y);
}

function at({ x, y }: Point): string {
  return `${Number(x.toFixed(1))} ${Number(y.toFixed(1))}`;
}
