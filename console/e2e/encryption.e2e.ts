import { beforeAll, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { onStage } from "./stage.ts";

onStage("encryption", "ca-central-1", (stage) => {
  let key: string;

  beforeAll(() => {
    key = stage.server.aws("kms", "create-key", "--query", "KeyMetadata.Arn", "--output", "text");
    stage.server.aws("kms", "create-alias", "--alias-name", "alias/traces", "--target-key-id", key);
  });

  it("is with a key once KMS lets X-Ray use it, and says that it is being changed for as long as it is", async () => {
    const page = await stage.visit("#/encryption");
    await page.getByText("No key of KMS").waitFor();
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog", { name: "Encrypt documents" });
    await dialog.getByRole("radio", { name: /^With a key of KMS/ }).check();
    const save = dialog.getByRole("button", { name: "Save" });
    await save.click();
    await dialog.getByText("Say which key.").waitFor();
    await dialog.getByRole("textbox", { name: "Key" }).fill("alias/traces");
    stage.server.aws("kms", "disable-key", "--key-id", key);
    await save.click();
    await dialog.getByText(`${key} is disabled.`).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
    stage.server.aws("kms", "enable-key", "--key-id", key);
    await save.click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByText("Updating", { exact: true }).waitFor();
    await page.getByText(key, { exact: true }).waitFor();
    await page.getByText("Active", { exact: true }).waitFor();
    expect(await seriousFaults(page)).toEqual([]);
  });
});
