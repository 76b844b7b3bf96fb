// Entry point: what makes up the extension, and when the server is started anew.
import { accessSync, constants, statSync } from "node:fs";
import * as vscode from "vscode";
import { registerCommands } from "./commands";
import { GraphView } from "./graph";
import { Pages } from "./pages";
import { resolveServer, type Resolution, type ServerCommand, type Surroundings } from "./server";
import { statusItem } from "./statusitem";
import { Supervisor } from "./supervisor";
import { Tasks } from "./tasks";

let supervisor: Supervisor | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("linkname", { log: true });
  let command: ServerCommand | undefined;
  const server = new Supervisor(log, async () => {
    const found = await findServer();
    command = "command" in found ? found.command : undefined;
    return found;
  });
  supervisor = server;
  const pages = new Pages(server);
  const graph = new GraphView(server);
  const tasks = new Tasks(() => command);
  context.subscriptions.push(
    log,
    server,
    pages,
    graph,
    statusItem(server.onChange),
    registerCommands(server, pages, graph, tasks),
    vscode.tasks.registerTaskProvider("linkname", tasks),
    // Also fires when a workspace becomes trusted and its own settings start to count.
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (["command", "interpreter"].some((name) => change.affectsConfiguration(`linkname.${name}`))) {
        void server.restart();
      }
    }),
    // Until then the go command was not run.
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  );
  // Not awaited: the extension is active (its commands work) even while the server takes its time.
  void server.restart();
}

export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

// eslint-disable-next-line @typescript-eslint/require-await
async function findServer(): Promise<Resolution> {
  const found = resolveServer(vscode.workspace.getConfiguration("linkname").get<unknown>("command"), surroundings());
  if ("problem" in found) {
    void offerSetting(found.problem);
    return found;
  }
  const { file, args } = found.command;
  return { command: { file, args: vscode.workspace.isTrusted ? args : [...args, "--no-go"] } };
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
