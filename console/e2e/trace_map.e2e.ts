import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { openCity, openShop } from "./shop.ts";
import { onStage } from "./stage.ts";

const SHOP = ["Client", "cart", "orders", "payment", "shop-carts", "shop-orders", "storefront"];

onStage("the trace map", "us-west-2", (stage) => {
  beforeAll(async () => {
    await openShop(stage.server);
  });

  async function names(page: Page): Promise<string[]> {
    await page.locator(".sky-node").first().waitFor();
    return (await page.locator(".sky-node-name").allTextContents()).sort();
  }

  it("shows every service of the shop, and what it calls", async () => {
    const page = await stage.visit("#/map");
    expect(await names(page)).toEqual([...SHOP].sort());
  });

  it("leads from a slice of a node's response times to the traces in it", async () => {
    const page = await stage.visit("#/map");
    await page.locator(".react-flow__node", { hasText: "orders" }).filter({ hasNotText: "shop" }).click();
    const chart = page.getByRole("slider", { name: /^Response times/ });
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (!box) throw new Error("the chart has no box");
    await page.mouse.move(box.x + box.width * 0.5, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 2, box.y + 40, { steps: 4 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Clear", exact: true }).waitFor();
    await page.getByRole("checkbox", { name: /Fault/ }).check();
    expect(page.url()).toMatch(/slice=.*outcomes=fault/);
    await page.reload(); // everything is in the address
    await page.getByRole("button", { name: "Clear", exact: true }).waitFor();
    await page.getByRole("link", { name: "View traces" }).click();
    await page.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
    const asked = new URLSearchParams(page.url().split("?").at(-1)).get("filter");
    expect(asked).toMatch(/^service\(id\(name: "orders"\)\) \{ responsetime >= .* AND fault \}$/);
    await page.locator("table tbody tr a").first().waitFor();
  });

  it("finds a node, shows its neighbours only, and is left by Back", async () => {
    const page = await stage.visit("#/map");
    expect(await names(page)).toHaveLength(SHOP.length);
    await page.getByRole("searchbox", { name: "Find a node by name or type" }).fill("dynamo");
    await expect.poll(() => page.locator(".sky-node-dim").count()).toBe(SHOP.length - 1);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "shop-carts" }).waitFor();
    await page.getByRole("button", { name: "Show neighbours only" }).click();
    await expect.poll(() => names(page)).toEqual(["cart", "shop-carts"]);
    await page.goBack();
    await expect.poll(() => names(page)).toHaveLength(SHOP.length);
  });

  it("draws 500 services and stays where it is when it is read again", async () => {
    await openCity(stage.server, 500);
    const page = await stage.visit(`#/map?range=PT5M&chosen=${encodeURIComponent("service-499~~000000000000")}`);
    const node = page.locator(".react-flow__node", { hasText: "service-499" });
    await page.getByRole("heading", { level: 2, name: "service-499" }).waitFor();
    await node.waitFor();
    const place = () => node.evaluate((element) => element.style.transform);
    const before = await place();
    const read = page.waitForResponse((answer) => answer.url().endsWith("/ServiceGraph"));
    await page.getByRole("button", { name: "Refresh" }).click();
    await read;
    expect(await place()).toBe(before);
  });
});
