import { PutTraceSegmentsCommand } from "@aws-sdk/client-xray";
import { expect, it } from "vitest";
import { hex, traceIdAt } from "./shop.ts";
import { onStage } from "./stage.ts";

onStage("a trace in progress", "eu-west-3", (stage) => {
  it("grows with the clock, and ends without being loaded again", async () => {
    const start = Date.now() / 1000;
    const segment = { name: "import", id: hex(16), trace_id: traceIdAt(start), start_time: start };
    const put = (document: object) =>
      stage.server.xray.send(new PutTraceSegmentsCommand({ TraceSegmentDocuments: [JSON.stringify(document)] }));
    await put({ ...segment, in_progress: true });
    const page = await stage.visit(`#/traces/${segment.trace_id}`);
    const length = page.getByRole("row", { name: /import/ }).locator(".sky-bar-length");
    await length.getByText(/so far$/).waitFor();
    const texts = new Set<string | null>();
    const seen = async () => texts.add(await length.textContent()).size;
    // Three within less than the two seconds after which the trace is read anew.
    await expect.poll(seen, { timeout: 1900, interval: 100 }).toBeGreaterThanOrEqual(3);
    await put({ ...segment, end_time: start + 1.5 });
    await length.getByText("1.5 s", { exact: true }).waitFor();
  });
});
