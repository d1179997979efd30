import { describe, expect, it } from "vitest";
import { aligned, covers, keeps, type Layout } from "../../src/graph/map_layout";
import { drawnOut, middleOf, roundedPath } from "../../src/graph/route_path";
import { steady } from "../../src/graph/steady";
import { serviceMap } from "../../src/model/service_map";

function mapOf(...names: string[]) {
  return serviceMap(names.map((Name, ReferenceId) => ({ Name, ReferenceId })));
}

function layoutOf(places: Record<string, [number, number]>): Layout {
  const entries = Object.entries(places).map(([name, [x, y]]) => [`${name}~~`, { x, y }] as const);
  return { places: new Map(entries), routes: new Map([["a→b", { points: [{ x: 0, y: 0 }], label: { x: 1, y: 1 } }]]) };
}

describe("a layout", () => {
  const before = layoutOf({ a: [0, 0], b: [100, 0], c: [100, 80] });

  it("is kept when something is gone from the map, and not when most is, or something is new", () => {
    expect(covers(before, mapOf("a", "b", "c"))).toBe(true);
    expect(covers(before, mapOf("a", "c"))).toBe(true);
    expect(covers(before, mapOf("c"))).toBe(false);
    expect(covers(before, mapOf("a", "b", "d"))).toBe(false);
  });

  it("is remembered for a map that is much like it", () => {
    expect(keeps(before, mapOf("a", "b", "c", "d"))).toBe(true);
    expect(keeps(before, mapOf("c", "d", "e"))).toBe(false);
  });

  it("moves as a whole to where most of it stood", () => {
    const { places, routes } = aligned(layoutOf({ a: [10, 7], b: [110, 7], c: [110, 99], d: [200, 7] }), before);
    expect([places.get("a~~"), places.get("b~~"), places.get("d~~")]).toEqual([
      { x: 0, y: 0 },
      { x: 100, y: 0 },
      { x: 190, y: 0 },
    ]);
    expect(routes.get("a→b")).toEqual({ points: [{ x: -10, y: -7 }], label: { x: -9, y: -6 } });
  });
});

describe("a route", () => {
  const points = [
    { x: 0, y: 0 },
    { x: 50, y: 0 },
    { x: 50, y: 30 },
    { x: 90, y: 30 },
  ];

  it("has round corners, less round where it is short", () => {
    expect(roundedPath(points)).toBe("M0 0L40 0Q50 0 50 10L50 20Q50 30 60 30L90 30");
    expect(roundedPath([points[0], { x: 8, y: 0 }, { x: 8, y: 30 }].filter((point) => point !== undefined))).toBe(
      "M0 0L4 0Q8 0 8 4L8 30",
    );
    expect(roundedPath([])).toBe("");
  });

  it("reaches from ring to ring, and has its text halfway", () => {
    expect(drawnOut(points, { before: 5, behind: 7 })).toEqual([
      { x: -5, y: 0 },
      points[1],
      points[2],
      { x: 97, y: 30 },
    ]);
    expect(middleOf(points)).toEqual({ x: 50, y: 10 });
  });
});

describe("what is drawn", () => {
  it("stays the same object where nothing in it changed", () => {
    const first = [
      { id: "a", data: { counts: { ok: 1 } } },
      { id: "b", data: { counts: { ok: 1 } } },
    ];
    const next = steady(first, [
      { id: "a", data: { counts: { ok: 1 } } },
      { id: "b", data: { counts: { ok: 2 } } },
      { id: "c", data: { counts: { ok: 1 } } },
    ]);
    expect(next[0]).toBe(first[0]);
    expect(next[1]).toEqual({ id: "b", data: { counts: { ok: 2 } } });
    expect(next).toHaveLength(3);
  });
});
