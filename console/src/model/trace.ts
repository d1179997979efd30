/** A trace as a tree: segments under the calls that caused them, times from the trace's start. */

import { type Outcome, outcomeOf } from "./outcome";
import type { SegmentDocument } from "./segment_document";

/** A segment or a subsegment. */
export interface Entity {
  readonly id: string;
  readonly name: string;
  readonly kind: "segment" | "subsegment";
  /** The name of the segment that it is part of. */
  readonly service: string;
  /** What kind of thing it is or calls, as AWS writes it: AWS::DynamoDB::Table, remote … */
  readonly type: string | undefined;
  /** Known from its caller only. */
  readonly inferred: boolean;
  /** A call whose other side has said that it will report, and has not yet. */
  readonly pending: boolean;
  /** Seconds from the trace's start. */
  readonly start: number;
  /** Undefined while in progress. */
  readonly end: number | undefined;
  readonly outcome: Outcome;
  readonly document: SegmentDocument;
  readonly depth: number;
  readonly parent: Entity | undefined;
  readonly children: readonly Entity[];
}

export interface Trace {
  readonly start: Date;
  /** Seconds from the first start to the last known end. */
  readonly duration: number;
  readonly roots: readonly Entity[];
  /** All of them, callers before those they called. */
  readonly entities: readonly Entity[];
  readonly byId: ReadonlyMap<string, Entity>;
  /** Names of segments, in the order in which they take part. */
  readonly services: readonly string[];
  readonly isPartial: boolean;
}

type Growing = { -readonly [Key in keyof Entity]: Entity[Key] };

export function traceOf(documents: readonly SegmentDocument[]): Trace {
  const reported = documents.filter((document) => !document.inferred);
  const inferred = new Map(
    documents.flatMap((document) => (document.inferred && document.parent_id ? [[document.parent_id, document]] : [])),
  );
  const zero = Math.min(...documents.map((document) => document.start_time));
  const nodes = new Map<string, Growing>();
  const callees = calleesOf(reported);
  const tops = reported.map((document) => grow(document, document.name, zero, nodes, inferred, callees));
  const homeless = [...inferred.values()].filter((document) => !nodes.has(document.parent_id ?? ""));
  tops.push(...homeless.map((document) => grow(document, document.name, zero, nodes, new Map(), callees)));
  const roots = attach(tops, nodes);
  const entities = inOrder(roots);
  return {
    start: new Date(documents.length ? zero * 1000 : 0),
    duration: Math.max(0, ...entities.map((entity) => entity.end ?? entity.start)),
    roots,
    entities,
    byId: new Map(entities.map((entity) => [entity.id, entity])),
    services: [...new Set(entities.map((entity) => entity.service))],
    isPartial: entities.some((entity) => entity.end === undefined),
  };
}

/** Ids under which a segment of somebody else's has arrived. */
function calleesOf(documents: readonly SegmentDocument[]): ReadonlySet<string> {
  return new Set(documents.flatMap(({ parent_id }) => (parent_id ? [parent_id] : [])));
}

/** Makes the entity of a document and of everything inside it. */
function grow(
  document: SegmentDocument,
  service: string,
  zero: number,
  nodes: Map<string, Growing>,
  inferred: ReadonlyMap<string, SegmentDocument>,
  callees: ReadonlySet<string>,
): Growing {
  const top = node(document, service, zero, inferred, callees);
  const waiting: [Growing, SegmentDocument][] = [[top, document]];
  nodes.set(top.id, top);
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [parent, { subsegments = [] }] = next;
    const children = subsegments.map((inner) => {
      const child = node(inner, service, zero, inferred, callees);
      child.parent = parent;
      nodes.set(child.id, child);
      waiting.push([child, inner]);
      return child;
    });
    parent.children = children;
  }
  return top;
}

function node(
  document: SegmentDocument,
  service: string,
  zero: number,
  inferred: ReadonlyMap<string, SegmentDocument>,
  callees: ReadonlySet<string>,
): Growing {
  const inProgress = document.end_time === undefined;
  const other = inferred.get(document.id);
  const isCall = document.namespace === "remote" || document.namespace === "aws";
  const traced = document.traced === true || document.http?.request?.traced === true;
  return {
    id: document.id,
    name: document.name,
    kind: document.trace_id && document.type !== "subsegment" ? "segment" : "subsegment",
    service,
    type: document.origin ?? other?.origin ?? (isCall ? (document.namespace ?? undefined) : undefined),
    inferred: document.inferred === true,
    pending: isCall && traced && !other && !callees.has(document.id),
    start: document.start_time - zero,
    end: document.end_time === undefined ? undefined : Math.max(document.end_time, document.start_time) - zero,
    outcome: outcomeOf({ ...document, inProgress }),
    document,
    depth: 0,
    parent: undefined,
    children: [],
  };
}

/** Puts each document under the entity that it names as its parent; what names none that is here is a root. */
function attach(tops: readonly Growing[], nodes: ReadonlyMap<string, Growing>): Growing[] {
  const roots: Growing[] = [];
  for (const top of tops) {
    const parent = nodes.get(top.document.parent_id ?? "");
    if (!parent || isAncestor(top, parent)) roots.push(top);
    else {
      top.parent = parent;
      parent.children = [...parent.children, top];
      if (top.document.type === "subsegment") adopt(top, parent.service);
    }
  }
  return roots.sort(byStart);
}

/** A segment that calls itself its own ancestor's parent would make a ring, and vanish. */
function isAncestor(entity: Growing, of: Entity): boolean {
  for (let at: Entity | undefined = of; at; at = at.parent) if (at === entity) return true;
  return false;
}

/** A subsegment that was sent alone belongs to the service of its parent. */
function adopt(entity: Growing, service: string): void {
  entity.service = service;
  for (const child of entity.children) adopt(child as Growing, service);
}

function inOrder(roots: readonly Growing[]): Entity[] {
  const found: Entity[] = [];
  const waiting: [Growing, number][] = roots.map((root): [Growing, number] => [root, 0]).reverse();
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [entity, depth] = next;
    entity.depth = depth;
    entity.children = [...entity.children].sort(byStart);
    found.push(entity);
    for (const child of [...entity.children].reverse()) waiting.push([child as Growing, depth + 1]);
  }
  return found;
}

function byStart(a: Entity, b: Entity): number {
  return a.start - b.start || (a.id < b.id ? -1 : 1);
}

/** Where an entity ends for somebody who looks: what is in progress reaches to `open`. */
export function endOf(entity: Entity, open: number): number {
  return entity.end ?? Math.max(open, entity.start);
}

/** What an entity does, in a line: the request, the operation, the statement. */
export function noteOf({ document }: Entity): string {
  const { http = {}, aws = {}, sql = {} } = document;
  const { method, url } = http.request ?? {};
  const resource = aws.table_name ?? aws.bucket_name ?? aws.queue_url ?? aws.topic_arn ?? aws.function_name;
  return [aws.operation, resource, method?.toUpperCase(), url, http.response?.status, sql.sanitized_query]
    .filter((piece) => piece !== undefined && piece !== "" && piece !== null)
    .map(String)
    .join(" ");
}
