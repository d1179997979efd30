import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { CHROMIUM, launch, newPage, signedIn } from "./browser.ts";
import { type Server, startServer } from "./server.ts";

describe.skipIf(!CHROMIUM)("signing in", () => {
  let server: Server;
  let browser: Browser;

  beforeAll(async () => {
    [server, browser] = await Promise.all([startServer(), launch()]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  it("works once by the address that skylens console prints", async () => {
    const address = server.run("console");
    const first = await newPage(browser, server);
    await first.page.goto(address);
    await first.page.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
    expect(first.page.url()).not.toContain("token=");
    const second = await newPage(browser, server);
    await second.page.goto(address);
    await second.page.getByText("That link has been used, or is too old").waitFor();
    expect([...first.defects, ...second.defects]).toEqual([]);
  });

  it("works with a key, tells what is wrong with another, and ends by signing out", async () => {
    const { page, defects } = await newPage(browser, server);
    await page.goto(`${server.endpoint}/`);
    await page.getByLabel("Access key ID").fill(server.key.accessKeyId);
    await page.getByLabel("Secret access key").fill("guessed");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("There is no such key").first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel("Secret access key").fill(server.key.secretAccessKey);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
    await page.getByRole("button", { name: /root @/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in to Skylens" }).waitFor();
    expect(defects).toEqual([]);
  });

  it("is asked for again when all browsers are signed out", async () => {
    const { page } = await signedIn(browser, server);
    server.run("console", "--sign-out");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Sign in to Skylens" }).waitFor();
  });
});
