/** Trace ids: X-Ray's 1-58406520-a006649127e371903a2de979, and W3C's 32 hexadecimal digits. */

const XRAY = /^1-[0-9a-f]{8}-[0-9a-f]{24}$/i;
const W3C = /^[0-9a-f]{32}$/i;

/** Returns the X-Ray form of a trace id of either form, or null where the text is none. */
export function traceIdOf(text: string): string | null {
  const trimmed = text.trim().toLowerCase();
  if (XRAY.test(trimmed)) return trimmed;
  if (W3C.test(trimmed)) return `1-${trimmed.slice(0, 8)}-${trimmed.slice(8)}`;
  return null;
}
