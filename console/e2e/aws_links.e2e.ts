import { beforeAll, expect, it } from "vitest";
import { openShop } from "./shop.ts";
import { onStage } from "./stage.ts";

const REGION = "eu-central-1";
const XRAY = `/xray/home?region=${REGION}#`;
const CLOUDWATCH = `/cloudwatch/home?region=${REGION}#xray:`;
const TRACE = "TRACE-ID";

/** Addresses as people keep them of AWS's consoles, the title of the page that opens, and where it is here. */
const LINKS = [
  [`${XRAY}/service-map?timeRange=PT1H`, /^Trace map/, "#/map?range=PT1H"],
  [`${XRAY}/traces?timeRange=PT30M`, "Traces", "#/traces?range=PT30M"],
  [
    `${XRAY}/traces?filter=service(%22orders%22)%20AND%20fault`,
    "Traces",
    "#/traces?filter=service(%22orders%22)%20AND%20fault",
  ],
  [`${XRAY}/traces/${TRACE}`, /^POST/, `#/traces/${TRACE}`],
  [`${XRAY}/traces/${TRACE}/raw`, /^POST/, `#/traces/${TRACE}?view=raw`],
  [`${XRAY}/analytics?timeRange=PT30M`, /^Analytics/, "#/analytics?range=PT30M"],
  [`${XRAY}/getting-started`, "Get started", "#/welcome"],
  [`${CLOUDWATCH}traces/${TRACE}`, /^POST/, `#/traces/${TRACE}`],
  [
    `${CLOUDWATCH}traces/query?~(query~(expression~'fault)~context~(timeRange~(delta~3600000)))`,
    "Traces",
    "#/traces?range=PT1H&filter=fault",
  ],
  [`${CLOUDWATCH}service-map/map?~(context~(timeRange~(delta~1800000)))`, /^Trace map/, "#/map?range=PT30M"],
] as const;

onStage("links of AWS's consoles", REGION, (stage) => {
  let trace = "";

  beforeAll(async () => {
    trace = (await openShop(stage.server, 20)).at(-1) ?? "";
  });

  it.each(LINKS)("%s opens the same here", async (link, title, hash) => {
    const page = await stage.visit(link.replace(TRACE, trace));
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    expect(page.url()).toBe(`${stage.server.endpoint}/console/?region=${REGION}${hash.replace(TRACE, trace)}`);
  });
});
