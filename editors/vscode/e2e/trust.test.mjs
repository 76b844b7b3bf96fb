// A stranger's folder: nothing in it chooses what is run, and go is not run.
import assert from "node:assert/strict";
import { chmodSync, existsSync } from "node:fs";
import { join } from "node:path";
import { execFileSync } from "node:child_process";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX } = process.env;

test("in a folder that is not trusted neither its settings nor go are run, until it is", async (t) => {
  const marks = folder(t, { none: "" });
  const [evil, goRan] = [join(marks, "evil"), join(marks, "go ran")];
  const script = `#!/bin/sh\n: > '${evil}'\n`;
  const settings = { "linkname.command": ["./evil.sh"], "linkname.interpreter": "./evil.sh" };
  const root = folder(t, { ...MODULE, "evil.sh": script, ".vscode/settings.json": JSON.stringify(settings) });
  chmodSync(join(root, "evil.sh"), 0o755);
  const go = execFileSync("which", ["go"]).toString().trim();
  const spied = folder(t, { go: `#!/bin/sh\n: > '${goRan}'\nexec '${go}' "$@"\n` });
  chmodSync(join(spied, "go"), 0o755);
  const options = {
    folder: root,
    extensions: [VSIX],
    path: `${spied}:${bin(t)}`,
    user: { "security.workspace.trust.startupPrompt": "never" },
    trust: false,
  };
  await inWorkbench(options, "trust", async (wb) => {
    await wb.open("app.go", 8, 30);
    await until("a server runs without go", () => wb.processes("--no-go").length === 1);
    await until("it answers", async () => {
      await wb.page.keyboard.press("F12");
      return (await wb.tab()) === "clock.go";
    });
    await wb.shot("restricted");
    assert.deepEqual([existsSync(evil), existsSync(goRan)], [false, false]);
    const button = wb.page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).first();
    await wb.page.getByText("Manage", { exact: true }).first().click();
    await button.click();
    await until("its setting counts", () => existsSync(evil) || wb.toast("evil.sh").isVisible());
    assert.equal(wb.processes("--no-go").length, 0);
  });
});
