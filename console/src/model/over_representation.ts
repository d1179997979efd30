/** What distinguishes a selection of traces: values that it has more often than the others, by more than chance explains. */

import { columnsOf, type TraceFacts } from "./trace_facts";

export interface Distinction {
  readonly column: string;
  readonly value: string;
  /** How many traces of the selection have the value, and how many of the others. */
  readonly selected: number;
  readonly others: number;
  readonly selectedShare: number;
  readonly othersShare: number;
  /** How likely chance alone would give so many, over all values that were looked at (Bonferroni); at most 1. */
  readonly chance: number;
}

/** What chance gives once in twenty such analyses is not told. */
const UNLIKELY = 0.05;

/**
 * Returns the values that are over-represented in the selection, the least likely by chance first.
 *
 * `chosenBy`: columns that the selection was chosen by; that it differs in these says nothing.
 */
export function distinctions(
  selection: readonly TraceFacts[],
  others: readonly TraceFacts[],
  chosenBy: ReadonlySet<string> = new Set(),
): Distinction[] {
  if (selection.length === 0 || others.length === 0) return [];
  const logs = logFactorials(selection.length + others.length);
  const columns = columnsOf([...selection, ...others]).filter((column) => !chosenBy.has(column));
  const counted = columns.flatMap((column) => counts(column, selection, others));
  return counted
    .map(({ column, value, selected, others: other }) => ({
      column,
      value,
      selected,
      others: other,
      selectedShare: selected / selection.length,
      othersShare: other / others.length,
      chance: Math.min(1, counted.length * upperTail(logs, [selected, other], [selection.length, others.length])),
    }))
    .filter(({ chance, selectedShare, othersShare }) => chance < UNLIKELY && selectedShare > othersShare)
    .sort((a, b) => a.chance - b.chance || b.selectedShare - b.othersShare - (a.selectedShare - a.othersShare));
}

interface Count {
  readonly column: string;
  readonly value: string;
  readonly selected: number;
  readonly others: number;
}

function counts(column: string, selection: readonly TraceFacts[], others: readonly TraceFacts[]): Count[] {
  const [selected, other] = [countsOf(column, selection), countsOf(column, others)];
  return [...selected].map(([value, count]) => ({ column, value, selected: count, others: other.get(value) ?? 0 }));
}

/** How many of the traces have each value of a column. */
export function countsOf(column: string, traces: readonly TraceFacts[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const trace of traces)
    for (const value of trace.values.get(column) ?? []) found.set(value, (found.get(value) ?? 0) + 1);
  return found;
}

/**
 * Returns the probability that a selection drawn by chance has a value at least so often: Fisher's exact test, one-sided.
 *
 * `having`: how many have it in the selection and in the others; `sizes`: how many there are.
 */
function upperTail(logs: Float64Array, having: readonly [number, number], sizes: readonly [number, number]): number {
  const [selected, other] = having;
  const [size, otherSize] = sizes;
  const total = selected + other;
  const choose = (from: number, some: number) => (logs[from] ?? 0) - (logs[some] ?? 0) - (logs[from - some] ?? 0);
  const all = choose(size + otherSize, total);
  let sum = 0;
  for (let count = selected; count <= Math.min(size, total); count += 1) {
    if (total - count <= otherSize) sum += Math.exp(choose(size, count) + choose(otherSize, total - count) - all);
  }
  return Math.min(1, sum);
}

function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let number = 2; number <= most; number += 1) logs[number] = (logs[number - 1] ?? 0) + Math.log(number);
  return logs;
}
