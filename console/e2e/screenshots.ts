/** Writes a picture of each view to docs/images/: `make screenshots`. Names of views as arguments write only those. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { addressOf, chromiumOptions, newPerson, signIn } from "./browser.ts";
import { furnish } from "./furnish.ts";
import { type Server, serverOf, start } from "./server.ts";
import { openPastShop, openShop } from "./shop.ts";

const FOLDER = process.env.SCREENSHOTS ?? join(import.meta.dirname, "../../docs/images");
const VIEWPORT = { width: Number(process.env.WIDTH ?? 1280), height: 800 };
const BOTH = Boolean(process.env.BOTH_THEMES);

interface Picture {
  readonly name: string;
  readonly hash: string;
  /** What is there once the view is whole. */
  readonly ready: string;
  readonly colorScheme?: "dark";
  /** Where more than the usual belongs together, or less. */
  readonly height?: number;
}

const ORDERS = encodeURIComponent("orders~~000000000000");

// The sets of analytics: what went wrong against what did not.
const SET_A = encodeURIComponent("v.HTTP status code=502");
const SET_B = encodeURIComponent("v.HTTP status code=200");

function pictures(trace: string, other: string): Picture[] {
  return [
    { name: "trace-map", hash: `#/map?chosen=${ORDERS}`, ready: ".sky-map-panel .sky-chart" },
    { name: "trace-map-dark", hash: "#/map?size=traffic", ready: ".sky-node", colorScheme: "dark" },
    { name: "map-difference", hash: "#/map?compare=previous", ready: ".sky-node .sky-verdict" },
    { name: "traces", hash: "#/traces", ready: "text=/^240 found/" },
    { name: "trace", hash: `#/traces/${trace}`, ready: "text=orders.shop.internal" },
    { name: "compare", hash: `#/compare/${other}/${trace}`, ready: "text=By contribution" },
    { name: "analytics", hash: `#/analytics?a=${SET_A}&b=${SET_B}`, ready: "text=/^240 traces retrieved$/" },
    { name: "sampling", hash: "#/sampling", ready: ".sky-lines-chart canvas", height: 880 },
    { name: "groups", hash: "#/groups", ready: "table tbody tr", height: 540 },
    { name: "encryption", hash: "#/encryption", ready: "text=Active", height: 540 },
    { name: "events", hash: "#/events", ready: "table tbody tr a", height: 640 },
    { name: "welcome", hash: "#/welcome", ready: "text=Traces arrive" },
    // It leaves traces of its own behind.
    { name: "doctor", hash: "#/doctor", ready: "text=can store and read", height: 660 },
  ];
}

// What the map shows by itself, and so what it is compared with.
const QUARTER_MS = 900_000;

/** From now on, with a key that has a name. */
function encrypt({ aws }: Server): void {
  const key = aws("kms", "create-key", "--description", "traces", "--query", "KeyMetadata.KeyId", "--output", "text");
  aws("kms", "create-alias", "--alias-name", "alias/traces", "--target-key-id", key);
  aws("xray", "put-encryption-config", "--type", "KMS", "--key-id", "alias/traces");
}

/** Chromium writes WebP by itself: a fifth of the bytes of a PNG. */
async function take(page: Page, name: string): Promise<void> {
  await page
    .getByText(/^Loading /)
    .first()
    .waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  // The map comes into view.
  await page.waitForTimeout(600);
  const driven = await page.context().newCDPSession(page);
  const { data } = await driven.send("Page.captureScreenshot", { format: "webp", quality: 88 });
  writeFileSync(join(FOLDER, `${name}.webp`), Buffer.from(data, "base64"));
  process.stdout.write(`${join(FOLDER, name)}.webp\n`);
}

mkdirSync(FOLDER, { recursive: true });
const [started, browser] = await Promise.all([start(), chromium.launch(chromiumOptions())]);
try {
  const server = serverOf(started.data);
  const [traces] = await Promise.all([openShop(server), furnish(server)]);
  await openPastShop(server, new Date(Date.now() - QUARTER_MS), { payment: 0.6, isQueued: false });
  encrypt(server);
  const person = await newPerson(browser, { viewport: VIEWPORT });
  const page = await person.newPage();
  const asked = process.argv.slice(2);
  const isAsked = (name: string) => asked.length === 0 || asked.includes(name);
  if (isAsked("sign-in")) {
    await page.goto(`${server.endpoint}/`);
    await page.getByLabel("Access key ID").waitFor();
    await take(page, "sign-in");
  }
  await signIn(person, server, server.key);
  for (const picture of pictures(traces.at(-3) ?? "", traces.at(-4) ?? "")) {
    const { name, hash, ready, colorScheme = "light", height = VIEWPORT.height } = picture;
    if (!isAsked(name)) continue;
    await page.setViewportSize({ ...VIEWPORT, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.goto("about:blank");
    await page.goto(addressOf(server, hash));
    await page.locator(ready).first().waitFor();
    await take(page, name);
    if (!BOTH || colorScheme === "dark") continue;
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await take(page, `${name}--dark`);
  }
} finally {
  await browser.close();
  await started.stop();
}
