import { describe, expect, it } from "vitest";
import { barsOf, linearScale, logarithmicScale, percentile, placeOn, responseTimeFilter } from "../../src/model/bars";
import { seenValues } from "../../src/model/seen_values";
import { groupsOf, waysToGroup } from "../../src/model/trace_groups";
import { pathOf, type Summary, type TraceRow, traceRow } from "../../src/model/trace_row";

function aRow(details: Partial<Summary> = {}): TraceRow {
  return traceRow({ Id: "1-58406520-a006649127e371903a2de979", ResponseTime: 0.1, ...details });
}

const FAULT: Partial<Summary> = {
  HasFault: true,
  Http: { HttpURL: "http://shop:80/checkout?x=1", HttpStatus: 502, HttpMethod: "POST" },
  Annotations: {
    tier: [{ AnnotationValue: { StringValue: "gold" } }],
    items: [{ AnnotationValue: { NumberValue: 3 } }],
    code: [{ AnnotationValue: { StringValue: "3" } }],
  },
  Users: [{ UserName: "erin" }, { UserName: "erin" }],
  ServiceIds: [{ Name: "shop" }, { Name: "orders" }],
  FaultRootCauses: [{ Services: [{ Name: "shop" }, { Name: "orders" }] }],
  ErrorRootCauses: [{ Services: [{ Name: "cart" }] }],
  ResponseTimeRootCauses: [{ Services: [{ Name: "shop" }, { Name: "stock" }] }],
};

describe("a row", () => {
  it("says what the summary says", () => {
    expect(aRow(FAULT)).toMatchObject({
      outcome: "fault",
      status: 502,
      path: "/checkout?x=1",
      users: ["erin"],
      annotations: [
        ["tier", "gold"],
        ["items", 3],
        ["code", "3"],
      ],
      faultCauses: ["orders"],
    });
  });

  it.each([
    ["http://shop", "/"],
    ["https://shop:8443/a?b#c", "/a?b#c"],
    ["/only/a/path", "/only/a/path"],
  ])("shows of %s the path %s", (url, path) => expect(pathOf(url)).toBe(path));
});

describe("bars", () => {
  const values = [0.001, 0.004, 0.02, 0.1, 1.3, 0];
  const scale = logarithmicScale(values, 40);
  const bars = barsOf(
    scale,
    values.map((value) => ({ value, outcome: "ok" })),
  );

  it("hold every value once", () => {
    expect(bars.reduce((sum, { total }) => sum + total, 0)).toBe(values.length);
  });

  it("hold each value between their edges, but for what is below a millisecond", () => {
    for (const value of values.filter((value) => value > 0)) {
      const bar = bars[scale.indexOf(value)];
      expect(bar && bar.from <= value * 1.0001 && value < bar.to * 1.0001).toBe(true);
    }
    expect(scale.indexOf(0)).toBe(0);
  });

  it("are there for no values and for a single one", () => {
    expect(barsOf(logarithmicScale([], 10), [])).toHaveLength(10);
    expect(
      barsOf(logarithmicScale([0.2], 10), [{ value: 0.2, outcome: "ok", count: 3 }]).some(({ total }) => total === 3),
    ).toBe(true);
  });

  it("keep outcomes apart", () => {
    const [bar] = barsOf(linearScale(0, 1, 1), [
      { value: 0, outcome: "fault" },
      { value: 1, outcome: "ok", count: 4 },
    ]);
    expect(bar?.counts).toEqual({ fault: 1, ok: 4 });
  });

  it("tell where a value lies among them", () => {
    expect(placeOn([0, 10, 100], 10)).toBe(0.5);
    expect(placeOn([0, 10, 100], 100)).toBeUndefined();
  });
});

it.each([
  [0.1, 0.2, "responsetime >= 0.1 AND responsetime <= 0.2"],
  [0.012345, 0.12345, "responsetime >= 0.0123 AND responsetime <= 0.124"],
  [1.2345, 12.345, "responsetime >= 1.23 AND responsetime <= 12.4"],
])("from %d to %d is asked for as %s", (from, to, filter) => expect(responseTimeFilter(from, to)).toBe(filter));

it("a percentile is a value that occurred", () => {
  expect(percentile([5, 1, 3, 2, 4], 0.95)).toBe(5);
  expect(percentile([5, 1, 3, 2, 4], 0.5)).toBe(3);
  expect(percentile([], 0.5)).toBeUndefined();
});

describe("groups", () => {
  const rows = [
    aRow(FAULT),
    aRow({ ...FAULT, HasFault: false, ResponseTime: 0.3 }),
    aRow({ Http: { HttpURL: "http://shop/" } }),
  ];

  it("by URL have counts, shares and times", () => {
    expect(groupsOf(rows, "url")[0]).toMatchObject({ count: 2, share: 2 / 3, failed: 0.5, mean: 0.2, p95: 0.3 });
  });

  it.each([
    ["annotation.tier", 'annotation.tier = "gold"'],
    ["annotation.items", "annotation.items = 3"],
    ["user", 'user = "erin"'],
    ["annotation.code", 'annotation.code = "3"'],
    ["cause", 'rootcause.fault.service { last AND name = "orders" }'],
    ["errorCause", 'rootcause.error.service { last AND name = "cart" }'],
    ["timeCause", 'rootcause.responsetime.service { last AND name = "stock" }'],
  ])("by %s have the filter %s", (by, filter) => expect(groupsOf(rows, by)[0]?.filter).toBe(filter));

  it("can be made by annotations seen", () => {
    expect(waysToGroup(rows).map(({ id }) => id)).toEqual(
      expect.arrayContaining(["url", "annotation.items", "annotation.tier"]),
    );
    expect(groupsOf(rows, "unheard-of")).toEqual([]);
  });
});

it("values seen are offered most frequent first", () => {
  const user = (UserName: string) => aRow({ Users: [{ UserName }] });
  expect(seenValues([user("b"), user("a"), user("c"), user("c")]).get("user")).toEqual(["c", "a", "b"]);
});
