import { afterEach, describe, expect, it } from "vitest";
import { formatBetween, formatInstant, formatSeconds } from "../../src/model/instant";

it.each([
  [0, "0 ms"],
  [0.000_85, "850 µs"],
  [0.0124, "12.4 ms"],
  [0.25, "250 ms"],
  [1.316, "1.32 s"],
  [0.9999, "1 s"],
  [0.000_999_9, "1 ms"],
  [59.99, "1 m 0 s"],
  [125, "2 m 5 s"],
  [119.7, "2 m 0 s"],
  [7260, "2 h 1 m"],
])("%d seconds read %s", (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

it("an instant in UTC says so", () => {
  const instant = new Date("2026-11-24T15:40:30.058Z");
  expect(formatInstant(instant, "utc", { milliseconds: true })).toBe("2026-11-24 15:40:30.058Z");
});

it.each([
  ["2026-11-24T16:28:26Z", "2026-11-24 16:25:26 – 16:28:26Z"],
  ["2026-11-25T01:00:00Z", "2026-11-24 16:25:26 – 2026-11-25 01:00:00Z"],
])("a day is said once when both instants are on it: to %s", (end, text) => {
  expect(formatBetween(new Date("2026-11-24T16:25:26Z"), new Date(end), "utc")).toBe(text);
});

describe("a local instant", () => {
  const zone = process.env.TZ;
  afterEach(() => {
    process.env.TZ = zone;
    if (zone === undefined) delete process.env.TZ;
  });

  it.each([
    ["Asia/Kolkata", "2026-11-24T20:40:30.058Z", "2026-11-25 02:10:30.058"],
    ["America/New_York", "2026-11-01T05:59:59.999Z", "2026-11-01 01:59:59.999"],
    ["America/New_York", "2026-11-01T06:00:00.000Z", "2026-11-01 01:00:00.000"],
  ])("in %s reads as clocks there do: %s", (place, at, text) => {
    process.env.TZ = place;
    expect(formatInstant(new Date(at), "local", { milliseconds: true })).toBe(text);
  });
});
