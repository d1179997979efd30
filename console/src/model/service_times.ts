/** Where two traces spent their time: each service's own, and what was waited for that sent no segment of its own. */

import { selfTime } from "./critical_path";
import type { Column } from "./csv";
import type { Entity } from "./trace";
import type { Compared } from "./trace_pairs";

export interface ServiceTimes {
  readonly name: string;
  /** Known from its callers only: a database, a queue, somebody else's API. */
  readonly isCalled: boolean;
  readonly callsInA: number;
  readonly callsInB: number;
  readonly secondsInA: number;
  readonly secondsInB: number;
  readonly delta: number;
}

/** Returns the greatest differences first, slower before faster. */
export function serviceTimes(a: Compared, b: Compared): ServiceTimes[] {
  const found = new Map<string, ServiceTimes>();
  for (const [{ trace, open }, inB] of [[a, false] as const, [b, true] as const]) {
    for (const entity of trace.entities) {
      const isCalled = isOutside(entity);
      const name = whereOf(entity);
      const before = found.get(name) ?? { ...NOTHING, name, isCalled };
      const [calls, seconds] = [isCalled || entity.kind === "segment" ? 1 : 0, selfTime(entity, open)];
      found.set(name, inB ? plus(before, 0, 0, calls, seconds) : plus(before, calls, seconds, 0, 0));
    }
  }
  return [...found.values()].sort((x, y) => Math.abs(y.delta) - Math.abs(x.delta) || y.delta - x.delta);
}

const NOTHING = { callsInA: 0, callsInB: 0, secondsInA: 0, secondsInB: 0, delta: 0 };

function plus(times: ServiceTimes, callsA: number, secondsA: number, callsB: number, secondsB: number): ServiceTimes {
  return {
    ...times,
    callsInA: times.callsInA + callsA,
    callsInB: times.callsInB + callsB,
    secondsInA: times.secondsInA + secondsA,
    secondsInB: times.secondsInB + secondsB,
    delta: times.delta + secondsB - secondsA,
  };
}

/** Where an entity's own time is spent: in its service, or in what it calls where that says nothing itself. */
export function whereOf(entity: Entity): string {
  return isOutside(entity) ? entity.name : entity.service;
}

/** A call whose other side has sent nothing: its time is that side's. */
function isOutside({ document, children }: Entity): boolean {
  const isCall = document.namespace === "remote" || document.namespace === "aws";
  return isCall && !children.some(({ kind }) => kind === "segment");
}

export const SERVICE_COLUMNS: readonly Column<ServiceTimes>[] = [
  { header: "service", value: ({ name }) => name },
  { header: "calls_in_a", value: ({ callsInA }) => callsInA },
  { header: "calls_in_b", value: ({ callsInB }) => callsInB },
  { header: "self_seconds_in_a", value: ({ secondsInA }) => secondsInA },
  { header: "self_seconds_in_b", value: ({ secondsInB }) => secondsInB },
  { header: "delta_seconds", value: ({ delta }) => delta },
];
