// Entry point: what makes up the extension, and when the server is started anew.
import * as vscode from "vscode";
import { gopls } from "./client";
import { registerCommands } from "./commands";
import { GraphView } from "./graph";
import { offerHelp } from "./help";
import { Pages } from "./pages";
import { resolveServer, withOptions, type ServerCommand } from "./server";
import { statusItem } from "./statusitem";
import { Supervisor, type Resolve } from "./supervisor";
import { surroundings } from "./surroundings";
import { Tasks } from "./tasks";

let supervisor: Supervisor | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("linkname", { log: true });
  let command: ServerCommand | undefined;
  const resolve: Resolve = async () => {
    command = undefined;
    const section = vscode.workspace.getConfiguration("linkname");
    const settings = { command: section.get<unknown>("command"), interpreter: section.get<unknown>("interpreter") };
    const found = await resolveServer(settings, surroundings(context, log));
    if ("problem" in found) {
      void offerHelp(found, () => server.restart());
      return found;
    }
    command = found.command;
    // What go finds in a workspace decides what it does: in one that is not trusted it is not run.
    const more = vscode.workspace.isTrusted ? [] : ["--no-go"];
    if (log.logLevel === vscode.LogLevel.Debug || log.logLevel === vscode.LogLevel.Trace) {
      more.push("--log-level", "info");
    }
    return { command: withOptions(command, more) };
  };
  const server = new Supervisor(log, resolve);
  supervisor = server;
  let beside = JSON.stringify(gopls());
  const followGopls = () => {
    const now = JSON.stringify(gopls());
    if (now !== beside) {
      beside = now;
      void server.restart();
    }
  };
  const pages = new Pages(server);
  const graph = new GraphView(server);
  const tasks = new Tasks(async () => {
    await server.settled();
    return command;
  });
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
      if (change.affectsConfiguration("linkname.command") || change.affectsConfiguration("linkname.interpreter")) {
        void server.restart();
      }
      followGopls();
    }),
    // The Go extension may be installed later than this one, or leave.
    vscode.extensions.onDidChange(followGopls),
    log.onDidChangeLogLevel(() => server.restart()),
    // Until then the go command was not run.
    vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()),
  );
  // Not awaited: the extension is active (its commands work) even while the server takes its time.
  void server.restart();
}

export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}
