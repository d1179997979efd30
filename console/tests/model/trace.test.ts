import { describe, expect, it } from "vitest";
import { exceptionsOf } from "../../src/model/exceptions";
import { flamesOf } from "../../src/model/flame";
import { parseDocument } from "../../src/model/segment_document";
import { noteOf } from "../../src/model/trace";
import { matches, nextOf } from "../../src/model/trace_search";
import { aSegment, aSubsegment, aTrace, outline } from "./a_trace";

const CALL = aSubsegment("call", 1, 4, {
  namespace: "remote",
  http: { request: { url: "http://orders/", traced: true } },
});

describe("a trace is a tree", () => {
  it("of segments under the calls that caused them, in the order of their starts", () => {
    const trace = aTrace(
      aSegment("orders", 2, 3, { parent_id: "call" }),
      aSegment("shop", 0, 5, { subsegments: [aSubsegment("late", 4, 5), CALL] }),
    );
    expect(outline(trace)).toEqual(["shop", "  call", "    orders", "  late"]);
    expect(trace.services).toEqual(["shop", "orders"]);
    expect(trace.duration).toBe(5);
  });

  it("in which an inferred segment gives its call a type and has no place of its own", () => {
    const query = aSubsegment("query", 1, 2, { namespace: "remote" });
    const trace = aTrace(
      aSegment("shop", 0, 5, { subsegments: [query] }),
      aSegment("db", 1, 2, { inferred: true, parent_id: "query", origin: "Database::SQL" }),
    );
    expect(outline(trace)).toEqual(["shop", "  query"]);
    expect(trace.byId.get("query")?.type).toBe("Database::SQL");
  });

  it("in which an inferred segment without its call is shown all the same", () => {
    const trace = aTrace(aSegment("db", 1, 2, { inferred: true, parent_id: "gone", origin: "Database::SQL" }));
    expect(outline(trace)).toEqual(["db"]);
  });

  it("in which what came without its parent is a root, and a subsegment sent alone joins its parent's service", () => {
    const trace = aTrace(
      aSegment("orphan", 3, 4, { parent_id: "gone", type: "subsegment" }),
      aSegment("shop", 0, 5),
      aSegment("streamed", 1, 2, { parent_id: "shop", type: "subsegment", subsegments: [aSubsegment("inner", 1, 2)] }),
    );
    expect(outline(trace)).toEqual(["shop", "  streamed", "    inner", "orphan"]);
    expect(trace.byId.get("inner")?.service).toBe("shop");
  });

  it("even where two segments name each other as parents", () => {
    const trace = aTrace(aSegment("a", 0, 1, { parent_id: "b" }), aSegment("b", 0, 1, { parent_id: "a" }));
    expect(trace.entities).toHaveLength(2);
  });

  it("of any depth", () => {
    const chain = Array.from({ length: 5000 }, (_, at) =>
      aSegment(`s${at}`, at, at + 1, at ? { parent_id: `s${at - 1}` } : {}),
    );
    expect(aTrace(...chain).entities.at(-1)?.depth).toBe(4999);
  });
});

describe("an entity", () => {
  it("in progress has no end and makes the trace partial", () => {
    const trace = aTrace(aSegment("shop", 0, undefined));
    expect(trace.isPartial).toBe(true);
    expect(trace.roots[0]?.outcome).toBe("in progress");
  });

  it("that ends before it starts, by a clock set back, has no length", () => {
    expect(aTrace(aSegment("shop", 1, 0)).roots[0]?.end).toBe(0);
  });

  it("is pending while the other side has not reported", () => {
    expect(aTrace(aSegment("shop", 0, 5, { subsegments: [CALL] })).byId.get("call")?.pending).toBe(true);
    const answered = aTrace(
      aSegment("shop", 0, 5, { subsegments: [CALL] }),
      aSegment("orders", 2, 3, { parent_id: "call" }),
    );
    expect(answered.byId.get("call")?.pending).toBe(false);
  });

  it("is a fault before it is an error", () => {
    expect(aTrace(aSegment("shop", 0, 1, { fault: true, error: true })).roots[0]?.outcome).toBe("fault");
  });

  it("says what it does in a line", () => {
    const aws = { operation: "GetItem", table_name: "carts" };
    const [entity] = aTrace(aSegment("dynamodb", 0, 1, { aws, http: { response: { status: 200 } } })).roots;
    expect(entity && noteOf(entity)).toBe("GetItem carts 200");
  });
});

it.each(["", "{}", "[]", '{"id":"a","name":"b"}', "T1S…"])("%j is no document", (text) =>
  expect(parseDocument(text)).toBeNull(),
);

describe("exceptions", () => {
  const recorded = {
    exceptions: [{ id: "e1", type: "Timeout", message: "no reply", stack: [{ path: "a.py", line: null }] }],
  };
  const trace = aTrace(aSegment("shop", 0, 5, { subsegments: [aSubsegment("call", 1, 2, { cause: recorded })] }));

  it.each([["e1"], [{ id: "e1" }], [{ id: "e1", exceptions: [] }]])("are found by the cause %j", (cause) => {
    expect(exceptionsOf(cause, trace)).toMatchObject([{ type: "Timeout", message: "no reply" }]);
  });

  it("may have frames without a line", () => {
    expect(exceptionsOf(recorded, trace)[0]?.frames).toEqual([{ path: "a.py", line: undefined, label: "" }]);
  });

  it.each([undefined, null, 7, "unknown", { exceptions: "x" }])("are none for the cause %j", (cause) =>
    expect(exceptionsOf(cause, trace)).toEqual([]),
  );
});

describe("a search in a trace", () => {
  const trace = aTrace(
    aSegment("shop", 0, 5, { subsegments: [aSubsegment("call", 1, 2, { annotations: { Order: "A-17" } })] }),
  );

  it("looks into an entity's own document only", () => {
    expect(matches(trace, " a-17 ").map(({ id }) => id)).toEqual(["call"]);
    expect(matches(trace, " ")).toEqual([]);
  });

  it("goes round the end", () => {
    const found = matches(trace, "start_time");
    expect(nextOf(found, found[1], 1)).toBe(found[0]);
    expect(nextOf(found, undefined, -1)).toBe(found[1]);
  });
});

it("a flame graph places side by side what ran at the same time", () => {
  const trace = aTrace(
    aSegment("shop", 0, 5, { subsegments: [aSubsegment("a", 1, 3), aSubsegment("b", 2, 4), aSubsegment("c", 3, 4)] }),
  );
  const lanes = Object.fromEntries(flamesOf(trace, 5).map(({ entity, lane }) => [entity.id, lane]));
  expect(lanes).toEqual({ shop: 0, a: 1, b: 2, c: 1 });
});
