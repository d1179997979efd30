/** A time range as it stands in a URL: an ISO 8601 duration back from now, or start~end in UTC. */

export interface RelativeRange {
  readonly kind: "relative";
  readonly seconds: number;
}

export interface AbsoluteRange {
  readonly kind: "absolute";
  readonly start: Date;
  readonly end: Date;
}

export type TimeRange = RelativeRange | AbsoluteRange;

/** The two instants that a range means; the start belongs to it, the end does not. */
export interface TimeWindow {
  readonly start: Date;
  readonly end: Date;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DEFAULT_RANGE: RelativeRange = { kind: "relative", seconds: 15 * MINUTE };
/** What the picker offers; any other duration can be typed. */
export const OFFERED_SECONDS = [
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
] as const;

const ISO_DURATION = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const UTC_INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?$/;

/** Returns the range that a text of a URL means, or null where it means none. */
export function parseTimeRange(text: string): TimeRange | null {
  const [first = "", second] = text.split("~");
  if (second !== undefined) return absoluteRange(parseInstant(first), parseInstant(second));
  const found = ISO_DURATION.exec(first);
  if (!found) return null;
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((part) => Number(part ?? 0));
  const length = days * DAY + hours * HOUR + minutes * MINUTE + seconds;
  return length > 0 ? { kind: "relative", seconds: length } : null;
}

function absoluteRange(start: Date | null, end: Date | null): AbsoluteRange | null {
  return start && end && start < end ? { kind: "absolute", start, end } : null;
}

/** X-Ray's links write UTC with minutes or seconds, with or without the Z. */
function parseInstant(text: string): Date | null {
  if (!UTC_INSTANT.test(text)) return null;
  const instant = new Date(text.endsWith("Z") ? text : `${text}Z`);
  return Number.isNaN(instant.getTime()) ? null : instant;
}

/** Returns the text that a URL carries; parseTimeRange reads it back. */
export function formatTimeRange(range: TimeRange): string {
  if (range.kind === "absolute") return `${instantText(range.start)}~${instantText(range.end)}`;
  return formatDuration(range.seconds);
}

function instantText(instant: Date): string {
  const text = instant.toISOString();
  return text.endsWith(".000Z") ? `${text.slice(0, -5)}Z` : text;
}

export function formatDuration(length: number): string {
  const days = Math.floor(length / DAY);
  const hours = Math.floor((length % DAY) / HOUR);
  const minutes = Math.floor((length % HOUR) / MINUTE);
  const seconds = length % MINUTE;
  const time = [hours && `${hours}H`, minutes && `${minutes}M`, seconds && `${seconds}S`].filter(Boolean).join("");
  return `P${days ? `${days}D` : ""}${time ? `T${time}` : ""}`;
}

export function windowOf(range: TimeRange, now: Date): TimeWindow {
  if (range.kind === "absolute") return { start: range.start, end: range.end };
  return { start: new Date(now.getTime() - range.seconds * 1000), end: now };
}

/** Relative ranges become absolute where a view must stay as it is, as when a node of the map is opened. */
export function pinned(window: TimeWindow): AbsoluteRange {
  return { kind: "absolute", start: window.start, end: window.end };
}

/** Says a range as people do. */
export function describeRelative(length: number): string {
  const units: [number, string][] = [
    [DAY, "day"],
    [HOUR, "hour"],
    [MINUTE, "minute"],
    [1, "second"],
  ];
  const [size, name] = units.find(([unit]) => length % unit === 0) ?? [1, "second"];
  const count = length / size;
  return count === 1 ? `Last ${name}` : `Last ${count} ${name}s`;
}
