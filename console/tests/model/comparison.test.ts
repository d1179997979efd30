import { describe, expect, it } from "vitest";
import { differingValues } from "../../src/model/differing_value";
import { changedOnly, pairRow, unfolded } from "../../src/model/pair_row";
import { serviceTimes } from "../../src/model/service_times";
import { causesOf, changeOf } from "../../src/model/slowdown";
import type { Trace } from "../../src/model/trace";
import { signed } from "../../src/model/trace_comparison";
import { anyOf, pairsOf } from "../../src/model/trace_pairs";
import { alikeFilters, typicalOf } from "../../src/model/typical_trace";
import { aSegment, aSubsegment, aTrace } from "./a_trace";

/** Each pair as its indented name, with the ids of both sides. */
function outline(a: Trace, b: Trace): string[] {
  return pairsOf(a, b).map((pair) => {
    const name = "  ".repeat(pair.depth) + anyOf(pair).name;
    return `${name}: ${pair.a?.id ?? "–"} ${pair.b?.id ?? "–"}`;
  });
}

function call(id: string, name: string, from: number, to: number, details = {}) {
  return aSubsegment(id, from, to, { name, ...details });
}

function shop(...subsegments: ReturnType<typeof aSubsegment>[]) {
  const end = Math.max(...subsegments.map(({ end_time = 0 }) => end_time)) || 0;
  return { ...aSegment("shop", 0, 10, { subsegments }), ...(end ? { end_time: end } : {}) };
}

const whole = (trace: Trace) => ({ trace, open: trace.duration });

describe("two traces as one tree", () => {
  it("pair the same work by name in whatever order it ran", () => {
    const a = aTrace(shop(call("a1", "stock", 0, 1), call("a2", "price", 1, 2)));
    const b = aTrace(shop(call("b1", "price", 0, 1), call("b2", "stock", 1, 2)));
    expect(outline(a, b)).toEqual(["shop: shop shop", "  price: a2 b1", "  stock: a1 b2"]);
  });

  it("pair repeated work by its occurrence, and what is too many stands alone", () => {
    const a = aTrace(shop(call("a1", "get", 0, 1), call("a2", "get", 1, 2)));
    const b = aTrace(shop(call("b1", "get", 0, 1), call("b2", "get", 1, 2), call("b3", "get", 2, 3)));
    expect(outline(a, b)).toEqual(["shop: shop shop", "  get: a1 b1", "  get: a2 b2", "  get: – b3"]);
  });

  it("show what only A did behind what it stood behind in A", () => {
    const a = aTrace(shop(call("a1", "one", 0, 1), call("a2", "two", 1, 2), call("a3", "three", 2, 3)));
    const b = aTrace(shop(call("b1", "one", 0, 1), call("b3", "three", 1, 2)));
    expect(outline(a, b)).toEqual(["shop: shop shop", "  one: a1 b1", "  two: a2 –", "  three: a3 b3"]);
  });

  it("keep everything below what only one of them did", () => {
    const inner = call("b2", "read", 0, 1);
    const a = aTrace(aSegment("shop", 0, 1));
    const b = aTrace(shop(call("b1", "load", 0, 1, { subsegments: [inner] })));
    expect(outline(a, b)).toEqual(["shop: shop shop", "  load: – b1", "    read: – b2"]);
  });

  it("tell statements of one database and hosts of one name apart, and no ids in URLs", () => {
    const sql = (id: string, text: string) =>
      call(id, "orders@db", 0, 1, { namespace: "remote", sql: { sanitized_query: text } });
    const get = (id: string, url: string) => call(id, "api", 0, 1, { namespace: "remote", http: { request: { url } } });
    const a = aTrace(shop(sql("a1", "SELECT"), sql("a2", "UPDATE"), get("a3", "http://x/orders/17")));
    const b = aTrace(shop(sql("b1", "UPDATE"), get("b2", "http://x/orders/18"), get("b3", "http://y/")));
    expect(outline(a, b)).toEqual([
      "shop: shop shop",
      "  orders@db: a1 –",
      "  orders@db: a2 b1",
      "  api: a3 b2",
      "  api: – b3",
    ]);
  });

  it("pair their first roots whatever those are called", () => {
    expect(outline(aTrace(aSegment("old", 0, 1)), aTrace(aSegment("new", 0, 1)))).toEqual(["new: old new"]);
  });

  it("pair every entity exactly once, and a trace with itself entirely", () => {
    const trace = aTrace(
      shop(...[...Array(200).keys()].map((n) => call(`c${n}`, `call ${n % 7}`, n / 10, (n + 1) / 10))),
    );
    const pairs = pairsOf(trace, trace);
    expect(pairs.every(({ a, b }) => a === b)).toBe(true);
    expect(new Set(pairs.map(({ key }) => key)).size).toBe(trace.entities.length);
  });
});

describe("what makes B slower", () => {
  const a = aTrace(shop(call("a1", "price", 0, 1), call("a2", "stock", 1, 2)));
  const b = aTrace(shop(call("b1", "price", 0, 1), call("b2", "stock", 1, 4), call("b3", "stock", 4, 6)));
  const causes = causesOf(pairsOf(a, b), whole(a), whole(b));

  it("is told by kind of work, repetitions together", () => {
    expect(causes.map(({ name, added, ...cause }) => [name, added, changeOf({ name, added, ...cause })])).toEqual([
      ["stock", 4, "1 × in A, 2 × in B"],
    ]);
  });

  it("adds up to the difference of the requests, what was saved included", () => {
    const c = aTrace(
      aSegment("shop", 0, 9, {
        subsegments: [call("c1", "stock", 1, 7), call("c2", "mail", 2, 8), call("c3", "x", 0, 1)],
      }),
    );
    const total = causesOf(pairsOf(a, c), whole(a), whole(c)).reduce((sum, { added }) => sum + added, 0);
    expect(total).toBeCloseTo(9 - 2, 9);
  });

  it("is nothing where the two are one", () => {
    expect(causesOf(pairsOf(a, a), whole(a), whole(a))).toEqual([]);
  });
});

describe("rows of a comparison", () => {
  const a = aTrace(shop(call("a1", "price", 0, 1), call("a2", "stock", 1, 2), call("a3", "old", 2, 3)));
  const b = aTrace(shop(call("b1", "price", 0, 1.01), call("b2", "stock", 1, 4)));
  const rows = pairsOf(a, b).map((pair) => pairRow(pair, whole(a), whole(b)));

  it("say what changed, and by how much", () => {
    expect(rows.map(({ pair, change, delta }) => [anyOf(pair).name, change, Number(delta.toFixed(3))])).toEqual([
      ["shop", "slower", 1],
      ["price", "the same", 0.01],
      ["stock", "slower", 2],
      ["old", "only in A", -1],
    ]);
  });

  it("that changed come with what leads to them", () => {
    expect(changedOnly(rows).map(({ pair }) => anyOf(pair).name)).toEqual(["shop", "stock", "old"]);
  });

  it("below a collapsed one are hidden and counted", () => {
    const [root] = rows;
    expect(unfolded(rows, new Set([root?.pair.key ?? ""])).map(({ hidden }) => hidden)).toEqual([3]);
  });
});

it("the time of a call belongs to the other side while that sends nothing itself", () => {
  const query = call("q", "orders@db", 0, 3, { namespace: "remote" });
  const a = aTrace(aSegment("shop", 0, 4, { subsegments: [query] }));
  const b = aTrace(aSegment("shop", 0, 9, { subsegments: [{ ...query, end_time: query.start_time + 8 }] }));
  expect(serviceTimes(whole(a), whole(b)).map(({ name, delta, callsInB }) => [name, delta, callsInB])).toEqual([
    ["orders@db", 5, 1],
    ["shop", 0, 1],
  ]);
});

it("only what the traces say differently is told, by the service that says it", () => {
  const said = (tenant: string, status: number) =>
    aTrace(aSegment("shop", 0, 1, { annotations: { tenant, same: 1 }, user: "erin", http: { response: { status } } }));
  expect(differingValues(said("acme", 200), said("globex", 502))).toEqual([
    { service: "shop", attribute: "annotation.tenant", inA: ["acme"], inB: ["globex"] },
    { service: "shop", attribute: "http.status", inA: ["200"], inB: ["502"] },
  ]);
});

describe("the typical trace", () => {
  const summary = (Id: string, ResponseTime: number) => ({ Id, ResponseTime });

  it("is the one of median response time, never the trace itself", () => {
    const found = [summary("slow", 9), summary("this", 2), summary("quick", 1), summary("middle", 3)];
    expect(typicalOf(found, "this")).toBe("middle");
    expect(typicalOf([summary("this", 1)], "this")).toBeUndefined();
  });

  it("is looked for among the same requests first, then among those of the same service", () => {
    const [root] = aTrace(
      aSegment("shop", 0, 1, { http: { request: { method: "GET", url: "https://shop.test/cart?x=1" } } }),
    ).roots;
    expect(root && alikeFilters(root)).toEqual([
      'service("shop") { root } AND http.method = "GET" AND http.url BEGINSWITH "https://shop.test/cart" AND ok',
      'service("shop") { root } AND http.method = "GET" AND ok',
      'service("shop") { root }',
    ]);
  });
});

it("a difference says which way", () => {
  const shown = [1.5, -0.25, 0].map((seconds) => signed(seconds, (length) => `${length} s`));
  expect(shown).toEqual(["+1.5 s", "−0.25 s", "±0"]);
});
