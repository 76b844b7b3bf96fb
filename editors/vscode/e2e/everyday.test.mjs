// A day with directives: everything that is done with the keyboard and the mouse, in one window.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { openWorkbench, until } from "./workbench.mjs";

const { VSIX } = process.env;

/** The editor without what is around it, as deep as its text is: for the pictures in README.md. */
const part = (height) => ({ x: 353, y: 92, width: 912, height });

test("a day with directives", async (t) => {
  const root = folder(t, MODULE);
  const wb = await openWorkbench({ folder: root, extensions: [VSIX], path: bin(t) });
  const { page } = wb;
  const hover = page.locator(".monaco-hover:visible").first();
  const step = (name, run) => wb.step(t, name, run);
  try {
    await step("a check of the workspace tells of files that are not open, each finding once", async () => {
      await wb.open("app.go", 1, 1);
      await wb.command("Linkname: Check Workspace");
      await page.locator(".single-terminal-tab .codicon-error, .terminal-tabs-entry .codicon-error").first().waitFor();
      await wb.command("View: Toggle Problems");
      const found = page.locator(".markers-panel .monaco-list-row", { hasText: "missing-unsafe-import" });
      await found.first().waitFor();
      await wb.shot("check");
      assert.equal(await found.count(), 1);
      await wb.command("View: Toggle Problems");
    });

    await step("a directive in a file without unsafe is underlined, and the quick fix mends the file", async () => {
      await wb.open("clock/clock.go", 3, 5);
      await page.locator(".squiggly-error").first().waitFor();
      await wb.shot("squiggle");
      await page.keyboard.press("Control+.");
      await page.locator(".action-widget .monaco-list-row", { hasText: "unsafe" }).first().waitFor();
      await wb.shot("quick fix");
      await page.keyboard.press("Enter");
      await until("the import is there", async () => (await wb.text()).includes('import _ "unsafe"'));
      await page.keyboard.press("Control+S");
      await until("it is saved", () => readFileSync(join(root, "clock/clock.go"), "utf8").includes('import _ "unsafe"'));
      await page.locator(".squiggly-error").first().waitFor({ state: "detached" });
    });

    await step("hover tells the other end", async () => {
      await wb.open("app.go", 8, 20);
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      await hover.waitFor();
      await until("hover tells", async () => (await hover.innerText()).includes("clock/clock.go"));
      await wb.shot("hover", part(250));
      await page.keyboard.press("Escape");
    });

    await step("F12 goes to another package", async () => {
      await wb.open("app.go", 8, 30);
      await page.keyboard.press("F12");
      await until("clock.go is in front", async () => (await wb.tab()) === "clock.go");
      await until("on the function", async () => /func ticks\(\) int64/.test(await wb.text()));
      await wb.shot("definition");
    });

    await step("F12 goes into the Go tree", async () => {
      await wb.open("app.go", 5, 30);
      await page.keyboard.press("F12");
      await until("the Go tree's file is in front", async () => (await wb.tab()) === "proc.go");
      await wb.shot("definition in GOROOT");
    });

    await step("references are peeked at", async () => {
      await wb.open("app.go", 8, 30);
      await page.keyboard.press("Shift+F12");
      const peek = page.locator(".peekview-widget");
      await peek.locator(".monaco-list-row", { hasText: "func ticks() int64" }).first().waitFor();
      await wb.shot("references", part(380));
      assert.match(await peek.innerText(), /clock\.go/);
      await page.keyboard.press("Escape");
    });

    await step("a click on a lens lists who links", async () => {
      await wb.open("clock/clock.go", 6, 6);
      const lens = page.locator(".codelens-decoration a").first();
      await lens.waitFor();
      await wb.shot("lens");
      await lens.click();
      await page.locator(".peekview-widget .monaco-list-row", { hasText: "func ticks() int64" }).first().waitFor();
      await wb.shot("lens clicked");
      await page.keyboard.press("Escape");
    });

    await step("a target is completed, and the declaration with it", async () => {
      await wb.open("app.go", 11, 59);
      await page.keyboard.press("Enter");
      await page.keyboard.type("//go:linkname cputicks runtime.cputick", { delay: 20 });
      await page.keyboard.press("Control+Space");
      await page.locator(".suggest-widget .monaco-list-row", { hasText: "runtime.cputicks" }).first().waitFor();
      await wb.shot("completion");
      await page.keyboard.press("Enter");
      await until("it is accepted", async () => (await wb.text()).includes("//go:linkname cputicks runtime.cputicks"));
      await until("and declared", async () => (await wb.text()).includes("func cputicks() int64"));
      await wb.shot("completed");
    });

    await step("a rename goes through the link", async () => {
      await wb.open("clock/clock.go", 8, 31);
      await page.keyboard.press("F2");
      const box = page.locator(".rename-box input:visible, .monaco-editor.rename-box input").first();
      await box.waitFor();
      await box.fill("beats");
      await box.press("Enter");
      await until("it is renamed here", async () => (await wb.text()).includes("func beats() int64"));
      await wb.command("File: Save All Files");
      await until("and there", () => readFileSync(join(root, "app.go"), "utf8").includes("example.com/app/clock.beats"));
      await wb.shot("rename");
    });

    await step("the link symbol of what the cursor is on is copied", async () => {
      await wb.open("clock/clock.go", 8, 8);
      await wb.command("Linkname: Copy Link Symbol");
      const copied = () => page.evaluate(() => navigator.clipboard.readText());
      await until("it is in the clipboard", async () => (await copied()) === "example.com/app/clock.Ticks");
    });

    await step("the status tells release and links, and leads to the status page", async () => {
      await wb.open("app.go", 1, 1);
      const item = await wb.status(/Go 1\.\d+\.\d+ · [\d,]+ links/);
      await wb.shot("status");
      await item.locator("a", { hasText: "Show Status" }).click();
      await until("the page is in front", async () => (await wb.tab()) === "Linkname Status.txt");
      await until("it tells", async () => /directives/.test(await wb.text()));
      await wb.shot("status page");
    });

    await step("the graph is drawn, in the colours of the theme", async () => {
      await wb.command("Linkname: Show Link Graph");
      const frame = wb.webview();
      await frame.locator(".node").first().waitFor();
      assert.equal(await frame.locator(".node").count() >= 3, true);
      await wb.shot("graph");
      await frame.locator("#filter").fill("runtime");
      await until("the filter's script runs", async () => /of \d+ lines/.test(await frame.locator("#count").innerText()));
      await wb.closeTab();
    });

    await step("a rule is explained", async () => {
      await wb.command("Linkname: Explain Rule");
      const input = page.locator(".quick-input-widget:visible input").first();
      await page.locator(".quick-input-list .monaco-list-row", { hasText: "missing-unsafe-import" }).first().waitFor();
      await input.fill("missing-unsafe-import");
      await input.press("Enter");
      const frame = wb.webview();
      await frame.locator("h1", { hasText: "missing-unsafe-import" }).waitFor();
      await wb.shot("rule");
      await wb.closeTab();
    });

    await step("a server that is killed is started again, and says why in its log", async () => {
      await wb.open("app.go", 8, 30);
      const [first] = wb.processes("linkname_ls");
      process.kill(first, "SIGKILL");
      await until("another one runs", () => wb.processes("linkname_ls").some((id) => id !== first));
      const reason = /The server is gone: it was ended by SIGKILL\. It is started again in 1 s\./;
      await until("the log says why", () => reason.test(wb.logs()));
      await wb.follow("clock.go");
    });
  } finally {
    const left = await wb.close();
    assert.deepEqual(left, [], "no process is left behind");
  }
});
