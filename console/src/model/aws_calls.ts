/** Calls of a trace that may be on record in the audit trail: the id of such a call's request is that of its event. */

import type { Entity, Trace } from "./trace";

export interface AwsCall {
  readonly requestId: string;
  readonly operation: string;
  /** Where it was made; empty where the caller does not say. */
  readonly region: string;
  readonly entity: Entity;
}

// As this installation gives them; AWS's services have others, too.
const REQUEST_ID = /^[0-9a-f-]{36}$/i;

/** Returns each request once, in the order of the trace. */
export function awsCalls({ entities }: Trace): AwsCall[] {
  const found = new Map<string, AwsCall>();
  for (const entity of entities) {
    const { request_id, operation, region } = entity.document.aws ?? {};
    if (typeof request_id !== "string" || !REQUEST_ID.test(request_id) || found.has(request_id)) continue;
    found.set(request_id, {
      requestId: request_id,
      operation: typeof operation === "string" ? operation : entity.name,
      region: typeof region === "string" ? region : "",
      entity,
    });
  }
  return [...found.values()];
}

/** Where a call may be on record: where it was made, here, and where those of services without regions are. */
export function regionsOf({ region }: AwsCall, here: string): string[] {
  return [...new Set([region, here, GLOBAL_REGION].filter(Boolean))];
}

const GLOBAL_REGION = "us-east-1";
