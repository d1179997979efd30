/** Writes a picture of each view to docs/images/: `make screenshots`. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { launch, newPage, open, signedIn } from "./browser.ts";
import { startServer } from "./server.ts";
import { openShop } from "./shop.ts";

const FOLDER = join(import.meta.dirname, "../../docs/images");
const VIEWPORT = { width: 1280, height: 800 };

interface View {
  readonly name: string;
  readonly hash: string;
  /** What is there once the view is whole. */
  readonly ready: string;
  readonly colorScheme?: "dark";
}

const ORDERS = encodeURIComponent("orders~~000000000000");

function views(trace: string): View[] {
  return [
    { name: "trace-map", hash: `#/map?chosen=${ORDERS}`, ready: ".sky-map-panel .sky-chart" },
    { name: "trace-map-dark", hash: "#/map?size=traffic", ready: ".sky-node", colorScheme: "dark" },
    { name: "traces", hash: "#/traces", ready: "table tbody tr a" },
    { name: "trace", hash: `#/traces/${trace}`, ready: "text=orders.shop.internal" },
    { name: "analytics", hash: "#/analytics", ready: "text=/^240 traces retrieved$/" },
    { name: "sampling", hash: "#/sampling", ready: "table tbody tr" },
    { name: "groups", hash: "#/groups", ready: "table tbody tr" },
    { name: "encryption", hash: "#/encryption", ready: "h1" },
    { name: "events", hash: "#/events", ready: "table tbody tr a" },
    { name: "welcome", hash: "#/welcome", ready: "h1" },
  ];
}

async function take(page: Page, name: string): Promise<void> {
  await page
    .getByText(/^Loading /)
    .first()
    .waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // Transitions of the map and of the charts.
  await page.waitForTimeout(600);
  await page.screenshot({ path: join(FOLDER, `${name}.png`) });
  process.stdout.write(`docs/images/${name}.png\n`);
}

mkdirSync(FOLDER, { recursive: true });
const [server, browser] = await Promise.all([startServer(), launch()]);
try {
  const traces = await openShop(server);
  const stranger = await newPage(browser, server, { viewport: VIEWPORT });
  await stranger.page.goto(`${server.endpoint}/`);
  await stranger.page.getByLabel("Access key ID").waitFor();
  await take(stranger.page, "sign-in");
  for (const { name, hash, ready, colorScheme } of views(traces.at(-3) ?? "")) {
    const { page } = await signedIn(browser, server, { viewport: VIEWPORT, ...(colorScheme ? { colorScheme } : {}) });
    await open(page, server, hash);
    await page.locator(ready).first().waitFor();
    await take(page, name);
    await page.context().close();
  }
} finally {
  await browser.close();
  await server.stop();
}
