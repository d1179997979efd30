/** Values counted in buckets. A bucket has its lower edge; the last one has its upper edge as well. */

/** Returns edges of about so many buckets from the smallest to the largest value; growing by a factor if those lie far apart. */
export function edgesOf(values: readonly number[], buckets: number): number[] {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (!Number.isFinite(least)) return [];
  if (least === most) return [least, least === 0 ? 1 : least + Math.abs(least) * 0.01];
  return least > 0 && most / least > 20 ? byFactor(least, most, buckets) : evenly(least, most, buckets);
}

/** Edges that are evenly spaced. */
export function evenly(least: number, most: number, buckets: number): number[] {
  const step = (most - least) / buckets;
  return [...Array.from({ length: buckets }, (_, index) => least + index * step), most];
}

function byFactor(least: number, most: number, buckets: number): number[] {
  const factor = (most / least) ** (1 / buckets);
  return [...Array.from({ length: buckets }, (_, index) => least * factor ** index), most];
}

/** Counts values into the buckets between the edges; values outside of all of them are not counted. */
export function countIn(edges: readonly number[], values: readonly number[]): number[] {
  const counts = new Array<number>(Math.max(0, edges.length - 1)).fill(0);
  for (const value of values) {
    const at = bucketOf(edges, value);
    if (at !== undefined) counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}

function bucketOf(edges: readonly number[], value: number): number | undefined {
  const last = edges.length - 2;
  const [first, end] = [edges[0], edges.at(-1)];
  if (last < 0 || first === undefined || end === undefined || value < first || value > end) return undefined;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (value >= (edges[middle] ?? end)) low = middle;
    else high = middle - 1;
  }
  return low;
}
