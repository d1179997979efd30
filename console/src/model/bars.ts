/** Bars of a chart: equally wide, each with its counts by outcome. */

import type { Outcome } from "./outcome";

export interface Bar {
  /** The bar holds values from here … */
  readonly from: number;
  /** … up to here, which belongs to the next one. */
  readonly to: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  readonly total: number;
}

export interface Observation {
  readonly value: number;
  readonly count?: number;
  readonly outcome: Outcome;
}

export interface Scale {
  readonly edges: readonly number[];
  readonly indexOf: (value: number) => number;
}

// Below a millisecond, response times are measured no better than they are rounded.
const LEAST_SECONDS = 0.001;

/** A scale for lengths of time, which spread over decades: every bar is the same factor wide. */
export function logarithmicScale(values: readonly number[], bars: number): Scale {
  const positive = values.map((value) => Math.max(value, LEAST_SECONDS));
  const low = Math.log10(Math.min(...positive, Infinity));
  const high = Math.log10(Math.max(...positive, LEAST_SECONDS));
  if (!Number.isFinite(low)) return linearScale(0, 1, bars);
  const first = Math.floor(low * 4) / 4;
  const last = Math.max(Math.ceil(high * 4 + 1e-9) / 4, first + 0.25);
  const step = (last - first) / bars;
  return {
    edges: Array.from({ length: bars + 1 }, (_, at) => 10 ** (first + at * step)),
    indexOf: (value) => clamp(Math.floor((Math.log10(Math.max(value, LEAST_SECONDS)) - first) / step), bars),
  };
}

export function linearScale(low: number, high: number, bars: number): Scale {
  const step = (high - low) / bars || 1;
  return {
    edges: Array.from({ length: bars + 1 }, (_, at) => low + at * step),
    indexOf: (value) => clamp(Math.floor((value - low) / step), bars),
  };
}

function clamp(index: number, bars: number): number {
  return Math.min(Math.max(index, 0), bars - 1);
}

export function barsOf({ edges, indexOf }: Scale, observations: readonly Observation[]): Bar[] {
  const counts = edges.slice(1).map((): Partial<Record<Outcome, number>> => ({}));
  for (const { value, outcome, count = 1 } of observations) {
    const bar = counts[indexOf(value)];
    if (bar) bar[outcome] = (bar[outcome] ?? 0) + count;
  }
  return counts.map((found, at) => ({
    from: edges[at] ?? 0,
    to: edges[at + 1] ?? 0,
    counts: found,
    total: Object.values(found).reduce((sum, count) => sum + count, 0),
  }));
}

/** Where a value lies on the bars, from 0 to 1; undefined outside of them. */
export function placeOn(edges: readonly number[], value: number): number | undefined {
  const at = edges.findIndex((edge) => edge > value) - 1;
  const [from, to] = [edges[at], edges[at + 1]];
  if (from === undefined || to === undefined) return undefined;
  return (at + (value - from) / (to - from)) / (edges.length - 1);
}

/** The filter for response times between two edges. Rounded outwards, so that what was seen in a bar is found by it. */
export function responseTimeFilter(from: number, to: number): string {
  return `responsetime >= ${outwards(from, Math.floor)} AND responsetime <= ${outwards(to, Math.ceil)}`;
}

function outwards(value: number, round: (value: number) => number): number {
  const digits = 10 ** Math.max(0, 3 - Math.ceil(Math.log10(value)));
  return Number((round(value * digits) / digits).toFixed(6));
}

/** The value below which a share of all lies, by rank; undefined of none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
