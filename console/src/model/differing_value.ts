/** What two traces say differently: annotations, statuses, users, versions, exceptions, by the service that said it. */

import type { Column } from "./csv";
import type { Entity, Trace } from "./trace";

export interface DifferingValue {
  readonly service: string;
  readonly attribute: string;
  readonly inA: readonly string[];
  readonly inB: readonly string[];
}

export function differingValues(a: Trace, b: Trace): DifferingValue[] {
  const [inA, inB] = [valuesOf(a), valuesOf(b)];
  return [...new Set([...inA.keys(), ...inB.keys()])]
    .map((key): DifferingValue => {
      const [service = "", attribute = ""] = key.split(SEPARATOR);
      return { service, attribute, inA: sorted(inA.get(key)), inB: sorted(inB.get(key)) };
    })
    .filter((value) => value.inA.join(SEPARATOR) !== value.inB.join(SEPARATOR))
    .sort((x, y) => compare(x.service, y.service) || compare(x.attribute, y.attribute));
}

const SEPARATOR = "\u001f";

function valuesOf({ entities }: Trace): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const entity of entities) {
    for (const [attribute, value] of said(entity)) {
      if (value === undefined || value === null || value === "") continue;
      const key = entity.service + SEPARATOR + attribute;
      const values = found.get(key) ?? new Set();
      found.set(key, values.add(String(value)));
    }
  }
  return found;
}

/** Calls are compared as such; of what surrounds them, only what a segment says of itself. */
function said({ kind, document }: Entity): [attribute: string, value: unknown][] {
  const annotations = Object.entries(document.annotations ?? {}).map(([key, value]): [string, unknown] => [
    `annotation.${key}`,
    value,
  ]);
  const thrown = exceptionTypes(document.cause).map((type): [string, unknown] => ["exception", type]);
  if (kind === "subsegment") return [...annotations, ...thrown];
  const { request = {}, response = {} } = document.http ?? {};
  return [
    ...annotations,
    ...thrown,
    ["http.method", request.method],
    ["http.url", request.url],
    ["http.status", response.status],
    ["http.clientip", request.client_ip],
    ["http.useragent", request.user_agent],
    ["user", document.user],
    ["version", document.service?.version],
    ["origin", document.origin],
    ["resource.arn", document.resource_arn],
    ["availabilityzone", member(document.aws?.ec2, "availability_zone")],
    ["instance.id", member(document.aws?.ec2, "instance_id")],
    ["container", member(document.aws?.ecs, "container")],
  ];
}

function exceptionTypes(cause: unknown): string[] {
  const exceptions = member(cause, "exceptions");
  return Array.isArray(exceptions) ? exceptions.map((each) => String(member(each, "type") ?? "")) : [];
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function sorted(values: ReadonlySet<string> = new Set()): string[] {
  return [...values].sort();
}

function compare(x: string, y: string): number {
  return x < y ? -1 : x > y ? 1 : 0;
}

export const VALUE_COLUMNS: readonly Column<DifferingValue>[] = [
  { header: "service", value: ({ service }) => service },
  { header: "attribute", value: ({ attribute }) => attribute },
  { header: "in_a", value: ({ inA }) => inA.join(", ") },
  { header: "in_b", value: ({ inB }) => inB.join(", ") },
];
