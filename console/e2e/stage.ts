/** What a file of tests stands on: a region of the shared server for itself, somebody signed in, and no defect on any page. */

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { addressOf, CHROMIUM, newPerson, signIn, watch } from "./browser.ts";
import { type AccessKey, type Server, serverOf } from "./server.ts";

export interface Stage {
  readonly server: Server;
  /**
   * A view as the root user sees it, in a page of its own; what begins with a slash is another address of the server.
   * With a time, the page's clock stands still then, so that what ends "now" is the same whenever it is loaded.
   */
  readonly visit: (hash: string, time?: Date) => Promise<Page>;
  /** The same as somebody else sees it, who signs in with a key. */
  readonly visitAs: (key: AccessKey, hash: string) => Promise<Page>;
  /** A page of somebody who has never been here. */
  readonly stranger: () => Promise<Page>;
}

/** Like `describe`; left out where there is no browser. Regions differ by file: that is what keeps their data apart. */
export function onStage(name: string, region: string, tests: (stage: Stage) => void): void {
  describe.skipIf(!CHROMIUM)(name, () => tests(newStage(region)));
}

function newStage(region: string): Stage {
  let browser: Browser;
  let server: Server;
  const people = new Map<string, BrowserContext>();
  const strangers: BrowserContext[] = [];
  const pages: Page[] = [];
  const defects: string[] = [];

  beforeAll(async () => {
    browser = await chromium.connect(inject("browser"));
    server = serverOf(inject("data"), region);
  });

  afterEach(async () => {
    await Promise.all(pages.splice(0).map((page) => page.close()));
    await Promise.all(strangers.splice(0).map((person) => person.close()));
    expect(defects.splice(0)).toEqual([]);
  });

  afterAll(() => browser?.close());

  async function pageOf(person: BrowserContext): Promise<Page> {
    const page = await person.newPage();
    pages.push(page);
    watch(page, server, defects);
    return page;
  }

  async function visitAs(key: AccessKey, hash: string, time?: Date): Promise<Page> {
    const person = people.get(key.accessKeyId) ?? (await newPerson(browser));
    if (!people.has(key.accessKeyId)) await signIn(person, server, key);
    people.set(key.accessKeyId, person);
    const page = await pageOf(person);
    if (time) await page.clock.setFixedTime(time);
    await page.goto(hash.startsWith("/") ? `${server.endpoint}${hash}` : addressOf(server, hash));
    return page;
  }

  return {
    get server() {
      return server;
    },
    visit: (hash, time) => visitAs(server.key, hash, time),
    visitAs: (key, hash) => visitAs(key, hash),
    stranger: async () => {
      const person = await newPerson(browser);
      strangers.push(person);
      return pageOf(person);
    },
  };
}
