/** A flame graph of one trace: across is time, down is who called whom; what runs at the same time lies side by side. */

import { type Entity, endOf, type Trace } from "./trace";

export interface Flame {
  readonly entity: Entity;
  readonly start: number;
  readonly end: number;
  readonly lane: number;
}

/** Places every entity in the first lane below its caller where it overlaps with nothing. */
export function flamesOf(trace: Trace, open: number): Flame[] {
  const lanes: { start: number; end: number }[][] = [];
  const placed = new Map<Entity, number>();
  return trace.entities.map((entity) => {
    const place = { start: entity.start, end: endOf(entity, open) };
    let lane = entity.parent ? (placed.get(entity.parent) ?? -1) + 1 : 0;
    while (lanes[lane]?.some((other) => other.start < place.end && place.start < other.end)) lane += 1;
    const taken = lanes[lane] ?? [];
    taken.push(place);
    lanes[lane] = taken;
    placed.set(entity, lane);
    return { entity, ...place, lane };
  });
}
