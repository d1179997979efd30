/** What is known of a trace by column, so that traces can be counted and chosen by any of it. */

import { annotationsOf, type ServiceSummary, type Summary, traceRow } from "./trace_row";

export interface TraceFacts {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly seconds: number | undefined;
  readonly values: ReadonlyMap<string, readonly string[]>;
}

interface RootCause {
  readonly Services?: readonly ServiceSummary[] | undefined;
}

export interface AnalysedSummary extends Summary {
  readonly ResponseTimeRootCauses?: readonly RootCause[] | undefined;
  readonly FaultRootCauses?: readonly RootCause[] | undefined;
  readonly ErrorRootCauses?: readonly RootCause[] | undefined;
}

/** Columns that every trace may have; annotations follow as `annotation.<key>`. The order is the one of the page. */
export const COLUMNS = [
  "Response time root cause",
  "Fault root cause",
  "Error root cause",
  "Outcome",
  "HTTP status code",
  "User",
  "URL",
  "HTTP method",
  "Entry point",
  "Node",
  "Client IP",
] as const;

export const ANNOTATION = "annotation.";

export function factsOf(summary: AnalysedSummary): TraceFacts {
  const row = traceRow(summary);
  const values = new Map<string, readonly string[]>();
  const set = (column: (typeof COLUMNS)[number], found: readonly (string | undefined)[]) => {
    const there = [...new Set(found.filter((value): value is string => Boolean(value)))];
    if (there.length > 0) values.set(column, there);
  };
  set("Response time root cause", pathsOf(summary.ResponseTimeRootCauses));
  set("Fault root cause", pathsOf(summary.FaultRootCauses));
  set("Error root cause", pathsOf(summary.ErrorRootCauses));
  set("Outcome", [row.outcome]);
  set("HTTP status code", [row.status?.toString()]);
  set("User", row.users);
  set("URL", [row.url]);
  set("HTTP method", [row.method]);
  set("Entry point", [row.entry]);
  set("Node", row.services);
  set("Client IP", [row.clientIp]);
  for (const [key, value] of annotationsOf(summary)) {
    const column = ANNOTATION + key;
    values.set(column, [...new Set([...(values.get(column) ?? []), String(value)])]);
  }
  return { id: row.id, start: row.start?.getTime() ?? 0, seconds: row.responseTime, values };
}

function pathsOf(causes: readonly RootCause[] | undefined): string[] {
  return (causes ?? []).map(({ Services }) => (Services ?? []).map(({ Name }) => Name ?? "?").join(" → "));
}

/** The columns that any of the traces has: those that all may have in their order, then annotations by name. */
export function columnsOf(traces: readonly TraceFacts[]): string[] {
  const found = new Set(traces.flatMap(({ values }) => [...values.keys()]));
  const annotations = [...found].filter((column) => column.startsWith(ANNOTATION)).sort();
  return [...COLUMNS.filter((column) => found.has(column)), ...annotations];
}
