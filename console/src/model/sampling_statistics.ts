/** What clients reported by rule, in windows of ten seconds. */

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

/** The totals of one rule, and its requests and samples a second by window, oldest first. */
export interface RuleStatistics extends Totals {
  readonly points: readonly Point[];
}

export interface Point {
  readonly start: Date;
  readonly requestsPerSecond: number;
  readonly sampledPerSecond: number;
}

/** How far back the page of rules looks. */
export const SHOWN_MINUTES = 10;
const WINDOW_MS = 10_000;

/** Returns what was reported in the last minutes, by rule; windows of which nobody told anything are zero. */
export function statisticsOf(
  windows: readonly Window[],
  now: Date,
  minutes: number,
): ReadonlyMap<string, RuleStatistics> {
  const count = minutes * 6;
  // Clients report every ten seconds, so the window that has just ended is not whole yet.
  const last = Math.floor(now.getTime() / WINDOW_MS) - 2;
  const byRule = new Map<string, Window[]>();
  for (const window of windows) byRule.set(window.rule, [...(byRule.get(window.rule) ?? []), window]);
  return new Map([...byRule].map(([rule, own]) => [rule, ofRule(own, last, count)]));
}

function ofRule(windows: readonly Window[], last: number, count: number): RuleStatistics {
  const byNumber = new Map(windows.map((window) => [Math.floor(window.start.getTime() / WINDOW_MS), window]));
  const points: Point[] = [];
  const totals = { requests: 0, borrowed: 0, sampled: 0 };
  for (let number = last - count + 1; number <= last; number += 1) {
    const window = byNumber.get(number);
    points.push({
      start: new Date(number * WINDOW_MS),
      requestsPerSecond: ((window?.requests ?? 0) * 1000) / WINDOW_MS,
      sampledPerSecond: ((window?.sampled ?? 0) * 1000) / WINDOW_MS,
    });
    totals.requests += window?.requests ?? 0;
    totals.borrowed += window?.borrowed ?? 0;
    totals.sampled += window?.sampled ?? 0;
  }
  return { ...totals, points };
}
