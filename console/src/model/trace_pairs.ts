/** Two traces as one tree: what was done in both stands once, what only one of them did stands beside it. */

import { type Entity, endOf, type Trace } from "./trace";

/** A trace, and how far what is in progress in it reaches. */
export interface Compared {
  readonly trace: Trace;
  readonly open: number;
}

/** The same work in both traces, or work that only one of them has. */
export interface Pair {
  /** Short, as addresses carry it. */
  readonly key: string;
  readonly a: Entity | undefined;
  readonly b: Entity | undefined;
  /** What its repetitions share: who called, and what. */
  readonly path: string;
  readonly depth: number;
  readonly parent: Pair | undefined;
  readonly children: readonly Pair[];
}

type Growing = { -readonly [Member in keyof Pair]: Pair[Member] };
type Sides = readonly [Entity | undefined, Entity | undefined];

/** Returns the pairs of two traces, callers before those they called. The first roots are a pair whatever their names. */
export function pairsOf(a: Trace, b: Trace): Pair[] {
  const [firstOfA, ...restOfA] = a.roots;
  const [firstOfB, ...restOfB] = b.roots;
  const tops: Sides[] = firstOfA || firstOfB ? [[firstOfA, firstOfB]] : [];
  const roots = grow([...tops, ...matched(restOfA, restOfB)], undefined);
  const found: Growing[] = [];
  const waiting = [...roots].reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    found.push(next);
    const children = grow(matched(next.a?.children ?? [], next.b?.children ?? []), next);
    next.children = children;
    for (const child of [...children].reverse()) waiting.push(child);
  }
  return found;
}

function grow(sides: readonly Sides[], parent: Growing | undefined): Growing[] {
  return sides.map(([a, b]) => ({
    key: b?.id ?? `a.${a?.id}`,
    a,
    b,
    path: `${parent?.path ?? ""}/${identityOf(a ?? b)}`,
    depth: parent ? parent.depth + 1 : 0,
    parent,
    children: [],
  }));
}

/** The nth of its kind in the one belongs to the nth of that kind in the other, in whatever order they ran. */
function matched(a: readonly Entity[], b: readonly Entity[]): Sides[] {
  const waiting = new Map<string, Entity[]>();
  for (const entity of a) {
    const alike = waiting.get(identityOf(entity));
    if (alike) alike.push(entity);
    else waiting.set(identityOf(entity), [entity]);
  }
  const partners = new Map<Entity, Entity>();
  for (const entity of b) {
    const partner = waiting.get(identityOf(entity))?.shift();
    if (partner) partners.set(entity, partner);
  }
  return inOneOrder(a, b, partners);
}

/** In the order of B; what only A has stands behind whatever it stood behind in A. */
function inOneOrder(a: readonly Entity[], b: readonly Entity[], partners: ReadonlyMap<Entity, Entity>): Sides[] {
  const taken = new Set(partners.values());
  const behind = new Map<Entity | undefined, Entity[]>();
  let before: Entity | undefined;
  for (const entity of a) {
    if (taken.has(entity)) before = entity;
    else {
      const others = behind.get(before);
      if (others) others.push(entity);
      else behind.set(before, [entity]);
    }
  }
  const onlyA = (after: Entity | undefined): Sides[] => (behind.get(after) ?? []).map((entity) => [entity, undefined]);
  return [
    ...onlyA(undefined),
    ...b.flatMap((entity): Sides[] => {
      const partner = partners.get(entity);
      return [[partner, entity], ...(partner ? onlyA(partner) : [])];
    }),
  ];
}

/** What makes two calls of one parent the same work: not when, not how long, not the ids in a URL. */
function identityOf(entity: Entity | undefined): string {
  if (!entity) return "";
  const { namespace, http, aws = {}, sql = {} } = entity.document;
  const asked =
    entity.kind === "segment"
      ? []
      : [
          http?.request?.method?.toUpperCase(),
          hostOf(http?.request?.url),
          aws.operation,
          aws.table_name ?? aws.bucket_name ?? aws.queue_url ?? aws.topic_arn ?? aws.function_name,
          sql.sanitized_query,
        ];
  return [entity.kind, namespace ?? "", entity.name, ...asked.map((piece) => String(piece ?? ""))].join("\u001f");
}

function hostOf(url: string | undefined): string {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(url ?? "")?.[1] ?? "";
}

/** Seconds that an entity took; undefined where there is none. */
export function lengthOf(entity: Entity | undefined, open: number): number | undefined {
  return entity && endOf(entity, open) - entity.start;
}

/** Whichever there is; of both, B's: that is the one in question. */
export function anyOf({ a, b }: Pair): Entity {
  const entity = b ?? a;
  if (!entity) throw new Error("a pair has a side at least");
  return entity;
}
