import type { Page } from "playwright-core";
import { beforeAll, expect, it } from "vitest";
import { faintMarks, goDark, seriousFaults } from "./axe.ts";
import { furnish } from "./furnish.ts";
import { type AccessKey, newUser } from "./server.ts";
import { openShop } from "./shop.ts";
import { onStage } from "./stage.ts";
import { stateOf } from "./state.ts";
import { type Shown, VIEWS, type View } from "./views.ts";

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
  let nobody: AccessKey;
  let operator: AccessKey;

  beforeAll(async () => {
    const [traces] = await Promise.all([openShop(stage.server), furnish(stage.server)]);
    const end = Math.ceil(Date.now() / 60_000) * 60_000;
    const range = `${new Date(end - 1_800_000).toISOString()}~${new Date(end).toISOString()}`;
    shown = { trace: traces.at(-3) ?? "", other: traces.at(-4) ?? "", range: encodeURIComponent(range) };
    nobody = newUser(stage.server, "nobody");
    operator = newUser(stage.server, "operator", {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "xray:*", Resource: "*" },
        { Effect: "Deny", Action: ["xray:GetServiceGraph", "xray:GetSamplingStatisticSummaries"], Resource: "*" },
      ],
    });
  });

  async function whole(page: Page, view: View): Promise<Page> {
    await page.getByRole("heading", { level: 1, name: view.title }).waitFor();
    await view.whole(page).waitFor();
    return page;
  }

  const visit = async (view: View) => whole(await stage.visit(view.at(shown)), view);

  it.each(VIEWS)("is for everybody to use, in light and in dark: $name", async (view) => {
    const page = await visit(view);
    const light = [...(await seriousFaults(page)), ...(await faintMarks(page))];
    await goDark(page);
    const dark = [...(await seriousFaults(page)), ...(await faintMarks(page))];
    expect({ light, dark }).toEqual({ light: [], dark: [] });
  });

  it.each(VIEWS)("shows the same when it is loaded again: $name", async (view) => {
    const page = await visit(view);
    const before = page.url();
    await STEPS[view.name]?.(page);
    await page.waitForURL((url) => url.href !== before);
    const address = page.url();
    const state = await settled(page);
    await page.reload();
    await expect.poll(() => stateOf(page), { timeout: 20_000 }).toEqual(state);
    expect(page.url()).toBe(address);
  });

  it.each(VIEWS)("says in AWS's words what one may not see: $name", async (view) => {
    const page = await stage.visitAs(nobody, view.at(shown));
    await page
      .getByText(new RegExp(`user/nobody is not authorized to perform: ${view.needs} `))
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Get started" }).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("shows what one may see beside what one may not", async () => {
    const map = await stage.visitAs(operator, "#/map");
    await map.getByText(/is not authorized to perform: xray:GetServiceGraph .*with an explicit deny/).waitFor();
    await map.getByRole("link", { name: "Traces", exact: true }).click();
    await map.locator("table tbody tr a").first().waitFor();
    await map.getByRole("link", { name: "Sampling" }).click();
    await map.getByText(/is not authorized to perform: xray:GetSamplingStatisticSummaries /).waitFor();
    await map.getByRole("link", { name: "Edit checkout" }).waitFor();
  });
});

/** The state of a page once it stays as it is. */
async function settled(page: Page): Promise<string[]> {
  let [before, now] = [[""], await stateOf(page)];
  while (before.join("\n") !== now.join("\n")) {
    await page.waitForTimeout(300);
    [before, now] = [now, await stateOf(page)];
  }
  return now;
}
