// What changes while the server runs: settings, folders, and the server itself. None of it needs a reload.
import { strict as assert } from "node:assert";
import process from "node:process";
import * as vscode from "vscode";
import { ask, askAt, file, find, findings, servers, set, show, spot, type Tests } from "./support";

export const living: Tests = {
  async "a rule is switched off and on by its setting, in the same server"() {
    const before = servers();
    assert.equal(before.length, 1);
    await show("app/clock/clock.go");
    await ask("the finding", () => findings("app/clock/clock.go"));
    await set("linkname.rules", { "missing-unsafe-import": "off" });
    await ask("it goes", () => findings("app/clock/clock.go").length === 0);
    await set("linkname.rules", undefined);
    await ask("it comes back", () => findings("app/clock/clock.go"));
    assert.deepEqual(servers(), before);
  },

  async "a feature is switched off and on by its setting, in the same server"() {
    const before = servers();
    const lenses = () =>
      vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", file("app/clock/clock.go"));
    await ask("the lens", lenses);
    await set("linkname.features", { codeLens: false });
    await ask("it goes", lenses, (found) => found.length === 0);
    await set("linkname.features", undefined);
    await ask("it comes back", lenses);
    assert.deepEqual(servers(), before);
  },

  async "every folder has its own links, from one server"() {
    await show("lib/lib.go");
    await ask("its finding", () => findings("lib/lib.go"));
    assert.deepEqual(findings("lib/lib.go"), ["3 missing-unsafe-import"]);
    assert.equal(servers().length, 1);
  },

  async "a folder that is added is known, and one that is removed is forgotten"() {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const uri = vscode.Uri.file(process.env["THIRD"] ?? "");
    const target = vscode.Uri.joinPath(uri, "third.go");
    const found = () =>
      vscode.commands.executeCommand<vscode.SymbolInformation[]>("vscode.executeWorkspaceSymbolProvider", "procUnpin");
    const before = servers();
    vscode.workspace.updateWorkspaceFolders(folders.length, 0, { uri, name: "third" });
    const isFound = (all: vscode.SymbolInformation[]) => all.some((one) => one.location.uri.path === target.path);
    await ask("its links are found", found, isFound);
    vscode.workspace.updateWorkspaceFolders(folders.length, 1);
    await ask("and are not any more", found, (all) => !isFound(all));
    assert.deepEqual(servers(), before);
  },

  async "a server that is killed again and again comes back, and answers"() {
    const place = await find("app/app.go", "clock.ticks");
    for (const signal of ["SIGKILL", "SIGTERM"] as const) {
      const [first] = servers();
      process.kill(first ?? 0, signal);
      await ask("another one", servers, (now) => now.length === 1 && now[0] !== first);
      const found = await askAt<vscode.Location[]>("vscode.executeDefinitionProvider", "app/app.go", place);
      assert.deepEqual(found.map(spot), ["clock/clock.go:4"]);
    }
  },

  async "a restart by command leaves one server, a new one"() {
    const [first] = servers();
    await Promise.all([1, 2, 3].map(() => vscode.commands.executeCommand("linkname.restart")));
    const now = await ask("one server", servers, (all) => all.length === 1);
    assert.notEqual(now[0], first);
  },
};
