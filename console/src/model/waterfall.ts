/** The rows of a waterfall, and the time that its width stands for. */

import type { Entity, Trace } from "./trace";

export interface Row {
  readonly entity: Entity;
  readonly isCollapsed: boolean;
  /** How many rows are hidden below it. */
  readonly hidden: number;
}

/** Returns the rows to draw: all but those below a collapsed one. */
export function rowsOf(trace: Trace, collapsed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  for (let at = 0; at < trace.entities.length; at += 1) {
    const entity = trace.entities[at];
    if (!entity) break;
    const isCollapsed = collapsed.has(entity.id) && entity.children.length > 0;
    const hidden = isCollapsed ? countBelow(trace, at) : 0;
    rows.push({ entity, isCollapsed, hidden });
    at += hidden;
  }
  return rows;
}

/** Entities below one follow it directly, each deeper than it. */
function countBelow(trace: Trace, at: number): number {
  const depth = trace.entities[at]?.depth ?? 0;
  let count = 0;
  while ((trace.entities[at + count + 1]?.depth ?? -1) > depth) count += 1;
  return count;
}

/** Seconds from the trace's start. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

// What began this long ago and still has no end will hardly get one: it may not stretch the picture to today.
const STILL_GROWING_SECONDS = 15 * 60;

/** Whether parts of a trace are in progress and may still end. */
export function isGrowing(trace: Trace, now: Date): boolean {
  return trace.isPartial && ageOf(trace, now) < STILL_GROWING_SECONDS;
}

/** Returns how far what is in progress reaches: to now while the trace is young, else to the last known end. */
export function openEnd(trace: Trace, now: Date): number {
  return isGrowing(trace, now) ? Math.max(trace.duration, ageOf(trace, now)) : trace.duration;
}

function ageOf(trace: Trace, now: Date): number {
  return (now.getTime() - trace.start.getTime()) / 1000;
}

const LEAST_TICK_MS = 50;
const MOST_TICK_MS = 1000;
const WIDTH = 800; // pixels that the whole is drawn on, about
const MANY = 2000;

/** Returns after how long a growing trace is worth drawing anew: when something moves by a pixel; with many rows, each second. */
export function tickOf(trace: Trace, now: Date): number {
  if (trace.entities.length > MANY) return MOST_TICK_MS;
  const pixel = (openEnd(trace, now) * 1000) / WIDTH;
  return Math.min(Math.max(pixel, LEAST_TICK_MS), MOST_TICK_MS);
}

export function fullSpan(trace: Trace, now: Date): Span {
  // A trace of no length at all still needs a width to be drawn in.
  return { from: 0, to: openEnd(trace, now) || 0.001 };
}

/** Returns a span moved or zoomed within the whole; never empty, never outside. */
export function within(span: Span, whole: Span): Span {
  const length = Math.min(Math.max(span.to - span.from, (whole.to - whole.from) * 1e-4), whole.to - whole.from);
  const from = Math.min(Math.max(span.from, whole.from), whole.to - length);
  return { from, to: from + length };
}

export function zoomed(span: Span, factor: number, whole: Span): Span {
  const middle = (span.from + span.to) / 2;
  const half = ((span.to - span.from) / 2) * factor;
  return within({ from: middle - half, to: middle + half }, whole);
}

export function panned(span: Span, share: number, whole: Span): Span {
  const by = (span.to - span.from) * share;
  return within({ from: span.from + by, to: span.to + by }, whole);
}

/** `from~to` in milliseconds, as a URL carries it. */
export function formatSpan(span: Span): string {
  return `${Number((span.from * 1000).toFixed(3))}~${Number((span.to * 1000).toFixed(3))}`;
}

export function parseSpan(text: string | undefined, whole: Span): Span {
  const [from, to] = (text ?? "").split("~").map((part) => Number.parseFloat(part) / 1000);
  if (from === undefined || to === undefined || !(from < to)) return whole;
  return within({ from, to }, whole);
}

/** Round places for the lines of a scale, about `count` of them. */
export function ticks({ from, to }: Span, count: number): number[] {
  const rough = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const found: number[] = [];
  for (let at = first; at * step <= to + step * 1e-9; at += 1) found.push(at * step || 0); // never -0
  return found;
}
