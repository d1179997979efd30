/** Two traces held against each other. */

import { type DifferingValue, differingValues } from "./differing_value";
import { type PairRow, pairRow } from "./pair_row";
import { type ServiceTimes, serviceTimes } from "./service_times";
import { type Cause, causesOf, LEAST_DIFFERENCE, secondsOnPath } from "./slowdown";
import { type Entity, endOf } from "./trace";
import { type Compared, pairsOf } from "./trace_pairs";

export interface Comparison {
  readonly a: Compared;
  readonly b: Compared;
  readonly rows: readonly PairRow[];
  readonly causes: readonly Cause[];
  readonly services: readonly ServiceTimes[];
  readonly values: readonly DifferingValue[];
  /** What is on the critical path of its request. */
  readonly onPath: ReadonlySet<Entity>;
  /** How much longer B's request took; what it did after its answer is not in it. */
  readonly added: number;
}

export function comparisonOf(a: Compared, b: Compared): Comparison {
  const pairs = pairsOf(a.trace, b.trace);
  return {
    a,
    b,
    rows: pairs.map((pair) => pairRow(pair, a, b)),
    causes: causesOf(pairs, a, b),
    services: serviceTimes(a, b),
    values: differingValues(a.trace, b.trace),
    onPath: new Set([...secondsOnPath(a).keys(), ...secondsOnPath(b).keys()]),
    added: requestSeconds(b) - requestSeconds(a),
  };
}

/** Seconds from a request to its answer. */
export function requestSeconds({ trace, open }: Compared): number {
  const [root] = trace.roots;
  return root ? endOf(root, open) - root.start : 0;
}

/** `+1.2 s`, `−340 ms`, `±0`: a difference always says which way. */
export function signed(seconds: number, format: (seconds: number) => string): string {
  if (Math.abs(seconds) < LEAST_DIFFERENCE) return "±0";
  return `${seconds > 0 ? "+" : "−"}${format(Math.abs(seconds))}`;
}
