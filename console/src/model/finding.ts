/** What one of doctor's checks found. */

import type { Column } from "./csv";

export interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly finding: string;
  /** What to do; empty where all is well. */
  readonly advice: string;
  /** The test segment's, where one came back. */
  readonly traceId: string;
}

/** All checks in their order, with what each looks at. A check that is missing was not made, since one before it failed. */
export const CHECKS: readonly { readonly check: string; readonly says: string }[] = [
  { check: "server", says: "Somebody answers at the endpoint" },
  { check: "readiness", says: "The store and the state database take and give" },
  { check: "credentials", says: "Your key is accepted" },
  { check: "store", says: "A test segment that is put comes back as a trace" },
  { check: "daemon TCP", says: "The daemon hands out sampling rules" },
  { check: "daemon UDP", says: "A test segment that is sent to the daemon comes back as a trace" },
];

export interface Checked {
  readonly check: string;
  readonly says: string;
  /** Undefined where the check was not made. */
  readonly found: Finding | undefined;
}

/** Returns a line for each check, also for those not made; one that is not in the list stands at its end. */
export function checked(findings: readonly Finding[]): Checked[] {
  const byCheck = new Map(findings.map((found) => [found.check, found]));
  const known = CHECKS.map(({ check, says }) => ({ check, says, found: byCheck.get(check) }));
  const others = findings.filter(({ check }) => !CHECKS.some((each) => each.check === check));
  return [...known, ...others.map((found) => ({ check: found.check, says: "", found }))];
}

/** As `skylens doctor --json` names them. */
export const FINDING_COLUMNS: readonly Column<Finding>[] = [
  { header: "check", value: ({ check }) => check },
  { header: "ok", value: ({ ok }) => ok },
  { header: "finding", value: ({ finding }) => finding },
  { header: "advice", value: ({ advice }) => advice },
  { header: "trace_id", value: ({ traceId }) => traceId },
];
