// Which server is started: the setting's, the one on PATH, the copy in the .vsix; or what to do about there being none.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { inWorkbench, until } from "./workbench.mjs";

const { VSIX, BUNDLED_VSIX, PYTHON_VSIX, PYTHON } = process.env;

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
    await wb.toast("/nowhere/linkname-ls was not found").locator(".monaco-button").first().hover(); // has come to rest
    await wb.shot("broken setting");
    await until("no server runs", () => wb.processes("linkname_ls").length === 0);
    wb.configure({});
    await runs(wb, "-m linkname_ls");
  });
});

test("what is on PATH goes before the copy in the .vsix", async (t) => {
  const options = { folder: folder(t, MODULE), extensions: [BUNDLED_VSIX], path: bin(t) };
  await inWorkbench(options, "path", async (wb) => {
    await wb.open("app.go", 8, 30);
    await runs(wb, "-m linkname_ls");
  });
});

test("the copy in the .vsix is run by python3 when there is no server on PATH", async (t) => {
  const path = bare(t, {}, { python3: PYTHON });
  const options = { folder: folder(t, MODULE), extensions: [BUNDLED_VSIX], path, onlyPath: true };
  await inWorkbench(options, "bundled", async (wb) => {
    await wb.open("app.go", 8, 30);
    const id = await runs(wb, "/bundled");
    assert.ok(wb.isOurs(id, join(path, "python3")));
    await wb.follow("clock.go");
  });
});

test("the copy is run by the Python of the setting, before that of the Python extension", async (t) => {
  const pythons = bare(t, {}, { chosen: PYTHON, configured: PYTHON, python3: PYTHON });
  const options = {
    folder: folder(t, MODULE),
    extensions: [BUNDLED_VSIX, PYTHON_VSIX],
    path: pythons,
    onlyPath: true,
    environ: { CHOSEN_PYTHON: join(pythons, "chosen") },
  };
  await inWorkbench(options, "interpreters", async (wb) => {
    await wb.open("app.go", 8, 30);
    await runs(wb, join(pythons, "chosen"));
    wb.configure({ "linkname.interpreter": join(pythons, "configured") });
    await runs(wb, join(pythons, "configured"));
    wb.configure({ "linkname.interpreter": "/nowhere/python" });
    await wb.toast("/nowhere/python").waitFor();
    await until("no server runs", () => wb.processes("/bundled").length === 0);
  });
});

/** A PATH on which there is nothing but what VS Code and its terminals need, and what is given: scripts, and programs. */
function bare(t, scripts, programs = {}) {
  const root = folder(t, scripts);
  for (const name of Object.keys(scripts)) {
    chmodSync(join(root, name), 0o755);
  }
  for (const [name, program] of Object.entries(programs)) {
    symlinkSync(realpathSync(program), join(root, name));
  }
  for (const name of ["bash", "sh", "ps", "uname", "sed", "cat", "go"]) {
    symlinkSync(execFileSync("which", [name]).toString().trim(), join(root, name));
  }
  return root;
}

test("without any, one message says what to do", async (t) => {
  const options = { folder: folder(t, MODULE), extensions: [VSIX], path: bare(t, {}), onlyPath: true };
  await inWorkbench(options, "nothing", async (wb) => {
    await wb.open("app.go", 8, 30);
    const toast = wb.toast("linkname-ls");
    await toast.locator(".monaco-button").first().hover(); // waits until it has come to rest
    await wb.shot("no server");
    const buttons = await toast.locator(".monaco-button").allInnerTexts();
    assert.deepEqual(buttons, ["Get uv", "Open Setting"]);
    assert.equal(await wb.page.locator(".notifications-toasts .notification-list-item").count(), 1);
  });
});

test("where there is uv, a click on the message installs the server, and it runs", async (t) => {
  // Does what `uv tool install linkname-ls` does, but for this checkout's server.
  const uv = `#!/bin/sh
[ "$*" = "tool install linkname-ls" ] || exit 1
/bin/mkdir -p "$HOME/.local/bin"
printf '#!/bin/sh\\nexec ${PYTHON} -m linkname_ls "$@"\\n' > "$HOME/.local/bin/linkname-ls"
/bin/chmod +x "$HOME/.local/bin/linkname-ls"
echo "Installed 1 executable: linkname-ls"
`;
  const options = { folder: folder(t, MODULE), extensions: [VSIX], path: bare(t, { uv }), onlyPath: true };
  await inWorkbench(options, "install", async (wb) => {
    await wb.open("app.go", 8, 30);
    await wb.toast("linkname-ls").locator(".monaco-button", { hasText: "Install with uv" }).click();
    await runs(wb, "-m linkname_ls");
    await wb.shot("installed");
  });
});
