/**
 * What changed on the map from one time range to another.
 *
 * A part is slower or faster where its response times rank differently (Mann-Whitney) and its median moved, or where its slow
 * tail grew or shrank (share of requests above the other side's p90); more or less faulty where the share of requests that
 * ended badly differs. Each needs enough requests on both sides, a change that is worth a look, and one that chance gives less
 * than once in a thousand: a map has hundreds of parts.
 */

import type { Column } from "./csv";
import { percentile } from "./response_times";
import { averageSeconds, type Bin, type MapEdge, type MapNode, type ServiceMap, shortName } from "./service_map";

export const VERDICTS = ["more faulty", "slower", "new", "gone", "less faulty", "faster"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Below this many requests on either side, shares and percentiles say nothing. */
export const LEAST_REQUESTS = 20;
/** What is at least so much slower, in part of what it took, is worth a look. */
export const LEAST_SLOWDOWN = 0.1;
/** As is one more request in a hundred that ends badly. */
export const LEAST_SHARE = 0.01;
// Two-sided, once in a thousand.
const UNLIKELY = 3.29;
// Where this many were to be expected, chance leaves none once in twenty times.
const LEAST_EXPECTED = 3;

export interface Figures {
  readonly requests: number;
  readonly mean: number | undefined;
  readonly p50: number | undefined;
  readonly p90: number | undefined;
  readonly p99: number | undefined;
  /** Part of the requests that ended in a fault, a throttle or an error. */
  readonly badShare: number | undefined;
  readonly faultShare: number | undefined;
}

export interface PartChange {
  readonly id: string;
  readonly name: string;
  readonly kind: "node" | "call" | "link";
  readonly before: Figures | undefined;
  readonly now: Figures | undefined;
  readonly beforeTimes: readonly Bin[];
  readonly verdicts: readonly Verdict[];
}

type Part = MapNode | MapEdge;

interface Compared {
  readonly now: ServiceMap;
  readonly before: ServiceMap;
  /** How many times as long as now the time before was. */
  readonly lengthBefore?: number;
}

/** Every part of either map, by id. */
export function changesOf({ now, before, lengthBefore = 1 }: Compared): ReadonlyMap<string, PartChange> {
  const then = new Map(partsOf(before).map((part) => [part.id, part]));
  const found = partsOf(now).map((part) => changeOf(part, then.get(part.id), lengthBefore));
  const here = new Set(found.map(({ id }) => id));
  const gone = [...then.values()].filter(({ id }) => !here.has(id));
  return new Map(
    [...found, ...gone.map((part) => changeOf(undefined, part, lengthBefore))].map((each) => [each.id, each]),
  );
}

/** What is counted; the clients of a node are told by the lines that leave them. */
function partsOf({ nodes, edges }: ServiceMap): Part[] {
  return [...nodes.filter((node) => !node.isClient), ...edges];
}

function changeOf(now: Part | undefined, before: Part | undefined, lengthBefore: number): PartChange {
  const part = (now ?? before) as Part;
  return {
    id: part.id,
    name: nameOf(part),
    kind: "source" in part ? (part.isLink ? "link" : "call") : "node",
    before: before && figuresOf(before),
    now: now && figuresOf(now),
    beforeTimes: before?.responseTimes ?? [],
    verdicts: now && before ? verdictsOf(now, before) : appearance(now, before, lengthBefore),
  };
}

function nameOf(part: Part): string {
  if (!("source" in part)) return shortName(part);
  return `${part.source.isClient ? "Client" : shortName(part.source)} → ${shortName(part.target)}`;
}

function figuresOf(part: Part): Figures {
  const { counts, responseTimes } = part;
  const shareOf = (count: number) => (counts.total > 0 ? count / counts.total : undefined);
  return {
    requests: counts.total,
    mean: averageSeconds(part),
    p50: percentile(responseTimes, 0.5),
    p90: percentile(responseTimes, 0.9),
    p99: percentile(responseTimes, 0.99),
    badShare: shareOf(badOf(part)),
    faultShare: shareOf(counts.fault),
  };
}

function badOf({ counts }: Part): number {
  return counts.fault + counts.throttle + counts.error;
}

/** What comes seldom is not new for being there once: as much of it must be missing as chance would not leave out. */
function appearance(now: Part | undefined, before: Part | undefined, lengthBefore: number): Verdict[] {
  if (now) return sizeOf(now) * lengthBefore >= LEAST_EXPECTED ? ["new"] : [];
  return before && sizeOf(before) / lengthBefore >= LEAST_EXPECTED ? ["gone"] : [];
}

/** Links count no requests, only what was received. */
function sizeOf(part: Part): number {
  return Math.max(part.counts.total, countOf(part.responseTimes));
}

function verdictsOf(now: Part, before: Part): Verdict[] {
  const pace = paceOf(now.responseTimes, before.responseTimes);
  const faults = faultsOf(now, before);
  return [
    ...(faults > 0 ? (["more faulty"] as const) : faults < 0 ? (["less faulty"] as const) : []),
    ...(pace > 0 ? (["slower"] as const) : pace < 0 ? (["faster"] as const) : []),
  ];
}

/** 1 is slower, -1 faster, 0 neither as far as can be told. */
function paceOf(now: readonly Bin[], before: readonly Bin[]): number {
  if (Math.min(countOf(now), countOf(before)) < LEAST_REQUESTS) return 0;
  const typical = Math.sign(rankShift(now, before));
  if (typical !== 0 && typical === moved(now, before, 0.5)) return typical;
  const tail = tailShift(now, before);
  return tail !== 0 && tail === moved(now, before, 0.9) ? tail : 0;
}

/** Which way a percentile moved, if far enough. */
function moved(now: readonly Bin[], before: readonly Bin[], part: number): number {
  const [value = 0, earlier = 0] = [percentile(now, part), percentile(before, part)];
  const least = LEAST_SLOWDOWN * Math.min(value, earlier);
  return Math.abs(value - earlier) > least ? Math.sign(value - earlier) : 0;
}

/** Mann-Whitney's z over two histograms, with ties: positive where the first has the larger values; 0 where chance may be why. */
function rankShift(now: readonly Bin[], before: readonly Bin[]): number {
  const [some, others] = [countOf(now), countOf(before)];
  const all = some + others;
  const merged = new Map<number, { now: number; all: number }>();
  for (const { value, count } of now) merged.set(value, { now: count, all: count });
  for (const { value, count } of before) {
    const same = merged.get(value);
    merged.set(value, { now: same?.now ?? 0, all: (same?.all ?? 0) + count });
  }
  let below = 0;
  let ranks = 0;
  let ties = 0;
  for (const [, { now: count, all: tied }] of [...merged].sort(([a], [b]) => a - b)) {
    ranks += count * (below + (tied + 1) / 2);
    ties += tied ** 3 - tied;
    below += tied;
  }
  const variance = ((some * others) / 12) * (all + 1 - ties / (all * (all - 1)));
  return variance > 0 ? unlikely((ranks - (some * (all + 1)) / 2) / Math.sqrt(variance)) : 0;
}

/** Whether more requests than before were slower than nine of ten before, or the other way round. */
function tailShift(now: readonly Bin[], before: readonly Bin[]): number {
  const limit = (part: readonly Bin[]) => percentile(part, 0.9) ?? 0;
  const above = (part: readonly Bin[], least: number) => countOf(part.filter(({ value }) => value > least));
  const [some, others] = [countOf(now), countOf(before)];
  const grown = proportions([above(now, limit(before)), some], [above(before, limit(before)), others]);
  const shrunk = proportions([above(now, limit(now)), some], [above(before, limit(now)), others]);
  return grown > 0 ? 1 : shrunk < 0 ? -1 : 0;
}

function faultsOf(now: Part, before: Part): number {
  const [some, others] = [now.counts.total, before.counts.total];
  if (Math.min(some, others) < LEAST_REQUESTS) return 0;
  const difference = badOf(now) / some - badOf(before) / others;
  return Math.abs(difference) < LEAST_SHARE ? 0 : Math.sign(proportions([badOf(now), some], [badOf(before), others]));
}

/** The z of two shares, pooled; 0 where chance may be why they differ. */
function proportions([one, some]: readonly [number, number], [other, others]: readonly [number, number]): number {
  const share = (one + other) / (some + others);
  const deviation = Math.sqrt(share * (1 - share) * (1 / some + 1 / others));
  return deviation > 0 ? unlikely((one / some - other / others) / deviation) : 0;
}

function unlikely(z: number): number {
  return Math.abs(z) > UNLIKELY ? z : 0;
}

function countOf(bins: readonly Bin[]): number {
  return bins.reduce((sum, { count }) => sum + count, 0);
}

/** Both maps as one: what is now, and beside it what is gone. */
export function union(now: ServiceMap, before: ServiceMap): ServiceMap {
  const [nodes, edges] = [new Set(now.nodes.map(({ id }) => id)), new Set(now.edges.map(({ id }) => id))];
  return {
    nodes: [...now.nodes, ...before.nodes.filter(({ id }) => !nodes.has(id))],
    edges: [...now.edges, ...before.edges.filter(({ id }) => !edges.has(id))],
  };
}

const FIGURES = ["requests", "mean", "p50", "p90", "p99", "badShare", "faultShare"] as const;

/** What a download of the differences holds. */
export const CHANGE_COLUMNS: readonly Column<PartChange>[] = [
  { header: "part", value: ({ name }) => name },
  { header: "kind", value: ({ kind }) => kind },
  { header: "change", value: ({ verdicts }) => verdicts.join(", ") },
  ...FIGURES.flatMap((figure) => [
    { header: `${figure}_before`, value: ({ before }: PartChange) => before?.[figure] },
    { header: `${figure}_now`, value: ({ now }: PartChange) => now?.[figure] },
  ]),
];
