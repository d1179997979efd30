/** Where a request's time went: the sections that, made shorter, would have ended it sooner. */

import { type Entity, endOf } from "./trace";

export interface Section {
  readonly entity: Entity;
  readonly start: number;
  readonly end: number;
}

/**
 * Returns the critical path of a request, first section first. Together its sections are exactly as long as the request.
 *
 * From the end backwards: the child that ended last was waited for, and before it the one that ended last before that one
 * began. What no child accounts for is the entity's own. Children that go on after their parent has answered were not waited for.
 */
export function criticalPath(root: Entity, open: number): Section[] {
  const sections: Section[] = [];
  const waiting: Section[] = [{ entity: root, start: root.start, end: endOf(root, open) }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { own, called } = divide(next, open);
    sections.push(...own);
    waiting.push(...called);
  }
  return sections.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Divides the part of an entity that is on the path into its own sections and those of children. */
function divide({ entity, start, end }: Section, open: number): { own: Section[]; called: Section[] } {
  const own: Section[] = [];
  const called: Section[] = [];
  const children = entity.children.map((child) => clipped(child, { entity, start, end }, open));
  let cursor = end;
  for (const child of children.sort((a, b) => b.end - a.end || a.start - b.start)) {
    if (child.end > cursor || child.start < start || child.end <= child.start) continue;
    if (child.end < cursor) own.push({ entity, start: child.end, end: cursor });
    called.push(child);
    cursor = child.start;
  }
  if (cursor > start) own.push({ entity, start, end: cursor });
  return { own, called };
}

/** The other side of a call has a clock of its own: what seems to begin before the call or to end after it did not. */
function clipped(child: Entity, { entity, start, end }: Section, open: number): Section {
  const childEnd = endOf(child, open);
  if (entity.document.namespace === undefined) return { entity: child, start: child.start, end: childEnd };
  return { entity: child, start: Math.max(child.start, start), end: Math.min(childEnd, end) };
}

/** Returns the seconds that an entity spent itself: not covered by any of its children. */
export function selfTime(entity: Entity, open: number): number {
  const end = endOf(entity, open);
  let covered = 0;
  let reached = entity.start;
  for (const child of [...entity.children].sort((a, b) => a.start - b.start)) {
    const from = Math.max(child.start, reached);
    const to = Math.min(endOf(child, open), end);
    if (to <= from) continue;
    covered += to - from;
    reached = to;
  }
  return Math.max(0, end - entity.start - covered);
}
