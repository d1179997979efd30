/** Which time range the map is compared with: an earlier one of the same length, or any other. */

import { formatTimeRange, parseTimeRange, type TimeWindow } from "./time_range";

const DAY_MS = 86_400_000;

export const COMPARISONS = {
  previous: "Previous period",
  yesterday: "Same time yesterday",
  week: "Same time last week",
} as const;
export type Comparison = keyof typeof COMPARISONS;

/** Returns the window that a text of a URL means: the name of a comparison, or two instants. */
export function comparedWindow(text: string, { start, end }: TimeWindow): TimeWindow | undefined {
  if (text in COMPARISONS) {
    const by = { previous: end.getTime() - start.getTime(), yesterday: DAY_MS, week: 7 * DAY_MS }[text as Comparison];
    return { start: new Date(start.getTime() - by), end: new Date(end.getTime() - by) };
  }
  const range = parseTimeRange(text);
  return range?.kind === "absolute" ? { start: range.start, end: range.end } : undefined;
}

/** How a window of one's own stands in a URL. */
export function windowText({ start, end }: TimeWindow): string {
  return formatTimeRange({ kind: "absolute", start, end });
}

export function secondsOf({ start, end }: TimeWindow): number {
  return (end.getTime() - start.getTime()) / 1000;
}
