import { expect, it } from "vitest";
import { toCsv } from "../../src/model/csv";

const COLUMNS = [{ header: "value", value: (row: string | number | undefined) => row }];

it.each([
  ["plain", "plain"],
  ['say "hi", twice', '"say ""hi"", twice"'],
  ["two\nlines", '"two\nlines"'],
  ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
  ["-1+1", "'-1+1"],
  [-1.5, "-1.5"],
  [undefined, ""],
])("a cell %j stands in CSV as %j", (cell, written) => {
  expect(toCsv(COLUMNS, [cell])).toBe(`value\r\n${written}\r\n`);
});
