// What the palette, lenses and menus run.
import * as vscode from "vscode";
import type * as lsp from "vscode-languageclient";
import type { GraphView } from "./graph";
import type { Pages } from "./pages";
import type { Supervisor } from "./supervisor";
import type { Tasks } from "./tasks";

/** Registers all commands of package.json, and those that only the server names. */
export function registerCommands(server: Supervisor, pages: Pages, graph: GraphView, tasks: Tasks): vscode.Disposable {
  const commands: Record<string, (...args: never[]) => Promise<void>> = {
    "linkname.restart": () => server.restart(),
    "linkname.showStatus": () => pages.showStatus(),
    "linkname.showGraph": () => graph.show(),
    "linkname.checkWorkspace": () => checkWorkspace(tasks),
    "linkname.explainRule": (name?: unknown) => pages.explainRule(name),
    "linkname.copySymbol": () => copySymbol(server),
    "linkname.showReferences": showReferences,
  };
  return vscode.Disposable.from(
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, inWords(run))),
  );
}

/** What goes wrong in a command is said as a sentence, and not as "Running the contributed command failed". */
function inWords(run: (...args: never[]) => Promise<void>): (...args: never[]) => Promise<void> {
  return async (...args) => {
    try {
      await run(...args);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      void vscode.window.showErrorMessage(`Linkname: ${why.replace(/\.?$/, ".")}`);
    }
  };
}

async function checkWorkspace(tasks: Tasks): Promise<void> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const found = (await Promise.all(folders.map((folder) => tasks.check(folder)))).filter((task) => task !== undefined);
  if (found.length === 0) {
    throw new Error(folders.length === 0 ? "there is no folder to check: open one" : "no server has been found");
  }
  await Promise.all(found.map((task) => vscode.tasks.executeTask(task)));
}

async function copySymbol(server: Supervisor): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  const symbol =
    editor &&
    (await server.execute<string | null>(
      "linkname.symbol",
      editor.document.uri.toString(),
      { line: editor.selection.active.line, character: editor.selection.active.character },
    ));
  if (!symbol) {
    throw new Error("put the cursor on a function, a method, a variable or a directive: nothing here has a link symbol");
  }
  await vscode.env.clipboard.writeText(symbol);
  vscode.window.setStatusBarMessage(`$(clippy) Copied ${symbol}`, 5000);
}

/** What a click on a code lens does: the places it counts, in the editor's own list. Arguments as the server has them. */
async function showReferences(uri: string, position: lsp.Position, locations: lsp.Location[]): Promise<void> {
  const at = ({ line, character }: lsp.Position) => new vscode.Position(line, character);
  const places = locations.map(
    (one) => new vscode.Location(vscode.Uri.parse(one.uri), new vscode.Range(at(one.range.start), at(one.range.end))),
  );
  await vscode.commands.executeCommand("editor.action.showReferences", vscode.Uri.parse(uri), at(position), places);
}
