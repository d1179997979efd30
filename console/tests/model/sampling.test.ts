import { describe, expect, test } from "vitest";
import { toCsv } from "../../src/model/csv";
import { fits, type TriedRequest, tryRules } from "../../src/model/sampling_match";
import { conditions, faultsOf, inOrder, moved, NEW_RULE, type SamplingRule } from "../../src/model/sampling_rule";
import { isBefore, POINT_COLUMNS, statisticsOf, summed } from "../../src/model/sampling_statistics";

function aRule(changes: Partial<SamplingRule>): SamplingRule {
  return { ...NEW_RULE, name: "rule", ...changes };
}

const DEFAULT = aRule({ name: "Default", priority: 10_000 });
const REQUEST: TriedRequest = {
  serviceName: "shop",
  serviceType: "",
  host: "shop.test",
  method: "GET",
  path: "/cart/7",
  resourceArn: "",
  attributes: {},
};

describe("a pattern", () => {
  test.each([
    ["/cart/7", "*", true],
    ["/cart/7", "/CART/?", true],
    ["/cart/77", "/cart/?", false],
    ["a.b", "a?b", true],
    ["axb", "a.b", false],
    ["[x]", "[x]", true],
    ["line\nbreak", "line*", true],
  ])("%j fits %j: %j", (text, pattern, expected) => {
    expect(fits(text, pattern)).toBe(expected);
  });
});

describe("trying a request", () => {
  test("ends at the first rule that fits, by priority and then by name", () => {
    const rules = [DEFAULT, aRule({ name: "b", priority: 5 }), aRule({ name: "a", priority: 5, path: "/pay" })];
    expect(tryRules(rules, REQUEST).map(({ rule, misfits }) => [rule.name, misfits])).toEqual([
      ["a", ["URL path is not /pay"]],
      ["b", []],
    ]);
  });

  test("what the request does not tell fits every pattern, but an attribute must be there", () => {
    const typed = aRule({ serviceType: "AWS::ECS::Container", attributes: { tenant: "x" } });
    expect(tryRules([typed, DEFAULT], REQUEST)[0]?.misfits).toEqual(["tenant is not x"]);
    expect(tryRules([typed, DEFAULT], { ...REQUEST, attributes: { tenant: "X" } })).toHaveLength(1);
  });
});

describe("moving a rule", () => {
  const rules = [
    aRule({ name: "a", priority: 10 }),
    aRule({ name: "b", priority: 20 }),
    aRule({ name: "c", priority: 21 }),
    DEFAULT,
  ];

  test("changes the priority of that rule alone where there is room", () => {
    expect(moved(rules, "c", -1)).toEqual([{ name: "c", priority: 15 }]);
  });

  test("numbers the others anew where there is none", () => {
    const tight = [
      aRule({ name: "a", priority: 1 }),
      aRule({ name: "b", priority: 2 }),
      aRule({ name: "c", priority: 3 }),
    ];
    const changes = new Map(moved(tight, "c", -1)?.map(({ name, priority }) => [name, priority]));
    const after = tight.map((rule) => ({ ...rule, priority: changes.get(rule.name) ?? rule.priority }));
    expect(inOrder(after).map(({ name }) => name)).toEqual(["a", "c", "b"]);
  });

  test("goes neither before the first nor behind Default", () => {
    expect(moved(rules, "a", -1)).toBeNull();
    expect(moved(rules, "c", 1)).toBeNull();
    expect(moved(rules, "Default", -1)).toBeNull();
  });
});

describe("a rule's faults", () => {
  test("are what the server would refuse", () => {
    const wrong = aRule({ name: "taken", priority: 10_000, rate: 1.5, reservoir: -1, host: "" });
    expect(Object.keys(faultsOf(wrong, new Set(["taken"]))).sort()).toEqual([
      "host",
      "name",
      "priority",
      "rate",
      "reservoir",
    ]);
    expect(faultsOf(aRule({}), new Set())).toEqual({});
  });

  test("its conditions leave out what stands for anything", () => {
    expect(conditions(aRule({ host: "*.test", attributes: { tenant: "x" } }))).toEqual([
      { label: "Host", pattern: "*.test" },
      { label: "tenant", pattern: "x" },
    ]);
  });
});

describe("statistics", () => {
  const at = (text: string) => new Date(`2026-07-01T${text}Z`);
  const look = { now: at("12:00:15"), minutes: 1 };
  const windows = [
    { rule: "a", start: at("11:59:50"), requests: 20, borrowed: 1, sampled: 5 },
    { rule: "b", start: at("11:59:50"), requests: 7, borrowed: 0, sampled: 7 },
    { rule: "a", start: at("11:59:00"), requests: 40, borrowed: 2, sampled: 9 },
    { rule: "a", start: at("12:00:00"), requests: 99, borrowed: 9, sampled: 9 },
    { rule: "a", start: at("11:58:00"), requests: 99, borrowed: 9, sampled: 9 },
  ];

  test("of a rule count the windows that are whole, and nothing where nobody told of any", () => {
    const found = statisticsOf(windows, look).get("a");
    expect(found).toMatchObject({ requests: 60, borrowed: 3, sampled: 14 });
    expect(found?.points.map((point) => point.requests)).toEqual([40, 0, 0, 0, 0, 20]);
    expect(found?.points.map((point) => point.start)[0]).toEqual(at("11:59:00"));
  });

  test("of all rules together are those of each", () => {
    const all = summed(windows, look);
    const each = [...statisticsOf(windows, look).values()];
    expect(all.points.at(-1)).toEqual({ start: at("11:59:50"), requests: 27, borrowed: 1, sampled: 12 });
    expect(all.requests).toBe(each.reduce((sum, { requests }) => sum + requests, 0));
  });

  test("are asked for as far back as they are shown", () => {
    expect(isBefore(at("11:59:00"), look)).toBe(false);
    expect(isBefore(at("11:58:50"), look)).toBe(true);
  });

  test("are downloaded with all that the chart draws", () => {
    expect(toCsv(POINT_COLUMNS, summed(windows, look).points.slice(0, 1))).toBe(
      "Start,Seconds,Requests,Sampled,Borrowed\r\n2026-07-01T11:59:00.000Z,10,40,9,2\r\n",
    );
  });
});
