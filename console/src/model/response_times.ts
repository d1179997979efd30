/** A response-time histogram as bars: how many requests took how long, on a scale that shows milliseconds beside seconds. */

import type { Bin } from "./service_map";

export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Part of all requests. */
  readonly share: number;
}

// Below a tenth of a millisecond nothing is told apart.
const LEAST_SECONDS = 1e-4;

/** `span`: bins whose values the bars reach over, so that two histograms can stand in the same bars. */
export function barsOf(bins: readonly Bin[], most = 40, span: readonly Bin[] = bins): readonly Bar[] {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  if (span.length === 0) return [];
  const values = bins.map((bin) => Math.max(bin.value, LEAST_SECONDS));
  const ends = span.map((bin) => Math.max(bin.value, LEAST_SECONDS));
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const [first, last] = low === high ? [low / 2, high * 2] : [low, high];
  const step = (Math.log(last) - Math.log(first)) / most;
  const counts = new Array<number>(most).fill(0);
  for (const [index, value] of values.entries()) {
    const at = Math.min(most - 1, Math.floor((Math.log(value) - Math.log(first)) / step));
    counts[at] = (counts[at] ?? 0) + (bins[index]?.count ?? 0);
  }
  return counts.map((count, index) => ({
    from: first * Math.exp(index * step),
    to: first * Math.exp((index + 1) * step),
    count,
    share: total > 0 ? count / total : 0,
  }));
}

/** The value below which a part of the requests were, or undefined where there were none. */
export function percentile(bins: readonly Bin[], part: number): number | undefined {
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  let seen = 0;
  for (const bin of bins) {
    seen += bin.count;
    if (total > 0 && seen >= total * part) return bin.value;
  }
  return undefined;
}
