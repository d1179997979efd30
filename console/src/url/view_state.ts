/** The state of a view as the query part of its URL. Whoever changes it says whether Back should undo that. */

import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { DEFAULT_RANGE, formatTimeRange, parseTimeRange, type TimeRange } from "../model/time_range";

/** `push`: a step that Back undoes. `replace`: a detail of the same step. */
export type How = "push" | "replace";
export type Change = Readonly<Record<string, string | undefined>>;

export interface ViewState {
  readonly get: (name: string) => string | undefined;
  /** Sets what has a value, removes what has none; everything else stays. */
  readonly change: (change: Change, how: How) => void;
}

export function useViewState(): ViewState {
  const [params, setParams] = useSearchParams();
  const change = useCallback(
    (changed: Change, how: How) =>
      setParams(
        (before) => {
          const after = new URLSearchParams(before);
          for (const [name, value] of Object.entries(changed)) {
            if (value) after.set(name, value);
            else after.delete(name);
          }
          return after;
        },
        { replace: how === "replace" },
      ),
    [setParams],
  );
  return useMemo(() => ({ get: (name) => params.get(name) ?? undefined, change }), [params, change]);
}

/** The time range of the view, and how to change it. An unreadable one in the URL counts as none. */
export function useTimeRange(fallback: TimeRange = DEFAULT_RANGE): [TimeRange, (range: TimeRange, how: How) => void] {
  const { get, change } = useViewState();
  const text = get("range");
  const range = useMemo(() => (text ? parseTimeRange(text) : null) ?? fallback, [text, fallback]);
  const set = useCallback((next: TimeRange, how: How) => change({ range: formatTimeRange(next) }, how), [change]);
  return [range, set];
}
