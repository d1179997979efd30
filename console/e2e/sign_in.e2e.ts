import { expect, it } from "vitest";
import { goDark, seriousFaults } from "./axe.ts";
import { onStage } from "./stage.ts";

onStage("signing in", "us-east-1", (stage) => {
  it("works once by the address that skylens console prints", async () => {
    const address = stage.server.run("console");
    const first = await stage.stranger();
    await first.goto(address);
    await first.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
    expect(first.url()).not.toContain("token=");
    const second = await stage.stranger();
    await second.goto(address);
    await second.getByText("That link has been used, or is too old").waitFor();
  });

  it("works with a key, tells what is wrong with another, and ends by signing out", async () => {
    const page = await stage.stranger();
    await page.goto(`${stage.server.endpoint}/`);
    await page.getByLabel("Access key ID").fill(stage.server.key.accessKeyId);
    await page.getByLabel("Secret access key").fill("guessed");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("There is no such key").first().waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    await goDark(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.getByLabel("Secret access key").fill(stage.server.key.secretAccessKey);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Traces" }).waitFor();
    await page.getByRole("button", { name: /root @/ }).click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { level: 1, name: "Sign in to Skylens" }).waitFor();
  });

  it("is asked for again when all browsers are signed out", async () => {
    const page = await stage.visit("#/groups");
    await page.getByRole("heading", { level: 1, name: "Groups" }).waitFor();
    stage.server.run("console", "--sign-out");
    await page.reload();
    await page.getByRole("heading", { level: 1, name: "Sign in to Skylens" }).waitFor();
  });
});
