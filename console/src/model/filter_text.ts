/** Pieces of filter expressions, written so that the parser reads them back whatever is in them. */

/** A text as a filter expression quotes it. */
export function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

// What may stand after "annotation." without brackets.
const PLAIN_KEY = /^[A-Za-z0-9_]+$/;

export function annotationKey(key: string): string {
  return PLAIN_KEY.test(key) ? `annotation.${key}` : `annotation[${key}]`;
}

export function annotationFilter(key: string, value: unknown): string {
  const shown = typeof value === "number" || typeof value === "boolean" ? String(value) : quoted(String(value));
  return `${annotationKey(key)} = ${shown}`;
}

/** Joins two expressions so that both must hold, with brackets where an OR would reach too far. */
export function both(first: string, second: string): string {
  const [a, b] = [first.trim(), second.trim()];
  if (!a || !b) return a || b;
  return `${bracketed(a)} AND ${bracketed(b)}`;
}

function bracketed(expression: string): string {
  const bare = expression.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'/gs, "");
  return /\bor\b/i.test(bare) ? `(${expression})` : expression;
}
