import { describe, expect, it } from "vitest";
import { describeRelative, formatTimeRange, parseTimeRange, windowOf } from "../../src/model/time_range";

describe("a time range in a URL", () => {
  it.each(["PT5M", "PT1H", "PT1H30M", "P7D", "P1DT12H", "PT45S"])(
    "is the same after reading and writing: %s",
    (text) => {
      const range = parseTimeRange(text);
      expect(range && formatTimeRange(range)).toBe(text);
    },
  );

  it.each(["", "P", "PT", "PT0M", "1h", "PT-5M", "2026-11-24T15:00~", "2026-11-24T15:00~2026-11-24T14:00", "x~y"])(
    "is none: %j",
    (text) => expect(parseTimeRange(text)).toBeNull(),
  );

  it("takes UTC with minutes or seconds, as X-Ray's own links write it", () => {
    const range = parseTimeRange("2026-11-24T15:00~2026-11-24T15:05:30");
    expect(range && formatTimeRange(range)).toBe("2026-11-24T15:00:00Z~2026-11-24T15:05:30Z");
  });

  it("keeps milliseconds, which a drag over a chart makes", () => {
    const text = "2026-11-24T15:00:00.250Z~2026-11-24T15:00:01Z";
    const range = parseTimeRange(text);
    expect(range && formatTimeRange(range)).toBe(text);
  });

  it("ends now where it is relative", () => {
    const now = new Date("2026-11-24T15:00:00Z");
    expect(windowOf({ kind: "relative", seconds: 300 }, now)).toEqual({
      start: new Date("2026-11-24T14:55:00Z"),
      end: now,
    });
  });

  it.each([
    [60, "Last minute"],
    [900, "Last 15 minutes"],
    [86400, "Last day"],
    [5400, "Last 90 minutes"],
  ])("of %d seconds reads %s", (seconds, text) => expect(describeRelative(seconds)).toBe(text));
});
