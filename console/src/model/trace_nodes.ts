/** Which segments and calls of a trace a node of its map was made from. */

import type { SegmentDocument } from "./segment_document";
import type { Entity, Trace } from "./trace";

interface Node {
  readonly name: string;
  readonly type: string;
}

/** In the trace's order. A node that nobody reported, such as a table, is found by the calls that it was inferred from. */
export function entitiesOf({ name, type }: Node, trace: Trace, documents: readonly SegmentDocument[]): Entity[] {
  const named = documents.filter((document) => document.name === name);
  // One name may be two nodes, such as a Lambda service and its function.
  const typed = named.filter((document) => (document.origin ?? "") === type);
  const ids = new Set((typed.length ? typed : named).map(idOf));
  return trace.entities.filter((entity) => ids.has(entity.id));
}

function idOf({ inferred, parent_id, id }: SegmentDocument): string {
  return inferred && parent_id ? parent_id : id;
}
