// The first that is asked of the extension in a window: it sleeps until then, and no server is there yet.
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import type { Tests } from "./support";

export const waking: Tests = {
  async "without a Go file it sleeps; a command and the list of tasks wake it up, and wait for the server"() {
    const extension = vscode.extensions.getExtension("linkname-ls.linkname-ls");
    assert.equal(extension?.isActive, false);
    const [tasks] = await Promise.all([
      vscode.tasks.fetchTasks({ type: "linkname" }),
      vscode.commands.executeCommand("linkname.showStatus"),
    ]);
    const offered = tasks.filter((one) => one.source === "linkname");
    assert.equal(offered.length, 4);
    assert.match(vscode.window.activeTextEditor?.document.getText() ?? "", /^linkname-ls \d/);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
  },
};
