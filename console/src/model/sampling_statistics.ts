/** What clients reported by rule, in windows of ten seconds. */

import type { Column } from "./csv";

export interface Window {
  readonly rule: string;
  readonly start: Date;
  readonly requests: number;
  readonly borrowed: number;
  readonly sampled: number;
}

export interface Totals {
  readonly requests: number;
  readonly borrowed: number;
  readonly sampled: number;
}

/** Totals, and what they are made of by window, oldest first. */
export interface Statistics extends Totals {
  readonly points: readonly Point[];
}

/** How many there were in the window that starts then. */
export interface Point extends Totals {
  readonly start: Date;
}

/** How far back one can look; the service keeps an hour. */
export const SHOWN_MINUTES = [10, 30, 60] as const;
export const WINDOW_SECONDS = 10;
const WINDOW_MS = WINDOW_SECONDS * 1000;
// Clients report every ten seconds, so the window that has just ended is not whole yet.
const NOT_WHOLE = 2;

/** The last minutes before an instant. */
export interface Look {
  readonly now: Date;
  readonly minutes: number;
}

/** Returns what was reported in the last minutes, by rule; windows of which nobody told anything are zero. */
export function statisticsOf(windows: readonly Window[], look: Look): ReadonlyMap<string, Statistics> {
  const byRule = new Map<string, Window[]>();
  for (const window of windows) {
    const own = byRule.get(window.rule);
    if (own) own.push(window);
    else byRule.set(window.rule, [window]);
  }
  return new Map([...byRule].map(([rule, own]) => [rule, summed(own, look)]));
}

/** Returns what was reported in the last minutes of all these windows together. */
export function summed(windows: readonly Window[], { now, minutes }: Look): Statistics {
  const first = firstOf({ now, minutes });
  const points = Array.from({ length: minutes * 6 }, (_, index) => ({
    start: new Date((first + index) * WINDOW_MS),
    ...NOTHING,
  }));
  const totals = { ...NOTHING };
  for (const window of windows) {
    const point = points[Math.floor(window.start.getTime() / WINDOW_MS) - first];
    if (!point) continue;
    for (const name of MEASURES) {
      point[name] += window[name];
      totals[name] += window[name];
    }
  }
  return { ...totals, points };
}

/** Whether all of it lies before what is looked at. */
export function isBefore(start: Date, look: Look): boolean {
  return Math.floor(start.getTime() / WINDOW_MS) < firstOf(look);
}

/** Windows are numbered from 1970 on. */
function firstOf({ now, minutes }: Look): number {
  return Math.floor(now.getTime() / WINDOW_MS) - NOT_WHOLE - minutes * 6 + 1;
}

const MEASURES = ["requests", "borrowed", "sampled"] as const;
const NOTHING = { requests: 0, borrowed: 0, sampled: 0 };

/** A rule's points, or those of all rules, as they are downloaded and read as a table. */
export const POINT_COLUMNS: readonly Column<Point>[] = [
  { header: "Start", value: ({ start }) => start.toISOString() },
  { header: "Seconds", value: () => WINDOW_SECONDS },
  { header: "Requests", value: ({ requests }) => requests },
  { header: "Sampled", value: ({ sampled }) => sampled },
  { header: "Borrowed", value: ({ borrowed }) => borrowed },
];
