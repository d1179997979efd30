import { describe, expect, it } from "vitest";
import { comparedWindow, windowText } from "../../src/model/compared_window";
import { toCsv } from "../../src/model/csv";
import { CHANGE_COLUMNS, changesOf, union } from "../../src/model/map_difference";
import { type ServiceNode, serviceMap } from "../../src/model/service_map";

/** A node with so many requests, whose response times are spread around a median. */
function node(Name: string, requests: number, { median = 0.1, faults = 0, slowTail = 0 } = {}): ServiceNode {
  const Values = Array.from({ length: requests }, (_, at) => {
    const isSlow = at >= requests - slowTail;
    return { Value: Number((isSlow ? 9 : median * (0.5 + (at % 21) / 20)).toFixed(4)), Count: 1 };
  });
  return {
    ReferenceId: Name.length * 100 + Name.charCodeAt(0),
    Name,
    SummaryStatistics: {
      TotalCount: requests,
      OkCount: requests - faults,
      FaultStatistics: { TotalCount: faults },
      TotalResponseTime: Values.reduce((sum, { Value }) => sum + Value, 0),
    },
    ResponseTimeHistogram: Values,
  };
}

function verdicts(now: ServiceNode[], before: ServiceNode[], lengthBefore = 1): Record<string, readonly string[]> {
  const changes = changesOf({ now: serviceMap(now), before: serviceMap(before), lengthBefore });
  return Object.fromEntries([...changes.values()].map((change) => [change.name, change.verdicts]));
}

describe("the difference of two maps", () => {
  it("is nothing where the same is counted, however little or much", () => {
    expect(verdicts([node("a", 400), node("b", 2)], [node("a", 700), node("b", 1)])).toEqual({ a: [], b: [] });
  });

  it("tells what is slower and what is faster", () => {
    expect(verdicts([node("a", 200, { median: 0.2 })], [node("a", 200)])).toEqual({ a: ["slower"] });
    expect(verdicts([node("a", 200)], [node("a", 200, { median: 0.2 })])).toEqual({ a: ["faster"] });
  });

  it("says nothing of a few requests, of a small change, or of what chance explains", () => {
    expect(verdicts([node("a", 19, { median: 5 })], [node("a", 500)])).toEqual({ a: [] });
    expect(verdicts([node("a", 20_000, { median: 0.103 })], [node("a", 20_000)])).toEqual({ a: [] });
    expect(verdicts([node("a", 25, { median: 0.12 })], [node("a", 25)])).toEqual({ a: [] });
  });

  it("sees a tail that grows while the median stays", () => {
    expect(verdicts([node("a", 400, { slowTail: 90 })], [node("a", 400, { slowTail: 20 })])).toEqual({ a: ["slower"] });
    expect(verdicts([node("a", 400, { slowTail: 20 })], [node("a", 400, { slowTail: 90 })])).toEqual({ a: ["faster"] });
  });

  it("tells what ends badly more often or less often", () => {
    expect(verdicts([node("a", 300, { faults: 40 })], [node("a", 300, { faults: 3 })])).toEqual({ a: ["more faulty"] });
    expect(verdicts([node("a", 300)], [node("a", 300, { faults: 40 })])).toEqual({ a: ["less faulty"] });
    expect(verdicts([node("a", 30, { faults: 2 })], [node("a", 30)])).toEqual({ a: [] });
  });

  it("tells what is new and what is gone, unless it comes so seldom that it may have been missed", () => {
    expect(verdicts([node("a", 3), node("b", 2)], [node("c", 3), node("d", 2)])).toEqual({
      a: ["new"],
      b: [],
      c: ["gone"],
      d: [],
    });
    expect(verdicts([node("a", 3)], [], 0.5)).toEqual({ a: [] });
    expect(verdicts([], [node("a", 30)], 24)).toEqual({ a: [] });
  });

  it("is drawn on both maps as one", () => {
    const { nodes } = union(serviceMap([node("a", 3)]), serviceMap([node("a", 9), node("c", 3)]));
    expect(nodes.map(({ name, counts }) => [name, counts.total])).toEqual([
      ["a", 3],
      ["c", 3],
    ]);
  });

  it("is downloaded with the figures of both sides", () => {
    const changes = changesOf({ now: serviceMap([node("a", 4)]), before: serviceMap([]) });
    const [head = "", row = ""] = toCsv(CHANGE_COLUMNS, [...changes.values()]).split("\r\n");
    expect(head).toContain("requests_before,requests_now,mean_before,mean_now,p50_before,p50_now");
    expect(row).toMatch(/^a,node,new,,4,,/);
  });
});

describe("the time that a map is compared with", () => {
  const window = { start: new Date("2026-07-08T10:00:00Z"), end: new Date("2026-07-08T10:15:00Z") };

  it("is as long as the map's own", () => {
    const starts = ["previous", "yesterday", "week"].map((text) => comparedWindow(text, window)?.start.toISOString());
    expect(starts).toEqual(["2026-07-08T09:45:00.000Z", "2026-07-07T10:00:00.000Z", "2026-07-01T10:00:00.000Z"]);
    expect(comparedWindow("previous", window)?.end).toEqual(window.start);
  });

  it("may be any other, as the address says", () => {
    const text = windowText({ start: new Date("2026-06-01T00:00:00Z"), end: new Date("2026-06-02T00:00:00Z") });
    expect(comparedWindow(text, window)?.end.toISOString()).toBe("2026-06-02T00:00:00.000Z");
    expect(comparedWindow("nonsense", window)).toBeUndefined();
    expect(comparedWindow("PT1H", window)).toBeUndefined();
  });
});
