/** Builds segment documents for tests; times in seconds from the trace's start. */

import type { SegmentDocument } from "../../src/model/segment_document";
import { type Trace, traceOf } from "../../src/model/trace";

export const ZERO = 1_795_534_800;

type Details = Partial<Omit<SegmentDocument, "start_time" | "end_time">>;

/** A segment from one time to another; without an end it is in progress. */
export function aSegment(id: string, from: number, to: number | undefined, details: Details = {}): SegmentDocument {
  return { trace_id: "1-6b05490c-0d9454f3342b306f0ae71949", ...aSubsegment(id, from, to, details) };
}

export function aSubsegment(id: string, from: number, to: number | undefined, details: Details = {}): SegmentDocument {
  const end = to === undefined ? { in_progress: true } : { end_time: ZERO + to };
  return { id, name: id, start_time: ZERO + from, ...end, ...details };
}

export function aTrace(...documents: SegmentDocument[]): Trace {
  return traceOf(documents);
}

/** The trace as lines of indented names. */
export function outline({ entities }: Trace): string[] {
  return entities.map((entity) => "  ".repeat(entity.depth) + entity.name);
}
