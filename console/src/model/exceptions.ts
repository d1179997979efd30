/** The exceptions of an entity, whatever shape its `cause` has. */

import type { Trace } from "./trace";

export interface Frame {
  readonly path: string;
  readonly line: number | undefined;
  readonly label: string;
}

export interface ExceptionOf {
  readonly id: string;
  readonly type: string;
  readonly message: string;
  readonly remote: boolean;
  readonly frames: readonly Frame[];
  /** How many frames the SDK left out. */
  readonly truncated: number;
}

/**
 * Returns the exceptions of a cause. It may be an object with exceptions, or name the id of one that another entity of the
 * trace recorded, as a text or as `{"id": …}`.
 */
export function exceptionsOf(cause: unknown, trace: Trace): ExceptionOf[] {
  if (typeof cause === "string") return elsewhere(cause, trace);
  if (!isObject(cause)) return [];
  const listed = listedIn(cause);
  if (listed.length > 0) return listed;
  return typeof cause.id === "string" ? elsewhere(cause.id, trace) : [];
}

function elsewhere(id: string, trace: Trace): ExceptionOf[] {
  for (const { document } of trace.entities) {
    const found = listedIn(document.cause).find((exception) => exception.id === id);
    if (found) return [found];
  }
  return [];
}

function listedIn(cause: unknown): ExceptionOf[] {
  if (!isObject(cause) || !Array.isArray(cause.exceptions)) return [];
  return cause.exceptions.filter(isObject).map((exception) => ({
    id: text(exception.id),
    type: text(exception.type) || "Exception",
    message: text(exception.message),
    remote: exception.remote === true,
    frames: Array.isArray(exception.stack) ? exception.stack.filter(isObject).map(frame) : [],
    truncated: typeof exception.truncated === "number" ? exception.truncated : 0,
  }));
}

function frame(found: Record<string, unknown>): Frame {
  return {
    path: text(found.path),
    line: typeof found.line === "number" ? found.line : undefined,
    label: text(found.label),
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
