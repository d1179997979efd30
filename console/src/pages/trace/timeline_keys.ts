/** The keys of the timeline: Jaeger's, and arrows as in every tree. */

import { useMemo, useRef } from "react";
import { type Shortcut, useShortcuts } from "../../components/shortcuts";
import type { Entity } from "../../model/trace";
import { nextOf } from "../../model/trace_search";
import { panned, type Row, zoomed } from "../../model/waterfall";
import type { ViewOfTrace } from "./view_of_trace";

interface Context {
  readonly view: ViewOfTrace;
  readonly rows: readonly Row[];
  readonly focusSearch: () => void;
}

// About as many rows as a screen shows of them.
const SCREEN = 20;

const KEYS: readonly { keys: readonly string[]; does: string; run: (context: Context) => void }[] = [
  { keys: ["arrowdown", "j"], does: "Next row", run: (context) => step(context, 1) },
  { keys: ["arrowup", "k"], does: "Previous row", run: (context) => step(context, -1) },
  { keys: ["s"], does: "A screen down", run: (context) => step(context, SCREEN) },
  { keys: ["w"], does: "A screen up", run: (context) => step(context, -SCREEN) },
  { keys: ["arrowright"], does: "Open the row, or go to its first below", run: open },
  { keys: ["arrowleft"], does: "Close the row, or go to the one above it", run: close },
  { keys: ["]"], does: "Close all", run: ({ view }) => view.collapse(parents(view).map(({ id }) => id)) },
  { keys: ["["], does: "Open all", run: ({ view }) => view.collapse([]) },
  { keys: ["p"], does: "Close the deepest level", run: closeDeepest },
  { keys: ["o"], does: "Open one level", run: openOne },
  { keys: ["a"], does: "Earlier", run: ({ view }) => view.zoom(panned(view.span, -0.1, view.whole)) },
  { keys: ["d"], does: "Later", run: ({ view }) => view.zoom(panned(view.span, 0.1, view.whole)) },
  { keys: ["shift+a"], does: "Much earlier", run: ({ view }) => view.zoom(panned(view.span, -0.5, view.whole)) },
  { keys: ["shift+d"], does: "Much later", run: ({ view }) => view.zoom(panned(view.span, 0.5, view.whole)) },
  {
    keys: ["+", "=", "shift+arrowup"],
    does: "Zoom in",
    run: ({ view }) => view.zoom(zoomed(view.span, 0.5, view.whole)),
  },
  { keys: ["-", "shift+arrowdown"], does: "Zoom out", run: ({ view }) => view.zoom(zoomed(view.span, 2, view.whole)) },
  { keys: ["0"], does: "The whole trace", run: ({ view }) => view.zoom(view.whole) },
  { keys: ["/", "ctrl+b"], does: "Find in this trace", run: ({ focusSearch }) => focusSearch() },
  { keys: ["f"], does: "Next match", run: ({ view }) => go(view, view.matching, 1) },
  { keys: ["b"], does: "Previous match", run: ({ view }) => go(view, view.matching, -1) },
  { keys: ["e"], does: "Next fault or error", run: ({ view }) => go(view, failed(view), 1) },
  { keys: ["shift+e"], does: "Previous fault or error", run: ({ view }) => go(view, failed(view), -1) },
  { keys: ["c"], does: "Critical path on and off", run: ({ view }) => view.showPath(!view.showsPath) },
  { keys: ["escape"], does: "Close the details, then clear the search", run: leave },
];

export function useTimelineKeys(view: ViewOfTrace, rows: readonly Row[], focusSearch: () => void): void {
  const context = useRef<Context>({ view, rows, focusSearch });
  context.current = { view, rows, focusSearch };
  const shortcuts = useMemo<Shortcut[]>(
    () => KEYS.map(({ keys, does, run }) => ({ keys, does, run: () => run(context.current) })),
    [],
  );
  useShortcuts("Timeline", shortcuts);
}

function step({ view, rows }: Context, by: number): void {
  const at = rows.findIndex(({ entity }) => entity === view.selected);
  const to = at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1);
  view.select(rows[to]?.entity);
}

function open({ view }: Context): void {
  const { selected, collapsed } = view;
  if (!selected) return;
  if (collapsed.has(selected.id)) view.toggle(selected);
  else if (selected.children[0]) view.select(selected.children[0]);
}

function close({ view }: Context): void {
  const { selected, collapsed } = view;
  if (!selected) return;
  if (selected.children.length && !collapsed.has(selected.id)) view.toggle(selected);
  else if (selected.parent) view.select(selected.parent);
}

function parents({ trace }: ViewOfTrace): Entity[] {
  return trace.entities.filter((entity) => entity.children.length > 0);
}

function closeDeepest({ view }: Context): void {
  const open = parents(view).filter(({ id }) => !view.collapsed.has(id));
  const deepest = Math.max(...open.map(({ depth }) => depth));
  view.collapse([...view.collapsed, ...open.filter(({ depth }) => depth === deepest).map(({ id }) => id)]);
}

function openOne({ view }: Context): void {
  const closed = parents(view).filter(({ id }) => view.collapsed.has(id));
  const highest = Math.min(...closed.map(({ depth }) => depth));
  view.collapse(closed.filter(({ depth }) => depth !== highest).map(({ id }) => id));
}

function failed({ trace }: ViewOfTrace): Entity[] {
  return trace.entities.filter(({ outcome }) => outcome !== "ok" && outcome !== "in progress");
}

/** Goes to the next of some entities, opening what hides it. */
function go(view: ViewOfTrace, among: readonly Entity[], by: 1 | -1): void {
  const next = nextOf(among, view.selected, by);
  if (!next) return;
  view.reveal(next);
}

function leave({ view }: Context): void {
  if (view.selected) view.select(undefined);
  else view.searchFor("");
}
