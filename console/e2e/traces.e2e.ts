import { PutTraceSegmentsCommand } from "@aws-sdk/client-xray";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { CHROMIUM, launch, newPage, open, signedIn } from "./browser.ts";
import { type Server, startServer } from "./server.ts";
import { hex, openShop, traceIdAt } from "./shop.ts";

describe.skipIf(!CHROMIUM)("traces", () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launch()]);
    await openShop(server);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("are found by an expression completed from real values, and one of them shows its fault by keyboard alone", async () => {
    const { page, defects } = await signedIn(browser, server);
    await open(page, server, "#/traces");
    await page.getByText(/^240 found/).waitFor();
    await page.getByRole("textbox", { name: "Filter expression" }).click();
    await page.keyboard.type("fault AND annotation.cus");
    await page.getByRole("option", { name: /annotation\.customer/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type(" CONTAINS ");
    await page
      .getByRole("option", { name: /customer-\d/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Enter");
    await page.waitForURL(/filter=fault\+AND\+annotation\.customer/);
    await page.getByText(/^240 found/).waitFor({ state: "detached" });
    await page.locator("table tbody tr a").first().click();
    await page.locator(".sky-row").first().waitFor();
    const cause = page.getByRole("complementary", { name: "Details of payment", exact: true });
    for (let times = 0; times < 6 && !(await cause.isVisible()); times += 1) {
      const before = page.url();
      await page.keyboard.press("e");
      await page.waitForURL((url) => url.href !== before);
    }
    await cause.waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.reload(); // what is selected is in the address
    await page.getByRole("complementary", { name: "Details of payment", exact: true }).waitFor();
    expect(defects).toEqual([]);
  });

  it("are narrowed by a drag over their response times, which Back undoes", async () => {
    const { page, defects } = await signedIn(browser, server);
    await open(page, server, "#/traces");
    await page.getByText(/^240 found/).waitFor();
    const box = await page.getByRole("slider", { name: /^Response time/ }).boundingBox();
    if (!box) throw new Error("the chart has no box");
    await page.mouse.move(box.x + box.width * 0.6, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.waitForURL(/filter=responsetime/);
    await page.getByText(/^240 found/).waitFor({ state: "detached" });
    await page.goBack();
    await page.getByText(/^240 found/).waitFor();
    expect(defects).toEqual([]);
  });

  it("are not shown as none where the question was refused", async () => {
    const { page } = await signedIn(browser, server);
    await open(page, server, "#/traces?filter=duraton+%3E+1");
    await page.getByText("unknown keyword duraton at position 0").waitFor();
    expect(await page.getByText(/found, .* scanned/).count()).toBe(0);
  });

  it("say in AWS's words who may not see them", async () => {
    server.aws("iam", "create-user", "--user-name", "nobody");
    server.run("keys", "create", "--user", "nobody");
    const { page } = await newPage(browser, server);
    await page.goto(server.run("console", "--user", "nobody"));
    await page.getByText(/nobody is not authorized to perform: xray:GetTraceSummaries/).waitFor();
  });

  it.each(["light", "dark"] as const)("are for everybody to use: %s", async (colorScheme) => {
    const { page, defects } = await signedIn(browser, server, { colorScheme });
    for (const hash of [
      "#/traces",
      "#/traces?list=groups&group=annotation.customer",
      "#/welcome",
      "#/events?value=any",
    ]) {
      await open(page, server, hash);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator("table tbody tr a, pre").first().waitFor();
      expect(await seriousFaults(page)).toEqual([]);
    }
    expect(defects).toEqual([]);
  });

  it("open by links of the CloudWatch and X-Ray consoles", async () => {
    const { page } = await signedIn(browser, server);
    await page.goto(
      `${server.endpoint}/cloudwatch/home?region=us-east-1#xray:traces/query?~(query~(expression~'fault))`,
    );
    await page.waitForURL(/#\/traces\?filter=fault/);
    await page.goto(`${server.endpoint}/xray/home?region=us-east-1#/traces?timeRange=PT30M`);
    await page.waitForURL(/#\/traces\?range=PT30M/);
  });

  it("of 10,000 subsegments are drawn as far as they are seen", async () => {
    const id = await sendLargeTrace(server, 10_000);
    const { page, defects } = await signedIn(browser, server);
    await open(page, server, `#/traces/${id}`);
    const rows = page.getByRole("treegrid");
    await rows.waitFor();
    expect(await rows.getAttribute("aria-rowcount")).toBe("10001");
    await rows.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.getByText("step-9999", { exact: true }).waitFor();
    expect(await page.locator(".sky-row").count()).toBeLessThan(100);
    expect(defects).toEqual([]);
  });
});

/** A segment with many subsegments, in documents that are small enough. */
async function sendLargeTrace({ xray }: Server, subsegments: number): Promise<string> {
  const at = Date.now() / 1000 - 30;
  const id = traceIdAt(at);
  const root = hex(16);
  const segment = { name: "batch", id: root, trace_id: id, start_time: at, end_time: at + 20 };
  const steps = Array.from({ length: subsegments }, (_, index) => ({
    name: `step-${index}`,
    id: hex(16),
    start_time: at + (20 * index) / subsegments,
    end_time: at + (20 * (index + 1)) / subsegments,
  }));
  await xray.send(
    new PutTraceSegmentsCommand({
      TraceSegmentDocuments: [JSON.stringify({ ...segment, subsegments: steps.slice(0, 5000) })],
    }),
  );
  const streamed = steps
    .slice(5000)
    .map((step) => JSON.stringify({ ...step, trace_id: id, parent_id: root, type: "subsegment" }));
  for (let first = 0; first < streamed.length; first += 1000) {
    await xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: streamed.slice(first, first + 1000) }));
  }
  return id;
}
