// The check as a task, and what a problem matcher makes of what it prints.
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { ask, file, type Tests } from "./support";

export const tasks: Tests = {
  async "each folder has its tasks"() {
    const offered = await vscode.tasks.fetchTasks({ type: "linkname" });
    const named = offered.filter((one) => one.source === "linkname").map((one) => `${scope(one)} ${one.name}`);
    assert.deepEqual(named.sort(), [
      "app check",
      "app check later Go releases",
      "lib check",
      "lib check later Go releases",
    ]);
  },

  async "a check task of one's own says what is checked, and how"() {
    const all = await vscode.tasks.fetchTasks();
    for (const [name, code] of [["check clock only", 1], ["check clock, all forgiven", 0]] as const) {
      const own = all.find((one) => one.name === name);
      assert.ok(own, all.map((one) => one.name).join());
      assert.equal(await exitCode(own), code);
    }
  },

  async "the matcher $linkname reads what a task of one's own prints"() {
    const all = await vscode.tasks.fetchTasks();
    const own = all.find((one) => one.name === "check with go 1.27");
    assert.ok(own, all.map((one) => one.name).join());
    assert.equal(await exitCode(own), 1);
    await ask("the finding", () => matched("app/never/opened.go").length > 0);
    assert.deepEqual(matched("app/never/opened.go"), ["3:3 missing-unsafe-import Error"]);
  },
};

function scope(task: vscode.Task): string {
  return typeof task.scope === "object" ? task.scope.name : "";
}

/** What the matcher made: it knows no page of a rule, as the server does for its findings. */
function matched(name: string): string[] {
  return vscode.languages
    .getDiagnostics(file(name))
    .filter((one) => typeof one.code === "string")
    .map(
      ({ range: { start }, code, severity }) =>
        `${String(start.line + 1)}:${String(start.character + 1)} ${code as string} ${vscode.DiagnosticSeverity[severity]}`,
    );
}

async function exitCode(task: vscode.Task): Promise<number | undefined> {
  const ended = new Promise<number | undefined>((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess((one) => {
      if (one.execution.task.name === task.name) {
        listener.dispose();
        resolve(one.exitCode);
      }
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}
