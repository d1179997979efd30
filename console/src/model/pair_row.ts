/** A pair as a row of the comparison: how long it took in both, and what of that is a change. */

import { selfTime } from "./critical_path";
import type { Column } from "./csv";
import { anyOf, type Compared, lengthOf, type Pair } from "./trace_pairs";

export type Change = "only in A" | "only in B" | "slower" | "faster" | "the same";

export interface PairRow {
  readonly pair: Pair;
  readonly secondsInA: number | undefined;
  readonly secondsInB: number | undefined;
  readonly selfInA: number | undefined;
  readonly selfInB: number | undefined;
  /** B against A; where one has it alone, its whole time. */
  readonly delta: number;
  readonly change: Change;
  readonly isCollapsed: boolean;
  readonly hidden: number;
}

// Of the longer one: what differs by less runs differently from one time to the next.
const NOTABLE = 0.1;
const NOTABLE_SECONDS = 0.000_5;

export function pairRow(pair: Pair, a: Compared, b: Compared): PairRow {
  const [secondsInA, secondsInB] = [lengthOf(pair.a, a.open), lengthOf(pair.b, b.open)];
  const delta = (secondsInB ?? 0) - (secondsInA ?? 0);
  return {
    pair,
    secondsInA,
    secondsInB,
    selfInA: pair.a && selfTime(pair.a, a.open),
    selfInB: pair.b && selfTime(pair.b, b.open),
    delta,
    change: changeOf(secondsInA, secondsInB, delta),
    isCollapsed: false,
    hidden: 0,
  };
}

function changeOf(inA: number | undefined, inB: number | undefined, delta: number): Change {
  if (inA === undefined) return "only in B";
  if (inB === undefined) return "only in A";
  if (Math.abs(delta) < Math.max(NOTABLE * Math.max(inA, inB), NOTABLE_SECONDS)) return "the same";
  return delta > 0 ? "slower" : "faster";
}

/** Returns the rows to draw: all but those below a collapsed one. */
export function unfolded(rows: readonly PairRow[], collapsed: ReadonlySet<string>): PairRow[] {
  const found: PairRow[] = [];
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (!row) break;
    const isCollapsed = collapsed.has(row.pair.key) && row.pair.children.length > 0;
    const hidden = isCollapsed ? countBelow(rows, at) : 0;
    found.push({ ...row, isCollapsed, hidden });
    at += hidden;
  }
  return found;
}

/** Returns the rows that changed, and those that lead to them. */
export function changedOnly(rows: readonly PairRow[]): PairRow[] {
  const kept = new Set<Pair>();
  for (const { pair, change } of rows) {
    if (change === "the same") continue;
    for (let at: Pair | undefined = pair; at && !kept.has(at); at = at.parent) kept.add(at);
  }
  return rows.filter(({ pair }) => kept.has(pair));
}

function countBelow(rows: readonly PairRow[], at: number): number {
  const depth = rows[at]?.pair.depth ?? 0;
  let count = 0;
  while ((rows[at + count + 1]?.pair.depth ?? -1) > depth) count += 1;
  return count;
}

export const PAIR_COLUMNS: readonly Column<PairRow>[] = [
  { header: "depth", value: ({ pair }) => pair.depth },
  { header: "name", value: ({ pair }) => anyOf(pair).name },
  { header: "service", value: ({ pair }) => anyOf(pair).service },
  { header: "change", value: ({ change }) => change },
  { header: "seconds_in_a", value: ({ secondsInA }) => secondsInA },
  { header: "seconds_in_b", value: ({ secondsInB }) => secondsInB },
  { header: "delta_seconds", value: ({ delta }) => delta },
  { header: "self_seconds_in_a", value: ({ selfInA }) => selfInA },
  { header: "self_seconds_in_b", value: ({ selfInB }) => selfInB },
  { header: "outcome_in_a", value: ({ pair }) => pair.a?.outcome },
  { header: "outcome_in_b", value: ({ pair }) => pair.b?.outcome },
  { header: "id_in_a", value: ({ pair }) => pair.a?.id },
  { header: "id_in_b", value: ({ pair }) => pair.b?.id },
];
