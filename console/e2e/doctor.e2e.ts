import { expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { onStage } from "./stage.ts";

onStage("doctor", "eu-north-1", (stage) => {
  it("finds everything in order, and leads to the trace that a test segment came back as", async () => {
    const page = await stage.visit("#/doctor");
    await expect.poll(() => page.getByText("Works", { exact: true }).count(), { timeout: 20_000 }).toBe(6);
    expect(await seriousFaults(page)).toEqual([]);
    await page
      .getByRole("link", { name: /^View the trace/ })
      .first()
      .click();
    await page.getByRole("heading", { level: 1, name: "skylens-doctor" }).waitFor();
  });
});
