import { describe, expect, it } from "vitest";
import { criticalPath, selfTime } from "../../src/model/critical_path";
import type { Trace } from "../../src/model/trace";
import { formatSpan, fullSpan, panned, parseSpan, rowsOf, tickOf, ticks, zoomed } from "../../src/model/waterfall";
import { aSegment, aSubsegment, aTrace, ZERO } from "./a_trace";

function rootOf(trace: Trace) {
  const [root] = trace.roots;
  if (!root) throw new Error("a trace of a test has a root");
  return root;
}

function path(trace: Trace): string[] {
  return criticalPath(rootOf(trace), trace.duration).map(({ entity, start, end }) => `${entity.id} ${start}–${end}`);
}

describe("the critical path", () => {
  it("goes from the last child back to the one before it, and the rest is the parent's own", () => {
    const trace = aTrace(aSegment("shop", 0, 10, { subsegments: [aSubsegment("a", 1, 4), aSubsegment("b", 5, 9)] }));
    expect(path(trace)).toEqual(["shop 0–1", "a 1–4", "shop 4–5", "b 5–9", "shop 9–10"]);
  });

  it("leaves out the shorter of two that ran at the same time", () => {
    const trace = aTrace(
      aSegment("shop", 0, 10, { subsegments: [aSubsegment("long", 1, 9), aSubsegment("short", 1, 5)] }),
    );
    expect(path(trace)).toEqual(["shop 0–1", "long 1–9", "shop 9–10"]);
  });

  it("leaves out what went on after the answer", () => {
    const trace = aTrace(
      aSegment("shop", 0, 10, { subsegments: [aSubsegment("work", 2, 8), aSubsegment("mail", 8, 30)] }),
    );
    expect(path(trace)).toEqual(["shop 0–2", "work 2–8", "shop 8–10"]);
  });

  it("believes a call's own clock where the other side's differs", () => {
    const call = aSubsegment("call", 2, 8, { namespace: "remote" });
    const trace = aTrace(
      aSegment("shop", 0, 10, { subsegments: [call] }),
      aSegment("orders", 1, 9, { parent_id: "call" }),
    );
    expect(path(trace)).toEqual(["shop 0–2", "orders 2–8", "shop 8–10"]);
  });

  it("is as long as the request", () => {
    const inner = [aSubsegment("x", 3, 5), aSubsegment("y", 4, 6)];
    const trace = aTrace(
      aSegment("shop", 0, 10, {
        subsegments: [aSubsegment("a", 2, 7, { subsegments: inner }), aSubsegment("b", 6, 9)],
      }),
    );
    const total = criticalPath(rootOf(trace), 10).reduce((sum, { start, end }) => sum + end - start, 0);
    expect(total).toBe(10);
  });
});

it("self time is what no child covers, overlaps counted once", () => {
  const trace = aTrace(
    aSegment("shop", 0, 10, { subsegments: [aSubsegment("a", 1, 5), aSubsegment("b", 3, 6), aSubsegment("c", 8, 20)] }),
  );
  expect(selfTime(rootOf(trace), 20)).toBe(3);
});

describe("rows", () => {
  const trace = aTrace(
    aSegment("shop", 0, 5, {
      subsegments: [aSubsegment("a", 1, 2, { subsegments: [aSubsegment("b", 1, 2)] }), aSubsegment("c", 3, 4)],
    }),
  );

  it("below a collapsed one are hidden and counted", () => {
    const rows = rowsOf(trace, new Set(["a"]));
    expect(rows.map(({ entity, hidden }) => [entity.id, hidden])).toEqual([
      ["shop", 0],
      ["a", 1],
      ["c", 0],
    ]);
  });

  it("without anything below cannot be collapsed", () => {
    expect(rowsOf(trace, new Set(["c"])).every(({ isCollapsed }) => !isCollapsed)).toBe(true);
  });
});

describe("what is in progress", () => {
  const trace = aTrace(aSegment("shop", 0, undefined, { subsegments: [aSubsegment("a", 0, 2)] }));
  const later = (seconds: number) => new Date((ZERO + seconds) * 1000);

  it("grows to now", () => expect(fullSpan(trace, later(60)).to).toBe(60));
  it("is drawn anew when a pixel of it has changed, twenty times a second at most", () => {
    expect([1, 80, 800].map((seconds) => tickOf(trace, later(seconds)))).toEqual([50, 100, 1000]);
  });

  it("with many rows is drawn anew each second", () => {
    const many = [...Array(2001).keys()].map((n) => aSubsegment(`s${n}`, 0, 1));
    expect(tickOf(aTrace(aSegment("shop", 0, undefined, { subsegments: many })), later(2))).toBe(1000);
  });

  it("does not grow for ever", () => expect(fullSpan(trace, later(86_400)).to).toBe(2));
});

describe("a span of time", () => {
  const whole = { from: 0, to: 10 };

  it("stays within the whole when moved", () => {
    expect(panned({ from: 6, to: 9 }, 1, whole)).toEqual({ from: 7, to: 10 });
    expect(zoomed({ from: 4, to: 6 }, 100, whole)).toEqual(whole);
  });

  it("is the same after writing and reading", () => {
    expect(parseSpan(formatSpan({ from: 1.25, to: 2.5 }), whole)).toEqual({ from: 1.25, to: 2.5 });
  });

  it.each([undefined, "", "3~3", "x~y", "9"])("is the whole where %j stands for it", (text) =>
    expect(parseSpan(text, whole)).toEqual(whole),
  );

  it("has round lines", () => {
    expect(ticks({ from: 0, to: 1.316 }, 5)).toEqual([0, 0.5, 1]);
    expect(ticks({ from: 0.2, to: 1 }, 4)).toHaveLength(5);
  });
});
