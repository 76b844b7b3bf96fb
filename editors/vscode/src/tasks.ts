// `linkname-ls check` as a task.
import * as vscode from "vscode";
import { withOptions, type ServerCommand } from "./server";

const TYPE = "linkname";

/** The definition in tasks.json; package.json describes it to the editor. */
interface Definition extends vscode.TaskDefinition {
  /** What is checked; nothing is `./...`. */
  patterns?: string[];
  /** More arguments, such as `--go all`. */
  args?: string[];
}

/** The server's command, once it has been searched; undefined if there is none. */
export type Command = () => Promise<ServerCommand | undefined>;

export class Tasks implements vscode.TaskProvider {
  constructor(private readonly command: Command) {}

  async provideTasks(): Promise<vscode.Task[]> {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const tasks = folders.flatMap((folder) => [
      this.check(folder),
      this.task({ type: TYPE, args: ["--go", "mod", "--deps"] }, folder, "check later Go releases"),
    ]);
    return (await Promise.all(tasks)).filter((task) => task !== undefined);
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const folder = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.[0];
    // VS Code wants the definition object that it handed out.
    return folder && this.task(task.definition, folder, task.name);
  }

  /** The task that checks a folder; undefined if there is no server. */
  check(folder: vscode.WorkspaceFolder): Promise<vscode.Task | undefined> {
    return this.task({ type: TYPE }, folder, "check");
  }

  private async task(definition: Definition, folder: vscode.WorkspaceFolder, name: string): Promise<vscode.Task | undefined> {
    const command = await this.command();
    if (command === undefined) {
      return undefined;
    }
    const { patterns = [], args = [] } = definition;
    const check = withOptions(command, ["check", ...args, ...patterns]);
    const execution = new vscode.ProcessExecution(check.file, [...check.args], { cwd: folder.uri.fsPath });
    // Without the problem matcher $linkname: the Problems panel has the server's findings, also of files that are not
    // open, and would have each of them twice. It is for tasks of one's own.
    const task = new vscode.Task(definition, folder, name, TYPE, execution, []);
    task.group = vscode.TaskGroup.Build;
    task.presentationOptions = { clear: true, showReuseMessage: false };
    return task;
  }
}
