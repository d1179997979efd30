/** What all files share, as each start costs seconds: one server and one browser, up before the first file. */

import { chromium } from "playwright-core";
import type { TestProject } from "vitest/node";
import { CHROMIUM, chromiumOptions, LEFT_OUT } from "./browser.ts";
import { start } from "./server.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the server's data are, and the address that the browser is driven at. */
    readonly data: string;
    readonly browser: string;
  }
}

export default async function share({ provide }: TestProject): Promise<() => Promise<void>> {
  if (!CHROMIUM) {
    process.stderr.write(`${LEFT_OUT}\n`);
    return async () => undefined;
  }
  const [server, browser] = await Promise.all([start(), chromium.launchServer(chromiumOptions())]);
  provide("data", server.data);
  provide("browser", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await server.stop();
  };
}
