/** A filter set: a choice among the traces that were retrieved, made by clicking and dragging. It stands in the URL. */

import type { TraceFacts } from "./trace_facts";

export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface FilterSet {
  /** Traces that have one of the values of each column. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  readonly seconds: Range | undefined;
  /** Milliseconds since 1970. */
  readonly start: Range | undefined;
}

export const NO_FILTER: FilterSet = { values: new Map(), seconds: undefined, start: undefined };

export function isEmpty(set: FilterSet): boolean {
  return set.values.size === 0 && !set.seconds && !set.start;
}

export function matches(set: FilterSet, trace: TraceFacts): boolean {
  if (set.start && !inside(set.start, trace.start)) return false;
  if (set.seconds && (trace.seconds === undefined || !inside(set.seconds, trace.seconds))) return false;
  for (const [column, wanted] of set.values) {
    if (!(trace.values.get(column) ?? []).some((value) => wanted.has(value))) return false;
  }
  return true;
}

function inside({ from, to }: Range, value: number): boolean {
  return from <= value && value <= to;
}

/** Returns the set with a value of a column added, or without it if it was there. */
export function toggled(set: FilterSet, column: string, value: string): FilterSet {
  const values = new Map(set.values);
  const chosen = new Set(values.get(column));
  if (!chosen.delete(value)) chosen.add(value);
  if (chosen.size > 0) values.set(column, chosen);
  else values.delete(column);
  return { ...set, values };
}

const SECONDS = "seconds";
const START = "start";
const VALUE = "v.";

/** Returns the text that a URL carries; parseFilterSet reads it back. */
export function formatFilterSet(set: FilterSet): string {
  const params = new URLSearchParams();
  if (set.seconds) params.append(SECONDS, formatRange(set.seconds));
  if (set.start) params.append(START, formatRange(set.start));
  for (const [column, values] of set.values) for (const value of values) params.append(VALUE + column, value);
  return params.toString();
}

/** Returns the set that a text of a URL means; what it says that cannot be read chooses nothing. */
export function parseFilterSet(text: string): FilterSet {
  const params = new URLSearchParams(text);
  const values = new Map<string, Set<string>>();
  for (const [name, value] of params) {
    if (!name.startsWith(VALUE)) continue;
    const column = name.slice(VALUE.length);
    values.set(column, (values.get(column) ?? new Set()).add(value));
  }
  return { values, seconds: parseRange(params.get(SECONDS)), start: parseRange(params.get(START)) };
}

function formatRange({ from, to }: Range): string {
  return `${from}~${to}`;
}

function parseRange(text: string | null): Range | undefined {
  const [from, to] = (text ?? "").split("~").map(Number);
  if (!text || from === undefined || to === undefined || !(from <= to)) return undefined;
  return { from, to };
}
