import { expect, it } from "vitest";
import { CHECKS, checked } from "../../src/model/finding";

const found = (check: string, ok: boolean) => ({ check, ok, finding: "", advice: "", traceId: "" });

it("checks that were not made have their line, too", () => {
  const lines = checked([found("server", true), found("readiness", false)]);
  expect(lines.map(({ found }) => found?.ok)).toEqual([true, false, undefined, undefined, undefined, undefined]);
});

it("a check that only the server knows stands at the end", () => {
  expect(checked([found("new", true)]).at(-1)).toMatchObject({ check: "new", found: { ok: true } });
  expect(checked([found("new", true)])).toHaveLength(CHECKS.length + 1);
});
