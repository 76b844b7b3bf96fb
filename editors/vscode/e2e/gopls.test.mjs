// Beside the real gopls: neither is in the other's way, and nothing is said twice.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX, GOPLS_VSIX } = process.env;

test("beside gopls", async (t) => {
  const clock = MODULE["clock/clock.go"].replace("package clock\n", 'package clock\n\nimport _ "unsafe"\n');
  const root = folder(t, { ...MODULE, "clock/clock.go": `${clock}\n//go:generate true\n` });
  await inWorkbench({ folder: root, extensions: [VSIX, GOPLS_VSIX], path: bin(t) }, "gopls", async (wb) => {
    const { page } = wb;
    const hover = page.locator(".monaco-hover:visible").first();
    const hovered = async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      // There is none while gopls is reading the module.
      const appears = hover.waitFor({ timeout: 3000 });
      return appears.then(() => hover.innerText(), () => "");
    };
    await wb.open("app.go", 11, 8);
    await until("gopls answers", async () => (await hovered()).includes("func Elapsed() int64"));

    for (const [part, column] of [["target", 30], ["local name", 18]]) {
      await wb.step(t, `F12 on a directive's ${part} jumps: both say the same place, and it is one`, async () => {
        await wb.open("app.go", 8, column);
        await wb.follow("clock.go");
        assert.equal(await page.locator(".peekview-widget").count(), 0);
      });
    }

    await wb.step(t, "F12 on a use of a function without a body shows its declaration and its body", async () => {
      await wb.open("app.go", 11, 55);
      await page.keyboard.press("F12");
      await until("somewhere", async () => (await wb.tab()) === "clock.go" || (await page.locator(".peekview-widget").count()) > 0);
      await wb.shot("gopls definition of a use");
      await page.keyboard.press("Escape");
    });

    await wb.step(t, "hover on a directive shows both, without saying the same twice", async () => {
      await wb.open("app.go", 8, 30);
      // The editor shows each answer as it comes.
      const text = await until("both are there", async () => {
        const shown = (await hover.isVisible()) ? await hover.innerText() : await hovered();
        return shown.includes("pulls") && shown.includes("func ticks() int64") && shown;
      });
      await wb.shot("gopls hover");
      assert.equal(text.split("func ticks() int64").length - 1, 1, text);
    });

    await wb.step(t, "there is one lens above a linked function, and gopls's own stay", async () => {
      await wb.open("clock/clock.go", 6, 6);
      await page.locator(".codelens-decoration a", { hasText: "1 pull" }).first().waitFor();
      await wb.shot("gopls lens");
      assert.equal(await page.locator(".codelens-decoration a", { hasText: "pull" }).count(), 1);
      await page.locator(".codelens-decoration a", { hasText: "run go generate" }).first().waitFor();
    });

    const rename = async (name) => {
      await page.keyboard.press("F2");
      const box = page.locator(".rename-box input:visible").first();
      await box.waitFor();
      await box.fill(name);
      await box.press("Enter");
    };

    await wb.step(t, "a rename of what nobody links is gopls's", async () => {
      await wb.open("app.go", 11, 8);
      await rename("Passed");
      await until("it is renamed", async () => (await wb.text()).includes("func Passed() int64"));
    });

    await wb.step(t, "a rename takes the links along, whoever of the two is asked", async () => {
      await wb.open("clock/clock.go", 8, 31);
      await rename("beats");
      await until("it is renamed here", async () => (await wb.text()).includes("func beats() int64"));
      await wb.command("File: Save All Files");
      await until("it is saved", () => readFileSync(join(root, "clock/clock.go"), "utf8").includes("return beats()"));
      await wb.shot("gopls rename");
      assert.match(readFileSync(join(root, "clock/clock.go"), "utf8"), /\/\/go:linkname beats\n/);
      assert.match(readFileSync(join(root, "app.go"), "utf8"), /clock\.beats\n/);
    });

    await wb.step(t, "what gopls is set to do is followed without a reload", async () => {
      const [first] = wb.processes("linkname_ls");
      wb.configure({ gopls: { "ui.semanticTokens": true } });
      await until("a server that knows it runs, alone", () => {
        const now = wb.processes("linkname_ls");
        return now.length === 1 && now[0] !== first;
      });
    });
  });
});
