/** The machine's Chromium, and pages that note what no page of ours may do. */

import { existsSync } from "node:fs";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { AccessKey, Server } from "./server.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const CHROMIUM = [process.env.CHROMIUM ?? "", ...PLACES].find((path) => path && existsSync(path));
export const LEFT_OUT = "The console was not tried in a browser: there is no Chromium here (apt-get install chromium).";

/** How it is started; refuses where there is none. */
export function chromiumOptions() {
  if (!CHROMIUM) throw new Error(LEFT_OUT);
  return { executablePath: CHROMIUM, args: ["--no-sandbox", "--disable-dev-shm-usage"] };
}

/** A person's browser: what is signed in, and kept, in one is not in another. */
export async function newPerson(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  // Without motion, a page is looked at as it stays: half faded in, no text has its contrast.
  const still: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" };
  const person = await browser.newContext({ ...still, ...options });
  // CI's machine has other work, too.
  person.setDefaultTimeout(45_000);
  return person;
}

/** Signs in as the page does, without drawing it. */
export async function signIn(person: BrowserContext, { endpoint }: Server, key: AccessKey): Promise<void> {
  const answer = await person.request.post(`${endpoint}/console/session`, {
    headers: { Origin: endpoint },
    data: { AccessKeyId: key.accessKeyId, SecretAccessKey: key.secretAccessKey },
  });
  if (!answer.ok()) throw new Error(`${answer.status()} ${await answer.text()}`);
}

/** The address of a view of the server's region. */
export function addressOf({ endpoint, region }: Server, hash: string): string {
  return `${endpoint}/console/?region=${region}${hash}`;
}

/** Notes what broke on a page, what the Content-Security-Policy refused, and what came from elsewhere. */
export function watch(page: Page, { endpoint }: Server, defects: string[]): void {
  page.on("pageerror", (error) => defects.push(error.message));
  page.on("console", (message) => {
    // A refused call is a line of the browser's own; the page shows it.
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) defects.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(endpoint) && !/^(data|blob):/.test(request.url())) defects.push(request.url());
  });
}
