import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { completionsAt } from "../../src/model/filter_completion";
import { KEYWORDS, placeOfError } from "../../src/model/filter_keywords";
import { annotationFilter, both, quoted } from "../../src/model/filter_text";
import type { SeenValues } from "../../src/model/seen_values";

const SEEN: SeenValues = new Map([
  ["service", ["orders", 'odd "name"']],
  ["annotation.tier", ["gold", "7"]],
  ["annotation.order.id", ["A-1"]],
  ["http.status", ["502"]],
]);

/** Completes where the bar stands. */
function completed(text: string): { labels: string[]; from: number; written: string[] } {
  const position = text.indexOf("|");
  const { from, options } = completionsAt(text.replace("|", ""), position, SEEN);
  return {
    from,
    labels: options.map(({ label }) => label),
    written: options.map(({ label, writes }) => writes ?? label),
  };
}

it("the keywords are those of the reference, and of the same kinds", () => {
  const reference = readFileSync("../docs/reference/filter-keywords.md", "utf8");
  const told: [string, string][] = [];
  let kind = "";
  for (const line of reference.split("\n")) {
    kind = /^## (\w+) keywords/.exec(line)?.[1]?.toLowerCase() ?? kind;
    const name = /^### ([\w.]+)$/.exec(line)?.[1];
    if (name) told.push([name, kind]);
  }
  expect(told.length).toBeGreaterThan(20);
  expect(KEYWORDS.map(({ name, kind: own }) => [name, own]).sort()).toEqual(told.sort());
});

describe("completion offers", () => {
  it("names of services in service() and edge()", () => {
    expect(completed('service("or|').labels).toContain("orders");
    expect(completed('edge("orders", |').written).toContain('"odd \\"name\\""');
  });

  it("values seen after an operator, texts quoted and numbers bare", () => {
    expect(completed("annotation.tier = |").written).toEqual(['"gold"', "7"]);
    expect(completed('annotation.tier CONTAINS "g|')).toMatchObject({ from: 25, written: ['"gold"', "7"] });
    expect(completed("annotation[order.id] = |").written).toEqual(['"A-1"']);
    expect(completed("http.status >= |").written).toEqual(["502"]);
  });

  it("operators of the keyword's kind after it", () => {
    expect(completed("duration |").labels).toContain("<=");
    expect(completed("duration |").labels).not.toContain("CONTAINS");
    expect(completed("http.url |").labels).toContain("CONTAINS");
  });

  it("keywords, annotations seen and forms at the beginning of a word", () => {
    const { labels, from } = completed("fault AND ann|");
    expect(from).toBe(10);
    expect(labels).toEqual(expect.arrayContaining(["annotation.tier", "annotation[order.id]", "service", "duration"]));
    expect(labels).not.toContain("coverage");
  });

  it("in braces what may stand there only", () => {
    const { labels } = completed('service("orders") { |');
    expect(labels).toContain("root");
    expect(labels).not.toContain("annotation.tier");
  });
});

it.each([
  ["unknown keyword foo at position 17", { reason: "unknown keyword foo", at: 17 }],
  ["Time range cannot be longer than 720 hours", null],
])("of %j the place is %j", (message, place) => expect(placeOfError(message)).toEqual(place));

describe("a piece of an expression", () => {
  it("quotes what would end it", () => expect(quoted('a "b" \\')).toBe('"a \\"b\\" \\\\"'));

  it.each([
    ["tier", "gold", 'annotation.tier = "gold"'],
    ["order.id", "A-1", 'annotation[order.id] = "A-1"'],
    ["items", 3, "annotation.items = 3"],
    ["vip", true, "annotation.vip = true"],
  ])("asks for annotation %s", (key, value, filter) => expect(annotationFilter(key, value)).toBe(filter));

  it.each([
    ["", "fault", "fault"],
    ["fault OR error", 'user = "x"', '(fault OR error) AND user = "x"'],
    ['user = "this or that"', "fault", 'user = "this or that" AND fault'],
  ])("joins %j and %j", (first, second, joined) => expect(both(first, second)).toBe(joined));
});
