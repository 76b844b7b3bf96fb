// Tells the user why there is no server, and does what a click asks for.
import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Problem, Remedy, ServerCommand } from "./server";

/** Shows a problem once; `restart` is called when something has been installed. Resolves when all that is done. */
export async function offerHelp({ problem, remedies }: Problem, restart: () => Promise<void>): Promise<void> {
  const title = await vscode.window.showErrorMessage(problem, ...remedies.map((remedy) => remedy.title));
  const remedy = remedies.find((one) => one.title === title);
  if (remedy !== undefined) {
    await apply(remedy, restart);
  }
}

async function apply(remedy: Remedy, restart: () => Promise<void>): Promise<void> {
  if ("page" in remedy) {
    await vscode.env.openExternal(vscode.Uri.parse(remedy.page));
  } else if ("setting" in remedy) {
    // In a remote window the user settings do not list a setting of the machine; the remote's own settings do.
    const where = vscode.env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
    await vscode.commands.executeCommand(`workbench.action.${where}`, { query: remedy.setting });
  } else if (await succeeds(remedy.title, remedy.install)) {
    await restart();
  }
}

/** Runs a program where the user sees what it says: in the terminal panel, which stays open if it fails. */
async function succeeds(title: string, { file, args }: ServerCommand): Promise<boolean> {
  const definition = { type: "linkname-install" };
  const task = new vscode.Task(
    definition,
    vscode.TaskScope.Workspace, // in a window without folders, VS Code takes it for a global one
    title,
    "linkname",
    // A process and no shell, whose quoting nobody has to answer for; not in the workspace, whose files uv reads.
    new vscode.ProcessExecution(file, [...args], { cwd: homedir() }),
  );
  const ended = new Promise<boolean>((resolve) => {
    const listener = vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.definition.type === definition.type) {
        listener.dispose();
        resolve(exitCode === 0);
      }
    });
  });
  await vscode.tasks.executeTask(task);
  return ended;
}
