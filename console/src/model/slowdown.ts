/** Why B took longer than A: the parts of the work by how much each moved the end of the request. */

import { criticalPath } from "./critical_path";
import type { Column } from "./csv";
import type { Entity } from "./trace";
import { anyOf, type Compared, type Pair } from "./trace_pairs";

/** One kind of work under one caller, its repetitions taken together. */
export interface Cause {
  readonly path: string;
  readonly name: string;
  readonly service: string;
  /** The first of its pairs, to be shown. */
  readonly pair: Pair;
  /** How often it was done. */
  readonly timesInA: number;
  readonly timesInB: number;
  /** Seconds of the critical path that were its own. */
  readonly secondsInA: number;
  readonly secondsInB: number;
  /** What it added to the request, B against A. All of them together are the difference of the two requests. */
  readonly added: number;
}

/** Returns what added to B first, what B saved last; what moved nothing is left out. */
export function causesOf(pairs: readonly Pair[], a: Compared, b: Compared): Cause[] {
  const [inA, inB] = [secondsOnPath(a), secondsOnPath(b)];
  const causes = new Map<string, Cause>();
  for (const pair of pairs) {
    const secondsInA = (pair.a && inA.get(pair.a)) ?? 0;
    const secondsInB = (pair.b && inB.get(pair.b)) ?? 0;
    const before = causes.get(pair.path);
    causes.set(pair.path, {
      path: pair.path,
      name: anyOf(pair).name,
      service: anyOf(pair).service,
      pair: before?.pair ?? pair,
      timesInA: (before?.timesInA ?? 0) + (pair.a ? 1 : 0),
      timesInB: (before?.timesInB ?? 0) + (pair.b ? 1 : 0),
      secondsInA: (before?.secondsInA ?? 0) + secondsInA,
      secondsInB: (before?.secondsInB ?? 0) + secondsInB,
      added: (before?.added ?? 0) + secondsInB - secondsInA,
    });
  }
  return [...causes.values()]
    .filter(({ added }) => Math.abs(added) >= LEAST_DIFFERENCE)
    .sort((x, y) => y.added - x.added);
}

// Less than a microsecond is the rounding of the clocks.
export const LEAST_DIFFERENCE = 1e-6;

/** The seconds of a request's critical path that are each entity's own. */
export function secondsOnPath({ trace, open }: Compared): ReadonlyMap<Entity, number> {
  const seconds = new Map<Entity, number>();
  const [root] = trace.roots;
  for (const { entity, start, end } of root ? criticalPath(root, open) : [])
    seconds.set(entity, (seconds.get(entity) ?? 0) + end - start);
  return seconds;
}

/** What became of it, in a few words. */
export function changeOf({ timesInA, timesInB, added }: Cause): string {
  if (timesInA === 0) return timesInB === 1 ? "only in B" : `only in B, ${timesInB} ×`;
  if (timesInB === 0) return timesInA === 1 ? "only in A" : `only in A, ${timesInA} ×`;
  if (timesInA !== timesInB) return `${timesInA} × in A, ${timesInB} × in B`;
  return added > 0 ? "slower" : "faster";
}

export const CAUSE_COLUMNS: readonly Column<Cause>[] = [
  { header: "name", value: ({ name }) => name },
  { header: "service", value: ({ service }) => service },
  { header: "change", value: changeOf },
  { header: "times_in_a", value: ({ timesInA }) => timesInA },
  { header: "times_in_b", value: ({ timesInB }) => timesInB },
  { header: "path_seconds_in_a", value: ({ secondsInA }) => secondsInA },
  { header: "path_seconds_in_b", value: ({ secondsInB }) => secondsInB },
  { header: "added_seconds", value: ({ added }) => added },
];
