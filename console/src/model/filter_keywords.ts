/** The words of filter expressions, as docs/reference/filter-keywords.md has them; a test compares the two. */

export type KeywordKind = "boolean" | "number" | "text";

export interface Keyword {
  readonly name: string;
  readonly kind: KeywordKind;
  readonly says: string;
  /** Only inside of the braces of service() or a root cause. */
  readonly inside?: true;
}

export const OPERATORS: Record<KeywordKind, readonly string[]> = {
  boolean: ["=", "!="],
  number: ["=", "!=", "<", "<=", ">", ">="],
  text: ["=", "!=", "CONTAINS", "BEGINSWITH", "ENDSWITH"],
};

export const KEYWORDS: readonly Keyword[] = [
  { name: "ok", kind: "boolean", says: "ended without error, throttle or fault" },
  { name: "error", kind: "boolean", says: "a client error (4xx)" },
  { name: "throttle", kind: "boolean", says: "a throttled request (429)" },
  { name: "fault", kind: "boolean", says: "a server fault (5xx)" },
  { name: "partial", kind: "boolean", says: "something is still in progress" },
  { name: "inferred", kind: "boolean", says: "a node is known from its callers only" },
  { name: "root", kind: "boolean", says: "the trace began here", inside: true },
  { name: "first", kind: "boolean", says: "first of its list in the root cause", inside: true },
  { name: "last", kind: "boolean", says: "last of its list in the root cause", inside: true },
  { name: "remote", kind: "boolean", says: "a call of something else", inside: true },
  { name: "responsetime", kind: "number", says: "seconds until the answer" },
  { name: "duration", kind: "number", says: "seconds until the last subsegment ended" },
  { name: "http.status", kind: "number", says: "status of the answer" },
  { name: "index", kind: "number", says: "place in its list of the root cause, from 0", inside: true },
  { name: "coverage", kind: "number", says: "part of the response time, 0 to 1", inside: true },
  { name: "http.url", kind: "text", says: "URL of the request" },
  { name: "http.method", kind: "text", says: "method of the request" },
  { name: "http.useragent", kind: "text", says: "user agent of the request" },
  { name: "http.clientip", kind: "text", says: "address of the client" },
  { name: "user", kind: "text", says: "user of any segment" },
  { name: "availabilityzone", kind: "text", says: "availability zone of any segment" },
  { name: "instance.id", kind: "text", says: "instance of any segment" },
  { name: "resource.arn", kind: "text", says: "ARN of a resource of any segment" },
  { name: "name", kind: "text", says: "name of the node or element", inside: true },
  { name: "type", kind: "text", says: "type of the node or element", inside: true },
  { name: "message", kind: "text", says: "message of the exception", inside: true },
];

/** Forms that take an argument or braces; the text is what completion writes. */
export const FORMS: readonly { readonly name: string; readonly writes: string; readonly says: string }[] = [
  { name: "service", writes: 'service("")', says: "a service took part" },
  { name: "edge", writes: 'edge("", "")', says: "one called the other" },
  { name: "group.name", writes: 'group.name = ""', says: "a group's expression" },
  { name: "rootcause.fault.service", writes: "rootcause.fault.service {  }", says: "on the path of a fault" },
  { name: "rootcause.fault.exception", writes: "rootcause.fault.exception {  }", says: "an exception of a fault" },
  { name: "rootcause.error.service", writes: "rootcause.error.service {  }", says: "on the path of an error" },
  { name: "rootcause.responsetime.entity", writes: "rootcause.responsetime.entity {  }", says: "where the time went" },
];

/** The position and the reason that a refusal of the server names, as `unknown keyword foo at position 17`. */
export function placeOfError(message: string): { reason: string; at: number } | null {
  const [, reason, at] = /^(.*) at position (\d+)/s.exec(message) ?? [];
  return reason === undefined || at === undefined ? null : { reason, at: Number(at) };
}
