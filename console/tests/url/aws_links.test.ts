import { describe, expect, it } from "vitest";
import { oursOf } from "../../src/url/aws_links";

const ID = "1-58406520-a006649127e371903a2de979";

describe("a link of the X-Ray console", () => {
  it.each([
    ["/service-map", "/map"],
    ["/service-map?timeRange=PT30M", "/map?range=PT30M"],
    ["/getting-started", "/welcome"],
    [`/traces/${ID}/raw`, `/traces/${ID}?view=raw`],
    ["/traces?filter=fault&timeRange=PT1H", "/traces?filter=fault&range=PT1H"],
    [
      "/traces?timeRange=2026-11-24T15:00~2026-11-24T15:30",
      "/traces?range=2026-11-24T15%3A00%3A00Z%7E2026-11-24T15%3A30%3A00Z",
    ],
    ["/traces/58406520a006649127e371903a2de979", `/traces/${ID}`],
  ])("%s opens %s", (theirs, ours) => expect(oursOf(theirs)).toBe(ours));
});

describe("a link of the CloudWatch console", () => {
  it.each([
    [`xray:traces/${ID}`, `/traces/${ID}`],
    [`/xray:traces/${ID}?~(query~()~context~(timeRange~(delta~21600000)))`, `/traces/${ID}`],
    ["xray:traces", "/traces"],
    [
      "xray:traces/query?~(query~(expression~'annotation.order*20*3d*20*22a*7e1*22)~context~(timeRange~(delta~21600000)))",
      "/traces?range=PT6H&filter=annotation.order+%3D+%22a%7E1%22",
    ],
    ["/xray:traces/query?~(query~(filter~%27fault))", "/traces?filter=fault"],
    [
      "xray:traces/query?~(context~(timeRange~(end~'2026-11-24T15*3a30*3a00.000Z~start~'2026-11-24T15*3a00*3a00.000Z)))",
      "/traces?range=2026-11-24T15%3A00%3A00Z%7E2026-11-24T15%3A30%3A00Z",
    ],
    ["xray:service-map/map?~(query~()~context~(timeRange~(delta~1800000)))", "/map?range=PT30M"],
    ["xray:service-map/map?~(broken", "/map"],
  ])("%s opens %s", (theirs, ours) => expect(oursOf(theirs)).toBe(ours));
});

it.each([`/traces/${ID}`, "/traces?filter=fault&range=PT1H", "/map", "/", "/welcome"])("%s is ours already", (path) =>
  expect(oursOf(path)).toBeNull(),
);
