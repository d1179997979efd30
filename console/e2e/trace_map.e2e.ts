import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { CHROMIUM, launch, newPage, open, signedIn } from "./browser.ts";
import { type Server, startServer } from "./server.ts";
import { openCity, openShop } from "./shop.ts";

const SHOP = ["Client", "cart", "orders", "payment", "shop-carts", "shop-orders", "storefront"];

describe.skipIf(!CHROMIUM)("the trace map", () => {
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

  async function names(page: Page): Promise<string[]> {
    await page.locator(".sky-node").first().waitFor();
    return (await page.locator(".sky-node-name").allTextContents()).sort();
  }

  it("shows every service of the shop, and what it calls", async () => {
    const { page, defects } = await signedIn(browser, server);
    await open(page, server, "#/map");
    expect(await names(page)).toEqual([...SHOP].sort());
    expect(await seriousFaults(page)).toEqual([]);
    expect(defects).toEqual([]);
  });

  it("leads from a slice of a node's response times to the traces in it", async () => {
    const { page, defects } = await signedIn(browser, server);
    await open(page, server, "#/map");
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
    expect(defects).toEqual([]);
  });

  it("finds a node, shows its neighbours only, and is left by Back", async () => {
    const { page } = await signedIn(browser, server);
    await open(page, server, "#/map");
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

  it("needs no pointer", async () => {
    const { page } = await signedIn(browser, server, { colorScheme: "dark" });
    await open(page, server, "#/map");
    const node = page.getByRole("group", { name: /^payment, / }).or(page.locator('[aria-label^="payment, "]'));
    await node.first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 2, name: "payment" }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("is where links to AWS's service map lead", async () => {
    const { page } = await signedIn(browser, server);
    await page.goto(`${server.endpoint}/xray/home?region=us-east-1#/service-map?timeRange=PT1H`);
    expect(await names(page)).toHaveLength(SHOP.length);
    expect(page.url()).toContain("/console/?region=us-east-1#/map?range=PT1H");
  });

  it("says in AWS's words what one may not see", async () => {
    server.aws("iam", "create-user", "--user-name", "nobody");
    server.aws("iam", "create-access-key", "--user-name", "nobody");
    const { page } = await newPage(browser, server);
    await page.goto(server.run("console", "--user", "nobody"));
    await page.getByRole("navigation").first().waitFor();
    await open(page, server, "#/map");
    await page
      .getByText(/is not authorized to perform: xray:GetServiceGraph/)
      .first()
      .waitFor();
  });

  it("draws 500 services and stays where it is when it is read again", async () => {
    await openCity(server, 500);
    const { page, defects } = await signedIn(browser, server);
    await open(page, server, `#/map?range=PT5M&chosen=${encodeURIComponent("service-499~~000000000000")}`);
    const node = page.locator(".react-flow__node", { hasText: "service-499" });
    await page.getByRole("heading", { level: 2, name: "service-499" }).waitFor();
    await node.waitFor();
    const place = () => node.evaluate((element) => element.style.transform);
    const before = await place();
    const read = page.waitForResponse((answer) => answer.url().endsWith("/ServiceGraph"));
    await page.getByRole("button", { name: "Refresh" }).click();
    await read;
    expect(await place()).toBe(before);
    expect(defects).toEqual([]);
  });
});
