// Texts of the server as read-only documents: its status, and the pages of its rules.
import * as vscode from "vscode";
import type { Status } from "./status";
import type { Supervisor } from "./supervisor";

const SCHEME = "linkname";
const STATUS = vscode.Uri.from({ scheme: SCHEME, path: "Linkname Status.txt" });

/** Answers for documents of our scheme, and opens them. */
export class Pages implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly registered: vscode.Disposable;

  constructor(private readonly server: Supervisor) {
    this.registered = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      // An open status page follows what it tells of.
      server.onChange(() => {
        this.changed.fire(STATUS);
      }),
      this.changed,
    );
  }

  dispose(): void {
    this.registered.dispose();
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const rule = /^rules\/(.+)\.md$/.exec(uri.path)?.[1];
    try {
      if (rule !== undefined) {
        return await this.server.execute<string>("linkname.explain", rule);
      }
      return (await this.server.execute<Status>("linkname.status")).text;
    } catch (error) {
      return `There is no answer: ${error instanceof Error ? error.message : String(error)}.\n`;
    }
  }

  async showStatus(): Promise<void> {
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(STATUS), { preview: true });
  }

  /** Shows the page of a rule, asked for by name, or chosen from a list. */
  async explainRule(name?: unknown): Promise<void> {
    const rule =
      typeof name === "string"
        ? name
        : await vscode.window.showQuickPick(this.server.execute<string[]>("linkname.explain"), {
            title: "Linkname: Explain Rule",
            placeHolder: "The name that stands behind a finding",
          });
    if (rule !== undefined) {
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `rules/${rule}.md` });
      await vscode.commands.executeCommand("markdown.showPreview", uri);
    }
  }
}
