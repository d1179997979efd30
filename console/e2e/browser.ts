/** The machine's Chromium, and pages that note what no page of ours may do. */

import { existsSync } from "node:fs";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import type { Server } from "./server.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const CHROMIUM = [process.env.CHROMIUM ?? "", ...PLACES].find((path) => path && existsSync(path));
export const LEFT_OUT = "The console was not tried in a browser: there is no Chromium here (apt-get install chromium).";

export function launch(): Promise<Browser> {
  if (!CHROMIUM) throw new Error(LEFT_OUT);
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

export interface Watched {
  readonly page: Page;
  /** Defects: what broke, what the Content-Security-Policy refused, what came from elsewhere. */
  readonly defects: string[];
}

export async function newPage(browser: Browser, server: Server, options: BrowserContextOptions = {}): Promise<Watched> {
  // Without motion, a page is looked at as it stays: half faded in, no text has its contrast.
  const still: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" };
  const context = await browser.newContext({ ...still, ...options });
  // CI's machine has other work, too.
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const defects: string[] = [];
  page.on("pageerror", (error) => defects.push(error.message));
  page.on("console", (message) => {
    // A refused call is a line of the browser's own; the page shows it.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) defects.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(server.endpoint) && !/^(data|blob):/.test(request.url())) defects.push(request.url());
  });
  return { page, defects };
}

export async function signedIn(browser: Browser, server: Server, options?: BrowserContextOptions): Promise<Watched> {
  const watched = await newPage(browser, server, options);
  await watched.page.goto(server.run("console"));
  await watched.page.getByRole("navigation").first().waitFor();
  return watched;
}

/** Opens an address behind the hash. */
export async function open(page: Page, server: Server, hash: string): Promise<void> {
  await page.goto(`${server.endpoint}/console/${hash}`);
}
