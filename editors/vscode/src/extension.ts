// Entry point: the commands, the settings and the one server session of this window.
import { accessSync, constants, statSync } from "node:fs";
import * as vscode from "vscode";
import type * as lsp from "vscode-languageclient";
import { ServerSession } from "./client";
import { resolveServer, type Surroundings } from "./server";

let session: ServerSession | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("linkname", { log: true });
  const restart = serialized(() => restartServer(log));
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("linkname.restart", restart),
    vscode.commands.registerCommand("linkname.showReferences", showReferences),
    // Also fires when a workspace becomes trusted and its own linkname.command starts to count.
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("linkname.command")) {
        void restart();
      }
    }),
  );
  // Not awaited: the extension is active (its commands work) even while the server takes its time.
  void restart();
}

export async function deactivate(): Promise<void> {
  await session?.stop();
}

/** What a click on a code lens does: the places it counts, in the editor's own list. Arguments as the server has them. */
async function showReferences(uri: string, position: lsp.Position, locations: lsp.Location[]): Promise<void> {
  const at = ({ line, character }: lsp.Position) => new vscode.Position(line, character);
  const places = locations.map(
    (one) => new vscode.Location(vscode.Uri.parse(one.uri), new vscode.Range(at(one.range.start), at(one.range.end))),
  );
  await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), at(position), places);
}

async function restartServer(log: vscode.LogOutputChannel): Promise<void> {
  await session?.stop();
  session = undefined;
  const setting = vscode.workspace.getConfiguration("linkname").get<unknown>("command");
  const found = resolveServer(setting, surroundings());
  if ("problem" in found) {
    log.error(found.problem);
    void offerSetting(found.problem);
    return;
  }
  session = new ServerSession(found.command, log);
  // Not awaited, so that a server that never answers can still be restarted.
  void session.start();
}

async function offerSetting(problem: string): Promise<void> {
  const open = "Open Setting";
  if ((await vscode.window.showErrorMessage(problem, open)) === open) {
    // In a remote window the user settings do not list a setting of the machine; the remote's own settings do.
    const where = vscode.env.remoteName === undefined ? "openSettings" : "openRemoteSettings";
    await vscode.commands.executeCommand(`workbench.action.${where}`, { query: "linkname.command" });
  }
}

function surroundings(): Surroundings {
  return { platform: process.platform, path: process.env["PATH"] ?? "", isExecutable };
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Runs one call at a time, in order: two quick restarts must not leave two servers. */
function serialized(action: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(action, action));
}
