/** Traces by what they have in common, with the filter that finds them alone. */

import { percentile } from "./bars";
import { annotationFilter, quoted } from "./filter_text";
import type { TraceRow } from "./trace_row";

export interface TraceGroup {
  readonly value: string;
  readonly filter: string;
  readonly count: number;
  /** Of all traces, 0 to 1. */
  readonly share: number;
  readonly mean: number | undefined;
  readonly p95: number | undefined;
  /** Faults, errors and throttles, of the group's traces, 0 to 1. */
  readonly failed: number;
}

type Values = (row: TraceRow) => readonly string[];

interface Way {
  readonly label: string;
  readonly values: Values;
  /** `member` is any row of the group. */
  readonly filter: (value: string, member: TraceRow) => string;
}

const WAYS: Readonly<Record<string, Way>> = {
  url: { label: "URL", values: ({ url }) => one(url), filter: (value) => `http.url = ${quoted(value)}` },
  status: { label: "Status", values: ({ status }) => one(status), filter: (value) => `http.status = ${value}` },
  method: { label: "Method", values: ({ method }) => one(method), filter: (value) => `http.method = ${quoted(value)}` },
  user: { label: "User", values: ({ users }) => users, filter: (value) => `user = ${quoted(value)}` },
  service: { label: "Node", values: ({ services }) => services, filter: (value) => `service(${quoted(value)})` },
  entry: {
    label: "Entry point",
    values: ({ entry }) => one(entry),
    filter: (value) => `service(${quoted(value)}) { root }`,
  },
  cause: {
    label: "Root cause of faults",
    values: ({ faultCauses }) => faultCauses,
    filter: (value) => `rootcause.fault.service { last AND name = ${quoted(value)} }`,
  },
  timeCause: {
    label: "Root cause of response time",
    values: ({ timeCauses }) => timeCauses,
    filter: (value) => `rootcause.responsetime.service { last AND name = ${quoted(value)} }`,
  },
  errorCause: {
    label: "Root cause of errors",
    values: ({ errorCauses }) => errorCauses,
    filter: (value) => `rootcause.error.service { last AND name = ${quoted(value)} }`,
  },
};

const ANNOTATION = "annotation.";

/** The ways in which these traces can be grouped, annotations seen among them. */
export function waysToGroup(rows: readonly TraceRow[]): { id: string; label: string }[] {
  const keys = new Set(rows.flatMap(({ annotations }) => annotations.map(([key]) => key)));
  return [
    ...Object.entries(WAYS).map(([id, { label }]) => ({ id, label })),
    ...[...keys].sort().map((key) => ({ id: ANNOTATION + key, label: `Annotation ${key}` })),
  ];
}

export function groupsOf(rows: readonly TraceRow[], by: string): TraceGroup[] {
  const way = by.startsWith(ANNOTATION) ? annotationWay(by.slice(ANNOTATION.length)) : WAYS[by];
  if (!way) return [];
  const members = new Map<string, TraceRow[]>();
  for (const row of rows) {
    for (const value of new Set(way.values(row))) {
      const group = members.get(value);
      if (group) group.push(row);
      else members.set(value, [row]);
    }
  }
  return [...members]
    .flatMap(([value, group]) => (group[0] ? [described(value, way.filter(value, group[0]), group, rows.length)] : []))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}

function annotationWay(key: string): Way {
  const valuesOf = ({ annotations }: TraceRow) =>
    annotations.filter(([name]) => name === key).map(([, value]) => value);
  return {
    label: key,
    values: (row) => valuesOf(row).map(shown),
    filter: (text, member) => annotationFilter(key, valuesOf(member).find((value) => shown(value) === text) ?? text),
  };
}

/** A text that could be taken for a number or a boolean stands in quotes. */
function shown(value: string | number | boolean): string {
  return typeof value === "string" && /^(-?\d+(\.\d+)?|true|false)$/.test(value) ? quoted(value) : String(value);
}

function described(value: string, filter: string, group: readonly TraceRow[], all: number): TraceGroup {
  const times = group.flatMap(({ responseTime }) => (responseTime === undefined ? [] : [responseTime]));
  return {
    value,
    filter,
    count: group.length,
    share: group.length / all,
    mean: times.length ? times.reduce((sum, time) => sum + time, 0) / times.length : undefined,
    p95: percentile(times, 0.95),
    failed: group.filter(({ outcome }) => outcome !== "ok" && outcome !== "in progress").length / group.length,
  };
}

function one(value: string | number | undefined): readonly string[] {
  return value === undefined ? [] : [String(value)];
}
