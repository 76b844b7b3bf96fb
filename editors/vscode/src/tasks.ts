// `linkname-ls check` as a task.
import * as vscode from "vscode";
import type { ServerCommand } from "./server";

const TYPE = "linkname";

/** The definition in tasks.json; package.json describes it to the editor. */
interface Definition extends vscode.TaskDefinition {
  /** What is checked; nothing is `./...`. */
  patterns?: string[];
  /** More arguments, such as `--go all`. */
  args?: string[];
}

/** Where the command is, once it has been found. */
export type Command = () => ServerCommand | undefined;

export class Tasks implements vscode.TaskProvider {
  constructor(private readonly command: Command) {}

  provideTasks(): vscode.Task[] {
    return (vscode.workspace.workspaceFolders ?? []).flatMap((folder) => {
      const plain = this.task({ type: TYPE }, folder, "check");
      const later = this.task({ type: TYPE, args: ["--go", "mod", "--deps"] }, folder, "check later Go releases");
      return [plain, later].filter((task) => task !== undefined);
    });
  }

  resolveTask(task: vscode.Task): vscode.Task | undefined {
    const folder = typeof task.scope === "object" ? task.scope : vscode.workspace.workspaceFolders?.[0];
    // VS Code wants the definition object that it handed out.
    return folder && this.task(task.definition, folder, task.name);
  }

  /** The task that checks a folder; undefined while no server has been found. */
  check(folder: vscode.WorkspaceFolder): vscode.Task | undefined {
    return this.task({ type: TYPE }, folder, "check");
  }

  private task(definition: Definition, folder: vscode.WorkspaceFolder, name: string): vscode.Task | undefined {
    const command = this.command();
    if (command === undefined) {
      return undefined;
    }
    const { patterns = [], args = [] } = definition;
    const execution = new vscode.ProcessExecution(command.file, [...command.args, "check", ...args, ...patterns], {
      cwd: folder.uri.fsPath,
    });
    // Without the problem matcher $linkname: the Problems panel has the server's findings, also of files that are not
    // open, and would have each of them twice. It is for tasks of one's own.
    const task = new vscode.Task(definition, folder, name, TYPE, execution, []);
    task.group = vscode.TaskGroup.Build;
    task.presentationOptions = { clear: true, showReuseMessage: false };
    return task;
  }
}
