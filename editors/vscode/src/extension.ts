// Entry point: the commands, the settings and the one server session of this window.
import * as vscode from "vscode";
import type * as lsp from "vscode-languageclient";
import { ServerSession } from "./client";
import { offerHelp } from "./help";
import { resolveServer } from "./server";
import { surroundings } from "./surroundings";

let session: ServerSession | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("linkname", { log: true });
  const restart: () => Promise<void> = serialized(() => restartServer(context, log, restart));
  context.subscriptions.push(
    log,
    vscode.commands.registerCommand("linkname.restart", restart),
    vscode.commands.registerCommand("linkname.showReferences", showReferences),
    // Also fires when a workspace becomes trusted and its own settings start to count.
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("linkname.command") || change.affectsConfiguration("linkname.interpreter")) {
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

async function restartServer(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  restart: () => Promise<void>,
): Promise<void> {
  await session?.stop();
  session = undefined;
  const section = vscode.workspace.getConfiguration("linkname");
  const settings = { command: section.get<unknown>("command"), interpreter: section.get<unknown>("interpreter") };
  const found = await resolveServer(settings, surroundings(context, log));
  if ("problem" in found) {
    log.error(found.problem);
    void offerHelp(found, restart);
    return;
  }
  session = new ServerSession(found.command, log);
  // Not awaited, so that a server that never answers can still be restarted.
  void session.start();
}

/** Runs one call at a time, in order: two quick restarts must not leave two servers. */
function serialized(action: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => (last = last.then(action, action));
}
