/** The order of differences: the worst first, or by how much one of their figures changed. */

import { type PartChange, VERDICTS } from "./map_difference";

const BY = ["name", "verdicts", "requests", "mean", "p50", "p90", "p99", "badShare"] as const;
export type Sort = (typeof BY)[number] | `-${(typeof BY)[number]}`;
/** A minus before it turns it round. */
export const SORTS: readonly Sort[] = BY.flatMap((by): Sort[] => [by, `-${by}`]);

export function ordered(changes: readonly PartChange[], sort: Sort): PartChange[] {
  const by = BY.find((each) => sort.endsWith(each) && sort.length - each.length < 2) ?? "verdicts";
  const way = sort.startsWith("-") ? -1 : 1;
  return [...changes].sort((one, other) => way * compare(by, one, other) || (one.name < other.name ? -1 : 1));
}

function compare(by: (typeof BY)[number], one: PartChange, other: PartChange): number {
  if (by === "name") return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
  if (by === "verdicts") return rank(one) - rank(other) || growth(other) - growth(one);
  return (one.now?.[by] ?? 0) - (one.before?.[by] ?? 0) - ((other.now?.[by] ?? 0) - (other.before?.[by] ?? 0));
}

/** Of what changed in the same way, what takes more time of more requests is worse. */
function growth({ now, before }: PartChange): number {
  return ((now?.mean ?? 0) - (before?.mean ?? 0)) * (now?.requests ?? 0);
}

function rank({ verdicts: [first] }: PartChange): number {
  return first ? VERDICTS.indexOf(first) : VERDICTS.length;
}
