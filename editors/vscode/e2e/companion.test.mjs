// Companion mode in gopls's place: the Go extension alone, whose gopls is linkname-gopls.
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { GOPLS, GOPLS_VSIX, PYTHON } = process.env;

test("companion mode stands in for gopls in the Go extension", async (t) => {
  const { GO_VSIX = GOPLS_VSIX } = process.env; // the real one, tried by hand
  const command = join(dirname(PYTHON), "linkname-gopls");
  const unsafe = MODULE["clock/clock.go"].replace("package clock\n", 'package clock\n\nimport _ "unsafe"\n');
  const root = folder(t, { ...MODULE, "clock/clock.go": unsafe, "broken.go": "package app\n\n//go:linkname nothing a.b\n" });
  const user = { "go.alternateTools": { gopls: command }, "go.showWelcome": false, "go.survey.prompt": false };
  const options = { folder: root, extensions: [GO_VSIX], path: dirname(GOPLS), user, environ: { GOPLS: command } };
  await inWorkbench(options, "companion", async (wb) => {
    const { page } = wb;
    const hover = page.locator(".monaco-hover:visible").first();
    await wb.open("app.go", 8, 30);
    const text = await until("both hovers are there", async () => {
      await page.keyboard.press("Escape");
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      const shown = await hover.waitFor({ timeout: 3000 }).then(() => hover.innerText(), () => "");
      return shown.includes("pulls") && shown.includes("func ticks() int64") && shown;
    });
    await wb.shot("companion hover");
    assert.equal(text.split("func ticks() int64").length - 1, 1, text);
    await page.keyboard.press("Escape");
    await page.keyboard.press("F12");
    await until("clock.go is in front", async () => (await wb.tab()) === "clock.go");
    assert.equal(await page.locator(".peekview-widget").count(), 0);
    await page.locator(".codelens-decoration", { hasText: "1 pull" }).first().waitFor();
    await wb.open("broken.go", 3, 1);
    await page.locator(".squiggly-error").first().waitFor();
    await wb.shot("companion");
  });
});
