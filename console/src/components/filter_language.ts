/** How filter expressions are coloured. */

import * as tokens from "@cloudscape-design/design-tokens";
import { HighlightStyle, StreamLanguage, type StringStream } from "@codemirror/language";
import { tags } from "@lezer/highlight";
import { KEYWORDS } from "../model/filter_keywords";

const NAMES = new Set(KEYWORDS.map(({ name }) => name));
const OPERATOR = /^(!=|<=|>=|[=<>!]|(contains|beginswith|endswith)\b)/i;

export const filterLanguage = StreamLanguage.define<null>({ startState: () => null, token });

function token(stream: StringStream): string | null {
  if (stream.eatSpace()) return null;
  if (stream.match(/^"(\\.|[^"\\])*"?|^'(\\.|[^'\\])*'?/)) return "string";
  if (stream.match(/^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?(?![\w.])/i)) return "number";
  if (stream.match(OPERATOR)) return "operator";
  if (stream.match(/^(and|or)\b/i)) return "logicOperator";
  if (stream.match(/^annotation(\.[^\s"'(){}[\],!=<>#]+|\[[^\]]*\])/i)) return "propertyName";
  if (stream.match(/^(service|edge|id|rootcause\.[\w.]+|group\.\w+)/i)) return "keyword";
  const word = stream.match(/^[^\s"'(){}[\],!=<>#]+/) as RegExpMatchArray | null;
  if (word) return NAMES.has(word[0].toLowerCase()) ? "keyword" : null;
  stream.next();
  return "bracket";
}

export const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: tokens.colorTextLinkDefault },
  { tag: tags.propertyName, color: tokens.colorChartsPaletteCategorical4 },
  { tag: tags.string, color: tokens.colorTextStatusSuccess },
  { tag: tags.number, color: tokens.colorTextStatusSuccess },
  { tag: tags.operator, color: tokens.colorTextBodySecondary },
  { tag: tags.logicOperator, color: tokens.colorTextBodyDefault, fontWeight: "bold" },
]);
