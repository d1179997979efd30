/** An event of the audit trail, as LookupEvents hands it out and as its record says more of it. */

import type { Column } from "./csv";

/** The part of LookupEvents' answer that rows are made of. */
export interface LookedUp {
  readonly EventId?: string | undefined;
  readonly EventName?: string | undefined;
  readonly EventTime?: Date | undefined;
  readonly EventSource?: string | undefined;
  readonly Username?: string | undefined;
  readonly AccessKeyId?: string | undefined;
  readonly ReadOnly?: string | undefined;
  readonly Resources?:
    | readonly { readonly ResourceType?: string | undefined; readonly ResourceName?: string | undefined }[]
    | undefined;
  readonly CloudTrailEvent?: string | undefined;
}

export interface AuditEvent {
  readonly id: string;
  readonly name: string;
  readonly time: Date | undefined;
  /** Without its `.amazonaws.com`. */
  readonly source: string;
  readonly user: string;
  readonly accessKey: string;
  readonly readOnly: boolean;
  readonly resources: readonly string[];
  readonly address: string;
  readonly region: string;
  /** AWS's code, where the call was refused. */
  readonly error: string;
  readonly errorMessage: string;
  /** The trace that the caller sent with the call. */
  readonly traceId: string | undefined;
  readonly record: Readonly<Record<string, unknown>>;
}

export function auditEvent(event: LookedUp): AuditEvent {
  const record = recordOf(event.CloudTrailEvent ?? "");
  const additional = record.additionalEventData;
  return {
    id: event.EventId ?? "",
    name: event.EventName ?? "",
    time: event.EventTime,
    source: (event.EventSource ?? "").replace(/\.amazonaws\.com$/, ""),
    user: event.Username ?? "",
    accessKey: event.AccessKeyId ?? "",
    readOnly: event.ReadOnly === "true",
    resources: (event.Resources ?? []).map(({ ResourceName = "" }) => ResourceName).filter(Boolean),
    address: text(record.sourceIPAddress),
    region: text(record.awsRegion),
    error: text(record.errorCode),
    errorMessage: text(record.errorMessage),
    traceId:
      isObject(additional) && typeof additional.xRayTraceId === "string" ? rootOf(additional.xRayTraceId) : undefined,
    record,
  };
}

/** Returns what was touched without the ARNs of what stands there by its name as well. */
export function namesOf(resources: readonly string[]): string[] {
  const others = resources.filter((resource) => !resource.startsWith("arn:"));
  const isNamed = (arn: string) => arn.split(/[:/]/).some((part) => others.includes(part));
  return resources.filter((resource) => !(resource.startsWith("arn:") && isNamed(resource)));
}

/** A trace header may stand where a trace id is meant: `Root=1-…;Parent=…;Sampled=1`. */
function rootOf(header: string): string {
  return /Root=([^;]+)/.exec(header)?.[1] ?? header;
}

function recordOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Whether the call made something cease to be, or asked for it; its error says when it was refused. */
export function isDeletion({ name }: AuditEvent): boolean {
  return /^(Batch)?(Delete|Remove|Terminate|Deregister|Destroy|Purge)|^ScheduleKeyDeletion$/.test(name);
}

/** What LookupEvents can look for, one at a time. */
export const ATTRIBUTES = [
  { key: "ReadOnly", label: "Read-only", example: "false" },
  { key: "EventName", label: "Event name", example: "DeleteGroup" },
  { key: "ResourceName", label: "Resource name", example: "checkout" },
  { key: "Username", label: "User name", example: "erin" },
  { key: "EventSource", label: "Event source", example: "xray.amazonaws.com" },
  { key: "ResourceType", label: "Resource type", example: "AWS::XRay::Group" },
  { key: "AccessKeyId", label: "Access key", example: "AKIA…" },
  { key: "EventId", label: "Event id", example: "the request id of a call" },
] as const;

export type AttributeKey = (typeof ATTRIBUTES)[number]["key"];

export const EVENT_COLUMNS: readonly Column<AuditEvent>[] = [
  { header: "id", value: ({ id }) => id },
  { header: "time", value: ({ time }) => time?.toISOString() },
  { header: "name", value: ({ name }) => name },
  { header: "source", value: ({ source }) => source },
  { header: "user", value: ({ user }) => user },
  { header: "access_key", value: ({ accessKey }) => accessKey },
  { header: "resources", value: ({ resources }) => resources.join(" ") },
  { header: "address", value: ({ address }) => address },
  { header: "region", value: ({ region }) => region },
  { header: "read_only", value: ({ readOnly }) => readOnly },
  { header: "error", value: ({ error }) => error },
];
