import { beforeAll, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { furnish } from "./furnish.ts";
import { type AccessKey, newUser } from "./server.ts";
import { openShop } from "./shop.ts";
import { onStage } from "./stage.ts";
import { type Shown, shownOf, VIEWS } from "./views.ts";

onStage("who may not see a view", "ap-northeast-1", (stage) => {
  let shown: Shown;
  let nobody: AccessKey;
  let operator: AccessKey;

  beforeAll(async () => {
    const [traces] = await Promise.all([openShop(stage.server), furnish(stage.server)]);
    shown = shownOf(traces);
    nobody = newUser(stage.server, "nobody");
    operator = newUser(stage.server, "operator", {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "xray:*", Resource: "*" },
        { Effect: "Deny", Action: ["xray:GetServiceGraph", "xray:GetSamplingStatisticSummaries"], Resource: "*" },
      ],
    });
  });

  it.each(VIEWS)("is told so in AWS's words: $name", async (view) => {
    const page = await stage.visitAs(nobody, view.at(shown));
    await page
      .getByText(new RegExp(`user/nobody is not authorized to perform: ${view.needs} `))
      .first()
      .waitFor();
    await page.getByRole("link", { name: "Get started" }).first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });

  it("sees what is beside it", async () => {
    const map = await stage.visitAs(operator, "#/map");
    await map.getByText(/is not authorized to perform: xray:GetServiceGraph .*with an explicit deny/).waitFor();
    await map.getByRole("link", { name: "Traces", exact: true }).click();
    await map.locator("table tbody tr a").first().waitFor();
    await map.getByRole("link", { name: "Sampling" }).click();
    await map.getByText(/is not authorized to perform: xray:GetSamplingStatisticSummaries /).waitFor();
    await map.getByRole("link", { name: "Edit checkout" }).waitFor();
  });
});
