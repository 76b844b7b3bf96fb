// What someone sees who has just installed it: the walkthrough, and the settings.
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX } = process.env;

test("a first look", async (t) => {
  await inWorkbench({ folder: folder(t, MODULE), extensions: [VSIX], path: bin(t) }, "first look", async (wb) => {
    const { page } = wb;

    await page.keyboard.press("Control+B"); // a walkthrough shows its pages where there is room
    await t.test("the walkthrough has four steps, and a click in one does what it says", async () => {
      await wb.open("app.go", 1, 1);
      await wb.command("Welcome: Open Walkthrough");
      const input = page.locator(".quick-input-widget:visible input").first();
      await input.fill("linkname");
      await page.locator(".quick-input-list .monaco-list-row.focused", { hasText: "linkname for Go" }).first().waitFor();
      await input.press("Enter");
      const steps = page.locator(".getting-started-step");
      await steps.first().waitFor();
      assert.equal(await steps.count(), 4);
      for (let at = 0; at < 4; at++) {
        await steps.nth(at).click();
        // The page of the step, which is drawn in a frame beside it.
        const pageOf = wb.webview().locator("body");
        await until("its page is drawn", async () => (await pageOf.innerText()).trim().length > 40);
        await wb.shot(`walkthrough ${String(at + 1)}`);
      }
      await steps.first().click();
      await steps.first().locator(".monaco-button", { hasText: "Show Status" }).click();
      await until("the status page is in front", async () => (await wb.tab()) === "Linkname Status.txt");
    });

    await t.test("the settings describe every rule and feature", async () => {
      await wb.command("Preferences: Open Settings (UI)");
      await page.locator(".settings-editor .search-container .view-lines").click();
      await page.keyboard.type("@ext:linkname-ls.linkname-ls ");
      const features = page.locator(".settings-editor .setting-item", { hasText: "Linkname: Features" });
      await features.getByText("(codeLens)").waitFor();
      await wb.shot("settings");
      await page.keyboard.type("rules");
      const rules = page.locator(".settings-editor .setting-item", { hasText: "Linkname: Rules" });
      await rules.locator(".monaco-button", { hasText: "Add Item" }).click();
      await wb.shot("settings of rules");
    });
  });
});
