/** What could come next in a filter expression. */

import { FORMS, KEYWORDS, OPERATORS } from "./filter_keywords";
import { annotationKey, quoted } from "./filter_text";
import type { SeenValues } from "./seen_values";

export interface Completion {
  readonly label: string;
  readonly detail?: string;
  readonly kind: "keyword" | "property" | "function" | "text" | "operator";
  /** What is written, where that is not the label. */
  readonly writes?: string;
}

export interface Completions {
  /** Where the text begins that a completion replaces. */
  readonly from: number;
  readonly options: readonly Completion[];
}

const KEY = /(annotation\[[^\]]*\]|[\w.]+)\s*$/;
const VALUE =
  /(annotation\[[^\]]*\]|[\w.]+)\s*(?:!=|<=|>=|=|<|>|\b(?:contains|beginswith|endswith)\b)\s*("[^"]*|[^\s"(){}=!<>]*)$/i;
const NAME = /\b(?:service|edge)\s*\(\s*(?:"[^"]*"\s*,\s*)?("[^"]*)?$/i;
const WORD = /[\w.[\]]*$/;

/** Returns completions at a position of an expression; `seen` are the values of traces looked at. */
export function completionsAt(text: string, position: number, seen: SeenValues): Completions {
  const before = text.slice(0, position);
  const name = NAME.exec(before);
  if (name) return namesAt(before, name[1] ?? "", seen);
  const value = VALUE.exec(before);
  if (value) return valuesAt(before, value[1] ?? "", value[2] ?? "", seen);
  const key = before.endsWith(" ") ? KEY.exec(before) : null;
  const operators = key ? operatorsOf(key[1] ?? "") : [];
  if (operators.length) return { from: position, options: [...operators, ...CONNECTIVES] };
  return wordsAt(before, seen);
}

const CONNECTIVES: readonly Completion[] = [
  { label: "AND", kind: "operator", detail: "both", writes: "AND " },
  { label: "OR", kind: "operator", detail: "one of both", writes: "OR " },
];

function namesAt(before: string, typed: string, seen: SeenValues): Completions {
  const names = seen.get("service") ?? [];
  return {
    from: before.length - typed.length,
    options: names.map((label) => ({ label, kind: "text", writes: quoted(label) })),
  };
}

function valuesAt(before: string, key: string, typed: string, seen: SeenValues): Completions {
  const bare = plainKey(key);
  const isNumber = KEYWORDS.some((keyword) => keyword.name === bare && keyword.kind === "number");
  const values = seen.get(bare) ?? seen.get(bare.toLowerCase()) ?? [];
  return {
    from: before.length - typed.length,
    options: values.map((label) => ({ label, kind: "text", writes: isNumber ? label : valueText(label) })),
  };
}

/** `annotation[a.b]` and `annotation.a` by one form. */
function plainKey(key: string): string {
  const [, inner] = /^annotation\[(.*)\]$/i.exec(key) ?? [];
  return inner === undefined ? key.replace(/^annotation\./i, "annotation.") : `annotation.${inner}`;
}

/** A value that reads as a number or a truth was most likely sent as one. */
function valueText(value: string): string {
  return /^-?\d+(\.\d+)?$/.test(value) || value === "true" || value === "false" ? value : quoted(value);
}

function operatorsOf(key: string): Completion[] {
  const keyword = KEYWORDS.find(({ name }) => name === key.toLowerCase());
  const kind = keyword?.kind ?? (/^annotation[.[]/i.test(key) ? "text" : undefined);
  if (!kind) return [];
  return OPERATORS[kind].map((label) => ({ label, kind: "operator", writes: `${label} ` }));
}

function wordsAt(before: string, seen: SeenValues): Completions {
  const typed = WORD.exec(before)?.[0] ?? "";
  const isInside = before.lastIndexOf("{") > before.lastIndexOf("}");
  const keywords = KEYWORDS.filter(({ inside }) => !inside || isInside).map(
    ({ name, says, kind }): Completion => ({
      label: name,
      detail: says,
      kind: kind === "boolean" ? "keyword" : "property",
    }),
  );
  if (isInside) return { from: before.length - typed.length, options: keywords };
  const annotations = [...seen.keys()]
    .filter((key) => key.startsWith("annotation."))
    .map(
      (key): Completion => ({
        label: annotationKey(key.slice("annotation.".length)),
        detail: "annotation",
        kind: "property",
      }),
    );
  const forms = FORMS.map(
    ({ name, writes, says }): Completion => ({ label: name, detail: says, kind: "function", writes }),
  );
  const afterTerm = /[\w"'})\]]\s+$/.test(before.slice(0, before.length - typed.length));
  return {
    from: before.length - typed.length,
    options: [...(afterTerm ? CONNECTIVES : []), ...annotations, ...keywords, ...forms],
  };
}
