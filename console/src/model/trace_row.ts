/** A trace as a row of the list: what GetTraceSummaries says of it, in the words of the list. */

import type { Column } from "./csv";
import { type Outcome, outcomeOf } from "./outcome";

/** The part of a summary that rows are made of; AWS's type of a summary has it all. */
export interface Summary {
  readonly Id?: string | undefined;
  readonly StartTime?: Date | undefined;
  readonly Duration?: number | undefined;
  readonly ResponseTime?: number | undefined;
  readonly HasFault?: boolean | undefined;
  readonly HasError?: boolean | undefined;
  readonly HasThrottle?: boolean | undefined;
  readonly IsPartial?: boolean | undefined;
  readonly Http?: HttpSummary | undefined;
  readonly Annotations?: Readonly<Record<string, readonly AnnotationSummary[]>> | undefined;
  readonly Users?: readonly { readonly UserName?: string | undefined }[] | undefined;
  readonly ServiceIds?: readonly ServiceSummary[] | undefined;
  readonly EntryPoint?: ServiceSummary | undefined;
  readonly FaultRootCauses?: readonly CauseSummary[] | undefined;
  readonly ErrorRootCauses?: readonly CauseSummary[] | undefined;
  readonly ResponseTimeRootCauses?: readonly CauseSummary[] | undefined;
}

interface CauseSummary {
  readonly Services?: readonly ServiceSummary[] | undefined;
}

interface HttpSummary {
  readonly HttpURL?: string | undefined;
  readonly HttpStatus?: number | undefined;
  readonly HttpMethod?: string | undefined;
  readonly ClientIp?: string | undefined;
}

export interface ServiceSummary {
  readonly Name?: string | undefined;
  readonly Type?: string | undefined;
}

export interface AnnotationSummary {
  readonly AnnotationValue?:
    | { readonly StringValue?: string; readonly NumberValue?: number; readonly BooleanValue?: boolean }
    | { readonly $unknown: [string, unknown] }
    | undefined;
}

/** The text "3" is not the number 3: neither finds the other. */
export type Annotation = readonly [key: string, value: string | number | boolean];

export interface TraceRow {
  readonly id: string;
  readonly start: Date | undefined;
  readonly outcome: Outcome;
  readonly status: number | undefined;
  readonly method: string | undefined;
  readonly url: string | undefined;
  /** The URL's path with its query: in a list of one service's traces the host says nothing. */
  readonly path: string | undefined;
  readonly responseTime: number | undefined;
  readonly duration: number | undefined;
  readonly entry: string | undefined;
  readonly users: readonly string[];
  readonly services: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly clientIp: string | undefined;
  /** The services where its faults began. */
  readonly faultCauses: readonly string[];
  readonly errorCauses: readonly string[];
  /** The services where the time went. */
  readonly timeCauses: readonly string[];
}

const ROWS = new WeakMap<Summary, TraceRow>();

/** The row of a summary: the same object each time, so that what shows it is not drawn anew when more traces come. */
export function traceRow(summary: Summary): TraceRow {
  const row = ROWS.get(summary) ?? newRow(summary);
  ROWS.set(summary, row);
  return row;
}

function newRow(summary: Summary): TraceRow {
  const http = summary.Http ?? {};
  return {
    id: summary.Id ?? "",
    start: summary.StartTime,
    outcome: outcomeOf({
      fault: summary.HasFault,
      throttle: summary.HasThrottle,
      error: summary.HasError,
      inProgress: summary.IsPartial,
    }),
    status: http.HttpStatus,
    method: http.HttpMethod,
    url: http.HttpURL,
    path: http.HttpURL === undefined ? undefined : pathOf(http.HttpURL),
    responseTime: summary.ResponseTime,
    duration: summary.Duration,
    entry: summary.EntryPoint?.Name,
    users: distinct((summary.Users ?? []).map((user) => user.UserName ?? "")),
    services: distinct((summary.ServiceIds ?? []).map((service) => service.Name ?? "")),
    annotations: annotationsOf(summary),
    clientIp: http.ClientIp,
    faultCauses: lastOf(summary.FaultRootCauses),
    errorCauses: lastOf(summary.ErrorRootCauses),
    timeCauses: lastOf(summary.ResponseTimeRootCauses),
  };
}

/** The services that root causes end at. */
function lastOf(causes: readonly CauseSummary[] = []): string[] {
  return distinct(causes.map(({ Services }) => Services?.at(-1)?.Name ?? ""));
}

export function annotationsOf(summary: Summary): Annotation[] {
  return Object.entries(summary.Annotations ?? {}).flatMap(([key, values]) =>
    values.map((value): Annotation => [key, annotationValue(value)]),
  );
}

function annotationValue({ AnnotationValue: value }: AnnotationSummary): Annotation[1] {
  if (!value || "$unknown" in value) return "";
  return value.StringValue ?? value.NumberValue ?? value.BooleanValue ?? "";
}

export function pathOf(url: string): string {
  const found = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/i.exec(url);
  return found ? found[1] || "/" : url;
}

function distinct(values: string[]): string[] {
  return [...new Set(values.filter(Boolean))];
}

/** What a download of the list holds. */
export const DOWNLOAD_COLUMNS: readonly Column<TraceRow>[] = [
  { header: "id", value: (row) => row.id },
  { header: "start", value: (row) => row.start?.toISOString() },
  { header: "outcome", value: (row) => row.outcome },
  { header: "method", value: (row) => row.method },
  { header: "url", value: (row) => row.url },
  { header: "status", value: (row) => row.status },
  { header: "response_time_seconds", value: (row) => row.responseTime },
  { header: "duration_seconds", value: (row) => row.duration },
  { header: "entry_point", value: (row) => row.entry },
  { header: "users", value: (row) => row.users.join(" ") },
  { header: "services", value: (row) => row.services.join(" ") },
  { header: "annotations", value: (row) => row.annotations.map(([key, value]) => `${key}=${value}`).join(" ") },
];
