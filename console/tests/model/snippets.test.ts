import { expect, it } from "vitest";
import { environmentOf, snippetsFor } from "../../src/model/snippets";

const PLACE = { endpoint: "https://xray.example.com", region: "eu-west-1", daemon: "10.0.0.7:2000" };

it.each(snippetsFor(PLACE).map((snippet) => [snippet.name, snippet.lines]))(
  "the lines for %s point here",
  (_, lines) => {
    expect(lines.includes(PLACE.endpoint) || lines.includes(PLACE.daemon)).toBe(true);
  },
);

it("the environment names no daemon where there is none", () => {
  expect(environmentOf(PLACE)).toContain("AWS_XRAY_DAEMON_ADDRESS=10.0.0.7:2000");
  expect(environmentOf({ ...PLACE, daemon: "off" })).not.toContain("DAEMON");
});
