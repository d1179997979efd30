import { CreateGroupCommand, DeleteGroupCommand } from "@aws-sdk/client-xray";
import { expect, it } from "vitest";
import { onStage } from "./stage.ts";

onStage("event history", "sa-east-1", (stage) => {
  it("tells who deleted what a creation is on record of", async () => {
    for (const GroupName of ["kept", "gone"]) await stage.server.xray.send(new CreateGroupCommand({ GroupName }));
    await stage.server.xray.send(new DeleteGroupCommand({ GroupName: "gone" }));
    const page = await stage.visit("#/events?attribute=ResourceName&value=gone");
    await page.getByRole("link", { name: "CreateGroup" }).click();
    await page.getByRole("link", { name: "Who deleted this?" }).click();
    await page.waitForURL(/only=deletions/);
    const rows = page.locator("table tbody tr");
    await rows.getByText("DeleteGroup").waitFor();
    expect(await rows.allTextContents()).toEqual([expect.stringMatching(/^DeleteGroup.*root/)]);
  });
});
