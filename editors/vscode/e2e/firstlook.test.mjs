// What someone sees who has just installed it: its page, the walkthrough, and the settings.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX } = process.env;

/** Where the README of a .vsix says that its pictures are; below it, what is in this repository is served. */
const PUBLISHED = "https://github.com/linkname-ls/linkname-ls/raw/HEAD/";

async function publish(page) {
  await page.context().route(`${PUBLISHED}**`, (route) => {
    const file = join("../..", route.request().url().slice(PUBLISHED.length));
    return existsSync(file) ? route.fulfill({ path: file }) : route.abort();
  });
}

test("a first look", async (t) => {
  await inWorkbench({ folder: folder(t, MODULE), extensions: [VSIX], path: bin(t) }, "first look", async (wb) => {
    const { page } = wb;
    const steps = page.locator(".getting-started-step");
    // The list of walkthroughs closes again when the page of one that is open takes the focus: then once more.
    const walkthrough = () =>
      until("the walkthrough is open", async () => {
        await wb.command("Welcome: Open Walkthrough");
        const input = page.locator(".quick-input-widget:visible input").first();
        const front = page.locator(".quick-input-list .monaco-list-row.focused", { hasText: "linkname for Go" }).first();
        try {
          await input.fill("linkname", { timeout: 3000 });
          await front.waitFor({ timeout: 3000 });
          await input.press("Enter", { timeout: 3000 });
          await steps.first().waitFor({ timeout: 5000 });
          return true;
        } catch {
          await page.keyboard.press("Escape");
          return false;
        }
      });

    const itsPage = async () => {
      await wb.command("Extensions: Show Installed Extensions");
      await page.locator(".extension-list-item", { hasText: "linkname for Go" }).first().click();
    };
    await wb.step(t, "its page shows the README with its pictures", async () => {
      await publish(page);
      await itsPage();
      const pictures = wb.webview().locator("img");
      await pictures.first().waitFor();
      await until("all are drawn", () => pictures.evaluateAll((all) => all.every((one) => one.naturalWidth > 0)));
      await wb.shot("page");
      await pictures.first().scrollIntoViewIfNeeded();
      await wb.shot("page with pictures");
      await wb.closeTab();
    });

    await page.keyboard.press("Control+B"); // a walkthrough shows its pages where there is room
    await wb.step(t, "the walkthrough has four steps, each with a page", async () => {
      await wb.open("app.go", 1, 1);
      await walkthrough();
      assert.equal(await steps.count(), 4);
      for (const [at, title] of ["The server", "Follow a link", "Check the workspace", "The link graph"].entries()) {
        await steps.nth(at).click();
        // The page of the step, which is drawn in a frame beside it.
        await wb.webview().locator("h2", { hasText: title }).waitFor();
        await wb.shot(`walkthrough ${String(at + 1)}`);
      }
    });

    for (const [at, button, happens] of [
      [0, "Show Status", () => until("the status page is in front", async () => (await wb.tab()) === "Linkname Status.txt")],
      [1, "Search for directives", () => page.locator(".search-view .linematch", { hasText: "runtime.procPin" }).first().waitFor()],
      [2, "Check Workspace", () => page.locator(".terminal-wrapper.active, .single-terminal-tab").first().waitFor()],
      [3, "Show Link Graph", () => wb.webview().locator(".node").first().waitFor()],
    ]) {
      await wb.step(t, `a click on "${button}" in the walkthrough does it`, async () => {
        await walkthrough();
        await steps.nth(at).click();
        await steps.nth(at).locator(".monaco-button", { hasText: button }).click();
        await happens();
      });
    }

    await wb.step(t, "who disables it is rid of its server, and who enables it again has it back", async () => {
      await itsPage();
      const action = (text) => page.locator(".extension-editor .action-label", { hasText: text }).first();
      await action(/^Disable$/).click();
      await action("Reload Window").click();
      await until("it is gone", () => wb.processes("linkname_ls").length === 0);
      await itsPage();
      await action(/^Enable$/).click();
      await wb.open("app.go", 8, 30);
      await wb.follow("clock.go");
    });

    await wb.step(t, "the settings describe every rule and feature", async () => {
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
