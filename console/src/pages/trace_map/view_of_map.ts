/** What the address says of the map: what is chosen on it, and which part of that is kept. */

import { SIZES, type Size } from "../../graph/drawn_map";
import { COUNTED, type Counted, type Interval } from "../../model/map_filter";
import { useViewState } from "../../url/view_state";

export const HOPS = [1, 2, 3] as const;

export interface ViewOfMap {
  readonly group: string;
  /** The id of a node or of an edge. */
  readonly chosen: string | undefined;
  readonly filter: string;
  /** The time range that is compared with, as the address says it. */
  readonly compare: string;
  readonly focus: string | undefined;
  /** How many calls away from the node in focus. */
  readonly hops: number;
  readonly search: string;
  readonly size: Size;
  readonly outcomes: readonly Counted[];
  readonly interval: Interval | undefined;
}

export function useViewOfMap(): ViewOfMap {
  const { get } = useViewState();
  const size = get("size") ?? "";
  return {
    group: get("group") ?? "",
    chosen: get("chosen"),
    filter: (get("filter") ?? "").trim(),
    compare: get("compare") ?? "",
    focus: get("focus"),
    hops: HOPS.find((hops) => String(hops) === get("hops")) ?? 1,
    search: get("search") ?? "",
    size: size in SIZES ? (size as Size) : "none",
    outcomes: COUNTED.filter((outcome) => (get("outcomes") ?? "").split(",").includes(outcome)),
    interval: intervalOf(get("slice")),
  };
}

/** `0.1~0.25`: seconds. */
function intervalOf(text: string | undefined): Interval | undefined {
  const [from = Number.NaN, to = Number.NaN] = (text ?? "").split("~").map(Number);
  return from >= 0 && to > from ? { from, to } : undefined;
}

export function sliceText(interval: Interval | undefined): string | undefined {
  return interval && `${Number(interval.from.toPrecision(6))}~${Number(interval.to.toPrecision(6))}`;
}
