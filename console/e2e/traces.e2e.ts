import { PutTraceSegmentsCommand } from "@aws-sdk/client-xray";
import { beforeAll, expect, it } from "vitest";
import type { Server } from "./server.ts";
import { hex, openShop, traceIdAt } from "./shop.ts";
import { onStage } from "./stage.ts";

onStage("traces", "us-west-1", (stage) => {
  beforeAll(async () => {
    await openShop(stage.server);
  });

  it("are found by an expression completed from real values, and one of them shows its fault by keyboard alone", async () => {
    const page = await stage.visit("#/traces");
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
    await page.reload(); // what is selected is in the address
    await page.getByRole("complementary", { name: "Details of payment", exact: true }).waitFor();
  });

  it("are narrowed by a drag over their response times, which Back undoes", async () => {
    const page = await stage.visit("#/traces");
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
  });

  it("are not shown as none where the question was refused", async () => {
    const page = await stage.visit("#/traces?filter=duraton+%3E+1");
    await page.getByText("unknown keyword duraton at position 0").waitFor();
    expect(await page.getByText(/found, .* scanned/).count()).toBe(0);
  });

  it("of 10,000 subsegments are drawn as far as they are seen", async () => {
    const id = await sendLargeTrace(stage.server, 10_000);
    const page = await stage.visit(`#/traces/${id}`);
    const rows = page.getByRole("treegrid");
    await rows.waitFor();
    expect(await rows.getAttribute("aria-rowcount")).toBe("10001");
    await rows.evaluate((box) => box.scrollTo(0, box.scrollHeight));
    await page.getByText("step-9999", { exact: true }).waitFor();
    expect(await page.locator(".sky-row").count()).toBeLessThan(100);
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
