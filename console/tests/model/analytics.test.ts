import { describe, expect, test } from "vitest";
import { formatFilterSet, isEmpty, matches, NO_FILTER, parseFilterSet, toggled } from "../../src/model/filter_set";
import { countIn, edgesOf } from "../../src/model/histogram";
import { countsOf, distinctions } from "../../src/model/over_representation";
import { columnsOf, factsOf, type TraceFacts } from "../../src/model/trace_facts";

function someFacts(count: number, values: Record<string, string>): TraceFacts[] {
  return Array.from({ length: count }, (_, index) => ({
    id: String(index),
    start: index,
    seconds: index,
    values: new Map(Object.entries(values).map(([column, value]) => [column, [value]])),
  }));
}

describe("a histogram", () => {
  test("counts every value once, the largest too", () => {
    const values = [0.01, 0.02, 0.5, 3, 3];
    const edges = edgesOf(values, 10);
    expect(edges).toHaveLength(11);
    expect(countIn(edges, values).reduce((sum, count) => sum + count, 0)).toBe(5);
    expect(countIn(edges, values).at(-1)).toBe(2);
  });

  test("grows its buckets by a factor where values lie far apart, and not where they lie near", () => {
    const far = edgesOf([0.001, 10], 4);
    expect((far[2] ?? 0) / (far[1] ?? 1)).toBeCloseTo(10);
    expect(edgesOf([1, 3], 4)).toEqual([1, 1.5, 2, 2.5, 3]);
  });

  test("of nothing has no buckets, of one value has one", () => {
    expect(edgesOf([], 10)).toEqual([]);
    expect(countIn(edgesOf([2, 2], 10), [2, 2])).toEqual([2]);
    expect(countIn([0, 1], [-1, 2])).toEqual([0]);
  });
});

test("facts tell root causes as paths, and annotations as columns of their own", () => {
  const facts = factsOf({
    Id: "1-1-1",
    ResponseTime: 2,
    HasFault: true,
    Http: { HttpStatus: 500 },
    ResponseTimeRootCauses: [{ Services: [{ Name: "shop" }, { Name: "pay" }] }],
    Annotations: { tenant: [{ AnnotationValue: { StringValue: "gold" } }] },
  });
  expect(facts.values.get("Response time root cause")).toEqual(["shop → pay"]);
  expect(facts.values.get("Outcome")).toEqual(["fault"]);
  expect(facts.values.get("annotation.tenant")).toEqual(["gold"]);
  expect(columnsOf([facts])).toEqual(["Response time root cause", "Outcome", "HTTP status code", "annotation.tenant"]);
});

describe("a filter set", () => {
  const gold = someFacts(1, { tenant: "gold", status: "500" })[0] as TraceFacts;

  test("is its own text in the URL and back", () => {
    const set = { ...toggled(toggled(NO_FILTER, "tenant", "a&b=c"), "tenant", "ü"), seconds: { from: 0.1, to: 2 } };
    expect(parseFilterSet(formatFilterSet(set))).toEqual(set);
    expect(isEmpty(parseFilterSet("seconds=2~1"))).toBe(true);
  });

  test("asks for one value of each column", () => {
    const either = toggled(toggled(NO_FILTER, "tenant", "gold"), "tenant", "iron");
    expect(matches(either, gold)).toBe(true);
    expect(matches(toggled(either, "status", "200"), gold)).toBe(false);
    expect(isEmpty(toggled(toggled(either, "tenant", "gold"), "tenant", "iron"))).toBe(true);
  });

  test("asks for a range with both of its ends", () => {
    expect(matches({ ...NO_FILTER, seconds: { from: 0, to: 0 } }, gold)).toBe(true);
    expect(matches({ ...NO_FILTER, start: { from: 1, to: 2 } }, gold)).toBe(false);
    expect(matches({ ...NO_FILTER, seconds: { from: 0, to: 9 } }, { ...gold, seconds: undefined })).toBe(false);
  });
});

describe("what distinguishes a selection", () => {
  test("is what it has more often than chance explains", () => {
    const slow = [
      ...someFacts(18, { "annotation.tenant": "gold", User: "200" }),
      ...someFacts(2, { "annotation.tenant": "iron", User: "200" }),
    ];
    const rest = [
      ...someFacts(10, { "annotation.tenant": "gold", User: "200" }),
      ...someFacts(90, { "annotation.tenant": "iron", User: "200" }),
    ];
    const found = distinctions(slow, rest);
    expect(found.map(({ column, value, selected, others }) => [column, value, selected, others])).toEqual([
      ["annotation.tenant", "gold", 18, 10],
    ]);
    expect(found[0]?.chance).toBeLessThan(1e-9);
  });

  test("is nothing where the shares are the same, or where there is nothing to compare with", () => {
    expect(
      distinctions(someFacts(5, { "annotation.tenant": "gold" }), someFacts(50, { "annotation.tenant": "gold" })),
    ).toEqual([]);
    expect(distinctions(someFacts(5, { "annotation.tenant": "gold" }), [])).toEqual([]);
  });

  test("has Fisher's probability: the lady who told eight cups apart", () => {
    const [found] = distinctions(someFacts(4, { User: "first" }), someFacts(4, { Node: "x" }));
    expect(found?.chance).toBeCloseTo(1 / 70, 10); // one value looked at, so there is nothing to correct
  });

  test("leaves out what the selection was chosen by", () => {
    const [chosen, rest] = [someFacts(20, { User: "first" }), someFacts(20, { User: "second" })];
    expect(distinctions(chosen, rest)).toHaveLength(1);
    expect(distinctions(chosen, rest, new Set(["User"]))).toEqual([]);
  });

  test("counts a trace once for each of its values", () => {
    expect(countsOf("annotation.tenant", someFacts(3, { "annotation.tenant": "gold" }))).toEqual(
      new Map([["gold", 3]]),
    );
  });
});
