// A stranger's folder: nothing in it chooses what is run, and go is not run.
import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX, BUNDLED_VSIX, PYTHON_VSIX } = process.env;

/** Programs that leave a mark when they are run, by name: where they are, and whether they have been. */
function spies(t, programs) {
  const marks = folder(t, {});
  const files = Object.entries(programs).map(([name, then]) => [name, `#!/bin/sh\n: > '${join(marks, name)}'\n${then}\n`]);
  const root = folder(t, Object.fromEntries(files));
  for (const name of Object.keys(programs)) {
    chmodSync(join(root, name), 0o755);
  }
  return { root, ran: () => Object.keys(programs).filter((name) => existsSync(join(marks, name))) };
}

const go = execFileSync("which", ["go"]).toString().trim();

for (const { setting, value, extensions, onPath } of [
  { setting: "linkname.command", value: (evil) => [evil], extensions: [VSIX], onPath: true },
  { setting: "linkname.interpreter", value: (evil) => evil, extensions: [BUNDLED_VSIX, PYTHON_VSIX], onPath: false },
]) {
  test(`in a folder that is not trusted neither its ${setting} nor go is run, until it is`, async (t) => {
    const { root: programs, ran } = spies(t, { evil: "", chosen: "", go: `exec '${go}' "$@"` });
    const root = folder(t, MODULE);
    mkdirSync(join(root, ".vscode"));
    writeFileSync(join(root, ".vscode/settings.json"), JSON.stringify({ [setting]: value(join(programs, "evil")) }));
    const options = {
      folder: root,
      extensions,
      path: [programs, ...(onPath ? [bin(t)] : [])].join(":"),
      environ: { CHOSEN_PYTHON: join(programs, "chosen") }, // as if an environment in the folder had made it choose that
      user: { "security.workspace.trust.startupPrompt": "never" },
      trust: false,
    };
    await inWorkbench(options, `trust ${setting}`, async (wb) => {
      await wb.open("app.go", 8, 30);
      await until("a server runs without go", () => wb.processes("--no-go").length === 1);
      await wb.follow("clock.go");
      await wb.shot(`restricted ${setting}`);
      await wb.command("Linkname: Check Workspace"); // VS Code asks before it runs a task
      await wb.page.locator(".monaco-dialog-box .monaco-button", { hasText: "Cancel" }).click();
      assert.deepEqual(ran(), []);

      const button = wb.page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first();
      await wb.page.getByText("Manage", { exact: true }).first().click();
      await button.click();
      await until("its setting counts", () => ran().includes("evil"));
      assert.equal(wb.processes("--no-go").length, 0);
    });
  });
}
