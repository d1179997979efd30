/** Keys and values that occur in traces seen, for completion: real ones, most frequent first. */

import type { TraceRow } from "./trace_row";

/** Values by the key that asks for them: `user`, `http.method`, `annotation.tenant`, and `service` for names of nodes. */
export type SeenValues = ReadonlyMap<string, readonly string[]>;

const MOST_VALUES = 50;

export function seenValues(rows: readonly TraceRow[]): SeenValues {
  const counts = new Map<string, Map<string, number>>();
  const count = (key: string, value: string | number | undefined) => {
    if (value === undefined || value === "") return;
    const values = counts.get(key) ?? new Map<string, number>();
    values.set(String(value), (values.get(String(value)) ?? 0) + 1);
    counts.set(key, values);
  };
  for (const row of rows) {
    count("http.url", row.url);
    count("http.method", row.method);
    count("http.status", row.status);
    count("http.clientip", row.clientIp);
    for (const user of row.users) count("user", user);
    for (const service of row.services) count("service", service);
    for (const [key, value] of row.annotations) count(`annotation.${key}`, String(value));
  }
  return new Map([...counts].map(([key, values]) => [key, mostFrequent(values)]));
}

function mostFrequent(values: ReadonlyMap<string, number>): string[] {
  return [...values]
    .sort(([a, often], [b, oftener]) => oftener - often || (a < b ? -1 : 1))
    .slice(0, MOST_VALUES)
    .map(([value]) => value);
}
