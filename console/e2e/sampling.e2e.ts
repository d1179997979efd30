import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CreateSamplingRuleCommand } from "@aws-sdk/client-xray";
import { expect, it } from "vitest";
import { furnish } from "./furnish.ts";
import { PYTHON, SAMPLED_SERVICE } from "./server.ts";
import { onStage } from "./stage.ts";

// The daemon forwards what SDKs ask to the server's own region.
onStage("sampling", "us-east-1", (stage) => {
  it("is edited here, and AWS's SDK decides by it", async () => {
    await stage.server.xray.send(
      new CreateSamplingRuleCommand({
        SamplingRule: {
          RuleName: "checkouts",
          Version: 1,
          Priority: 5,
          FixedRate: 0,
          ReservoirSize: 0,
          ServiceName: "checkout",
          ServiceType: "*",
          Host: "*",
          HTTPMethod: "*",
          URLPath: "*",
          ResourceARN: "*",
        },
      }),
    );
    const sdk = startSdk(stage.server.environment, "checkout");
    try {
      await sdk.share((share) => share === 0);
      const page = await stage.visit("#/sampling");
      await page.getByRole("link", { name: "Edit checkouts" }).click();
      const dialog = page.getByRole("dialog", { name: "Edit checkouts" });
      await dialog.getByLabel("Rate").fill("50");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.waitFor({ state: "hidden" });
      const share = await sdk.share((now) => now > 0);
      expect(share).toBeGreaterThan(0.3);
      expect(share).toBeLessThan(0.7);
    } finally {
      sdk.stop();
    }
  });

  it("shows what was reported of a rule, by keys from window to window and as a table", async () => {
    await furnish(stage.server);
    const page = await stage.visit("#/sampling?rule=gold-carts&points=table");
    const chart = page.getByRole("slider", { name: /^Requests, sampled and borrowed/ });
    await page.getByRole("table", { name: /^Reported by window/ }).waitFor();
    const [told = 0, inTable = 0] = await page.evaluate(() => {
      const figure = (text: string | null | undefined) => Number(text?.replaceAll(",", ""));
      const rows = [...document.querySelectorAll('table[aria-label^="Reported"] tbody tr')];
      const requests = rows.map((row) => figure(row.querySelectorAll("th, td")[1]?.textContent));
      return [
        figure(document.querySelector(".sky-lines-legend dd")?.textContent),
        requests.reduce((sum, each) => sum + each),
      ];
    });
    expect(told).toBeGreaterThan(3000);
    expect(inTable).toBe(told);
    await chart.focus();
    await page.keyboard.press("End");
    await page.keyboard.press("ArrowLeft");
    expect(await chart.getAttribute("aria-valuenow")).toBe("58");
    await page.getByText(/^in 10 s from \d\d:/).waitFor();
    await page.keyboard.press("Escape");
    await page.getByText("in 10 minutes", { exact: true }).waitFor();
  });

  it("is deleted by a call that can be copied", async () => {
    const page = await stage.visit("#/sampling");
    await page.getByRole("checkbox", { name: "Select gold-carts" }).check();
    await page.getByRole("button", { name: "Actions" }).click();
    await page.getByRole("menuitem", { name: "Delete" }).click();
    const dialog = page.getByRole("dialog", { name: "Delete gold-carts?" });
    await dialog.getByRole("button", { name: "Copy as" }).click();
    await dialog.getByRole("menuitem", { name: "curl" }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "Delete" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "Edit gold-carts" }).waitFor({ state: "detached" });
  });
});

interface Sdk {
  /** The share of requests that are sampled, once it is one that was waited for. */
  readonly share: (isIt: (share: number) => boolean) => Promise<number>;
  readonly stop: () => void;
}

function startSdk(env: NodeJS.ProcessEnv, service: string): Sdk {
  const program: ChildProcess = spawn(PYTHON, [SAMPLED_SERVICE, service], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (!program.stdout) throw new Error("no output");
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]();
  return {
    share: async (isIt) => {
      for (;;) {
        const { value, done } = await lines.next();
        if (done) throw new Error("the service ended");
        if (isIt(Number(value))) return Number(value);
      }
    },
    stop: () => program.kill(),
  };
}
