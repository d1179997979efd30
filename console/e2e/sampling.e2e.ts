import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { CreateSamplingRuleCommand } from "@aws-sdk/client-xray";
import { expect, it } from "vitest";
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
