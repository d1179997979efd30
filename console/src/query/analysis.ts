/** The traces that an analysis is about, with the two sets that were chosen among them. */

import { useMemo } from "react";
import { type FilterSet, formatFilterSet, isEmpty, matches, NO_FILTER, parseFilterSet } from "../model/filter_set";
import type { TimeWindow } from "../model/time_range";
import { factsOf, type TraceFacts } from "../model/trace_facts";
import { useViewState } from "../url/view_state";
import { type Summaries, useTraceSummaries } from "./trace_summaries";

export type SetName = "a" | "b";

export interface ChosenSet {
  readonly name: SetName;
  readonly filter: FilterSet;
  readonly traces: readonly TraceFacts[];
}

export interface Analysis {
  readonly found: Summaries;
  readonly window: TimeWindow;
  readonly traces: readonly TraceFacts[];
  readonly a: ChosenSet;
  /** There once somebody has begun to choose it. */
  readonly b: ChosenSet | undefined;
  /** The set that clicks and drags change. */
  readonly active: ChosenSet;
  readonly choose: (name: SetName) => void;
  readonly set: (name: SetName, filter: FilterSet) => void;
}

export function useAnalysis(window: TimeWindow, filter: string): Analysis {
  const { get, change } = useViewState();
  const found = useTraceSummaries({ window, filter });
  const traces = useMemo(() => found.summaries.map(factsOf), [found.summaries]);
  const a = useChosen("a", get("a"), traces);
  const chosen = useChosen("b", get("b"), traces);
  const refinesB = get("refine") === "b";
  const b = refinesB || !isEmpty(chosen.filter) ? chosen : undefined;
  return {
    found,
    window,
    traces,
    a,
    b,
    active: refinesB ? chosen : a,
    choose: (name) => change({ refine: name === "b" ? "b" : undefined }, "replace"),
    set: (name, changed) => change({ [name]: formatFilterSet(changed) }, "push"),
  };
}

function useChosen(name: SetName, text: string | undefined, traces: readonly TraceFacts[]): ChosenSet {
  return useMemo(() => {
    const filter = text ? parseFilterSet(text) : NO_FILTER;
    return { name, filter, traces: traces.filter((trace) => matches(filter, trace)) };
  }, [name, text, traces]);
}
