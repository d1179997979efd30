import { PutTraceSegmentsCommand } from "@aws-sdk/client-xray";
import { beforeAll, expect, it } from "vitest";
import type { Server } from "./server.ts";
import { hex, traceIdAt } from "./shop.ts";
import { onStage } from "./stage.ts";

onStage("two traces", "ap-southeast-1", (stage) => {
  const ids = { quick: "", slow: "" };

  beforeAll(async () => {
    ids.quick = await sendReport(stage.server, { write: 0.2 });
    ids.slow = await sendReport(stage.server, { write: 1.2, retry: 0.5 });
  });

  it("are chosen in the list and held against each other: what adds time comes first, what is new is told", async () => {
    const page = await stage.visit("#/traces");
    await page.getByRole("checkbox", { name: `Choose trace ${ids.slow}` }).check();
    await page.getByRole("checkbox", { name: `Choose trace ${ids.quick}` }).check();
    await page.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "B took 1.5 s longer" }).waitFor();
    expect(page.url()).toContain(`#/compare/${ids.quick}/${ids.slow}`);
    const causes = await page
      .getByRole("table", { name: "What makes the difference" })
      .locator("tbody tr")
      .allInnerTexts();
    expect(causes[0]).toMatch(/^\+1 s\s+write/);
    expect(causes[1]).toMatch(/^\+500 ms\s+retry/);
    await page.getByRole("link", { name: "write" }).click();
    await page.waitForURL(/view=timeline.*selected=/);
    await page.getByRole("button", { name: "Swap" }).click();
    await page.getByRole("heading", { level: 1, name: "B took 1.5 s less" }).waitFor();
  });

  it("are the trace that is open and the typical one of its kind", async () => {
    const page = await stage.visit(`#/traces/${ids.slow}`);
    await page.getByRole("button", { name: /^Compare/ }).click();
    const dialog = page.getByRole("dialog", { name: "Compare this trace" });
    await dialog.getByText(/^The median of/).waitFor();
    await dialog.getByRole("button", { name: "Compare", exact: true }).click();
    await page.getByRole("heading", { level: 1, name: "B took 1.5 s longer" }).waitFor();
    expect(page.url()).toContain(`#/compare/${ids.quick}/${ids.slow}`);
  });
});

/** A report that reads and then does what it is told, each so many seconds. */
async function sendReport({ xray }: Server, work: Readonly<Record<string, number>>): Promise<string> {
  const start = Date.now() / 1000 - 60;
  const id = traceIdAt(start);
  let at = start;
  const subsegments = Object.entries({ read: 0.1, ...work }).map(([name, seconds]) => {
    const begun = at;
    at += seconds;
    return { id: hex(16), name, start_time: begun, end_time: at };
  });
  const http = { request: { method: "GET", url: "https://reports.example/daily" }, response: { status: 200 } };
  const document = { name: "report", id: hex(16), trace_id: id, start_time: start, end_time: at, http, subsegments };
  await xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(document)] }));
  return id;
}
