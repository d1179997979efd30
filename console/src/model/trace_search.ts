/** Finds the entities of a trace that a text occurs in: in a name, a URL, an annotation, anything of their documents. */

import type { Entity, Trace } from "./trace";

export function matches(trace: Trace, text: string): Entity[] {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return [];
  return trace.entities.filter((entity) => haystack(entity).includes(wanted));
}

function haystack({ document }: Entity): string {
  const { subsegments: _, ...own } = document;
  return JSON.stringify(own).toLowerCase();
}

/** Returns the entity after (or before) one in the trace's order, round the end; the first where none is given. */
export function nextOf(found: readonly Entity[], current: Entity | undefined, step: 1 | -1): Entity | undefined {
  const at = current ? found.indexOf(current) : -1;
  if (at < 0) return step === 1 ? found[0] : found.at(-1);
  return found[(at + step + found.length) % found.length];
}
