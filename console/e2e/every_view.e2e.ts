import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { faintMarks, goDark, seriousFaults } from "./axe.ts";
import { furnish } from "./furnish.ts";
import { openShop } from "./shop.ts";
import { onStage } from "./stage.ts";
import { stateOf } from "./state.ts";
import { type Shown, shownOf, VIEWS } from "./views.ts";

/** One step in each view that changes what is shown; who reloads the page or is sent its address sees the same. */
const STEPS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  "trace map": (page) => page.getByRole("checkbox", { name: /Throttle/ }).check(),
  traces: (page) => page.getByRole("tab", { name: "Group by" }).click(),
  "traces by group": async (page) => {
    await page.getByRole("button", { name: /^Group by/ }).click();
    await page.getByRole("option", { name: /user/i }).first().click();
  },
  trace: async (page) => {
    await page.getByRole("treegrid").focus();
    await page.keyboard.press("j");
    await page.getByRole("tab", { name: "Raw", exact: true }).click();
  },
  "flame graph": (page) => page.getByRole("tab", { name: "Timeline" }).click(),
  "trace's map": (page) => page.getByRole("tab", { name: "Raw data" }).click(),
  compare: (page) => page.getByRole("tab", { name: "Services" }).click(),
  "raw documents": (page) => page.getByRole("tab", { name: /flame/i }).click(),
  analytics: (page) => page.locator("table tbody tr a, table tbody tr button").first().click(),
  sampling: (page) => page.getByRole("link", { name: "Edit Default" }).click(),
  groups: (page) => page.getByRole("button", { name: "Edit faults" }).click(),
  encryption: (page) => page.getByRole("button", { name: "Edit" }).click(),
  "event history": (page) => page.locator("table tbody tr a").first().click(),
  "get started": (page) => page.getByRole("tab", { name: "Java", exact: true }).click(),
};

onStage("every view", "eu-west-1", (stage) => {
  let shown: Shown;

  beforeAll(async () => {
    const [traces] = await Promise.all([openShop(stage.server), furnish(stage.server)]);
    shown = shownOf(traces);
  });

  it.each(VIEWS)(
    "is for everybody to use, in light and in dark, and the same when loaded again: $name",
    async (view) => {
      const page = await stage.visit(view.at(shown), new Date());
      await page.getByRole("heading", { level: 1, name: view.title }).waitFor();
      await view.whole(page).waitFor();
      const light = [...(await seriousFaults(page)), ...(await faintMarks(page))];
      await goDark(page);
      const dark = [...(await seriousFaults(page)), ...(await faintMarks(page))];
      expect({ light, dark }).toEqual({ light: [], dark: [] });
      await isTheSameAgain(page, STEPS[view.name]);
    },
  );
});

async function isTheSameAgain(page: Page, step?: (page: Page) => Promise<void>): Promise<void> {
  const before = page.url();
  await step?.(page);
  await page.waitForURL((url) => url.href !== before);
  const address = page.url();
  const state = await settled(page);
  await page.reload();
  await expect.poll(() => stateOf(page), { timeout: 20_000 }).toEqual(state);
  expect(page.url()).toBe(address);
}

/** The state of a page once it stays as it is. */
async function settled(page: Page): Promise<string[]> {
  let [before, now] = [[""], await stateOf(page)];
  while (before.join("\n") !== now.join("\n")) {
    await page.waitForTimeout(300);
    [before, now] = [now, await stateOf(page)];
  }
  return now;
}
