// Which server is started: the setting's, the one on PATH, the copy in the .vsix; or what to do about there being none.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX, BUNDLED_VSIX, PYTHON } = process.env;

/** Waits until there is one server, and its command line has a word. */
async function runs(wb, word) {
  const [id] = await until(`a server runs with ${word}`, () => {
    const found = wb.processes("linkname_ls").concat(wb.processes("/bundled"));
    return found.length === 1 && found.some((one) => wb.isOurs(one, word)) && found;
  });
  return id;
}

test("the setting goes before PATH, and a change of it needs no reload", async (t) => {
  const options = { folder: folder(t, MODULE), extensions: [VSIX], path: bin(t) };
  await inWorkbench(options, "setting", async (wb) => {
    await wb.open("app.go", 8, 30);
    const first = await runs(wb, "-m linkname_ls");
    wb.configure({ "linkname.command": [PYTHON, "-X", "utf8", "-m", "linkname_ls"] });
    const second = await runs(wb, "-X utf8");
    assert.notEqual(first, second);
    wb.configure({ "linkname.command": ["/nowhere/linkname-ls"] });
    await wb.toast("/nowhere/linkname-ls was not found").waitFor();
    await wb.shot("broken setting");
    await until("no server runs", () => wb.processes("linkname_ls").length === 0);
    wb.configure({});
    await runs(wb, "-m linkname_ls");
  });
});

test("the copy in the .vsix runs when there is none on PATH", async (t) => {
  const options = { folder: folder(t, MODULE), extensions: [BUNDLED_VSIX] };
  await inWorkbench(options, "bundled", async (wb) => {
    await wb.open("app.go", 8, 30);
    await runs(wb, "/bundled");
    await until("it answers", async () => {
      await wb.page.keyboard.press("F12");
      return (await wb.tab()) === "clock.go";
    });
  });
});

test("without any, one message says what to do", async (t) => {
  // A PATH on which there is nothing but what VS Code and its terminals need.
  const few = folder(t, {});
  for (const name of ["bash", "sh", "ps", "uname", "sed", "cat", "go"]) {
    symlinkSync(execFileSync("which", [name]).toString().trim(), join(few, name));
  }
  const options = { folder: folder(t, MODULE), extensions: [VSIX], path: few, onlyPath: true };
  await inWorkbench(options, "nothing", async (wb) => {
    await wb.open("app.go", 8, 30);
    const toast = wb.toast("linkname-ls");
    await toast.locator(".monaco-button").first().hover(); // waits until it has come to rest
    await wb.shot("no server");
    const buttons = await toast.locator(".monaco-button").allInnerTexts();
    assert.ok(buttons.length >= 2, buttons.join(", "));
    assert.equal(await wb.page.locator(".notifications-toasts .notification-list-item").count(), 1);
  });
});
