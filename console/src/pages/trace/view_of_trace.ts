/** How a trace is looked at, as its address says: what is selected, searched, zoomed, collapsed. */

import { useCallback, useMemo } from "react";
import type { Entity, Trace } from "../../model/trace";
import { matches } from "../../model/trace_search";
import { formatSpan, fullSpan, parseSpan, type Span } from "../../model/waterfall";
import type { FoundTrace } from "../../query/trace";
import { type How, useViewState } from "../../url/view_state";
import { useGrowing } from "./growing";

export interface ViewOfTrace {
  readonly trace: Trace;
  readonly read: Date;
  readonly whole: Span;
  readonly span: Span;
  readonly selected: Entity | undefined;
  readonly collapsed: ReadonlySet<string>;
  readonly search: string;
  readonly matching: readonly Entity[];
  readonly showsPath: boolean;
  readonly select: (entity: Entity | undefined) => void;
  /** Selects an entity and opens what hides it. */
  readonly reveal: (entity: Entity) => void;
  readonly collapse: (ids: Iterable<string>) => void;
  readonly toggle: (entity: Entity) => void;
  readonly zoom: (span: Span, how?: How) => void;
  readonly searchFor: (text: string) => void;
  readonly showPath: (shows: boolean) => void;
}

/** The same view as it is by now: its pictures follow the clock while parts are in progress, the page around them does not. */
export function useGrownView(view: ViewOfTrace): ViewOfTrace {
  const { trace, read } = view;
  const now = useGrowing(trace, read);
  const zoomText = useViewState().get("zoom");
  return useMemo(() => {
    const whole = fullSpan(trace, now);
    return { ...view, whole, span: parseSpan(zoomText, whole) };
  }, [view, trace, now, zoomText]);
}

export function useViewOfTrace({ trace, at }: FoundTrace): ViewOfTrace {
  const { get, change } = useViewState();
  const whole = useMemo(() => fullSpan(trace, at), [trace, at]);
  const zoomText = get("zoom");
  const span = useMemo(() => parseSpan(zoomText, whole), [zoomText, whole]);
  const collapsedText = get("collapsed") ?? "";
  const collapsed = useMemo(() => new Set(collapsedText.split(",").filter(Boolean)), [collapsedText]);
  const search = get("search") ?? "";
  const matching = useMemo(() => matches(trace, search), [trace, search]);
  const collapse = useCallback(
    (ids: Iterable<string>) => change({ collapsed: [...ids].join(",") }, "replace"),
    [change],
  );
  return {
    trace,
    whole,
    read: at,
    span,
    collapsed,
    search,
    matching,
    selected: trace.byId.get(get("selected") ?? ""),
    showsPath: get("path") !== "off",
    collapse,
    select: (entity) => change({ selected: entity?.id }, "replace"),
    reveal: (entity) => {
      const above = new Set(ancestorsOf(entity).map(({ id }) => id));
      const still = [...collapsed].filter((id) => !above.has(id));
      change({ selected: entity.id, collapsed: still.join(",") }, "replace");
    },
    toggle: ({ id }) =>
      collapse(collapsed.has(id) ? [...collapsed].filter((other) => other !== id) : [...collapsed, id]),
    zoom: (next, how = "replace") => {
      const isWhole = next.from <= whole.from && next.to >= whole.to;
      change({ zoom: isWhole ? undefined : formatSpan(next) }, how);
    },
    searchFor: (text) => change({ search: text }, "replace"),
    showPath: (shows) => change({ path: shows ? undefined : "off" }, "replace"),
  };
}

function ancestorsOf(entity: Entity): Entity[] {
  const found: Entity[] = [];
  for (let at = entity.parent; at; at = at.parent) found.push(at);
  return found;
}
