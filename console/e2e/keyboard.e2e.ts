import type { Locator } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { addressOf } from "./browser.ts";
import { openShop } from "./shop.ts";
import { onStage } from "./stage.ts";

const MOST_STEPS = 60;

onStage("without a pointer", "eu-west-2", (stage) => {
  beforeAll(async () => {
    await openShop(stage.server, 60);
  });

  /** A key after the other, as a person would, until something has the focus, or holds what has it. */
  async function press(key: string, wanted: Locator): Promise<void> {
    const [page, first] = [wanted.page(), wanted.first()];
    await first.waitFor();
    for (let steps = 0; steps < MOST_STEPS; steps += 1) {
      if (await first.evaluate((element) => element.contains(document.activeElement))) return;
      await page.keyboard.press(key);
    }
    throw new Error(`${wanted} is not reached in ${MOST_STEPS} steps`);
  }

  it("one signs in, goes from a service on the map to its traces, opens one and reads its documents", async () => {
    const page = await stage.stranger();
    await page.goto(addressOf(stage.server, "#/welcome"));
    await page.getByLabel("Access key ID").waitFor();
    await page.keyboard.insertText(stage.server.key.accessKeyId);
    await press("Tab", page.getByLabel("Secret access key"));
    await page.keyboard.insertText(stage.server.key.secretAccessKey);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Get started" }).waitFor();
    await press("Tab", page.getByRole("link", { name: "Trace map" }));
    await page.keyboard.press("Enter");
    await press("Tab", page.locator('.react-flow__node[aria-label^="orders, "]'));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "orders" }).waitFor();
    await press("Tab", page.getByRole("link", { name: "View traces" }));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
    // The table is one stop; within it arrows go from cell to cell.
    await press("Tab", page.locator("table"));
    await press("ArrowDown", page.locator("table tbody"));
    await press("ArrowRight", page.locator("table tbody a"));
    await page.keyboard.press("Enter");
    await press("Tab", page.getByRole("treegrid"));
    await page.keyboard.press("j");
    await press("Tab", page.getByRole("tab", { name: "Overview" }));
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Raw", selected: true }).waitFor();
  });

  it("dialogs keep the focus until they are closed, and give it back", async () => {
    const page = await stage.visit("#/groups");
    const opener = page.getByRole("button", { name: "Create group" });
    await press("Tab", opener);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    for (let steps = 0; steps < 15; steps += 1) {
      await page.keyboard.press("Tab");
      expect(await dialog.evaluate((box) => box.contains(document.activeElement))).toBe(true);
    }
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    await expect.poll(() => opener.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  it("the keys of a view are told by ?, which does not reach a text that is written", async () => {
    const page = await stage.visit("#/traces");
    await page.locator("table tbody tr a").first().waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByRole("textbox", { name: "Filter expression" }).click();
    await page.keyboard.type("?");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });
});
