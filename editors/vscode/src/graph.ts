// The link graph in a tab of its own.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { framed } from "./graphpage";
import type { Supervisor } from "./supervisor";

interface Graph {
  readonly title: string;
  readonly html: string;
}

/** Shows who links to whom. There is one tab: asked again, it shows what is so by then. */
export class GraphView implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private graph: Graph | undefined;
  private readonly themes: vscode.Disposable;

  constructor(private readonly server: Supervisor) {
    this.themes = vscode.window.onDidChangeActiveColorTheme(() => {
      this.draw();
    });
  }

  dispose(): void {
    this.themes.dispose();
    this.panel?.dispose();
  }

  async show(): Promise<void> {
    const graph = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: "Linkname: drawing the link graph" },
      () => this.server.execute<Graph | null>("linkname.graph"),
    );
    if (graph === null) {
      void vscode.window.showInformationMessage("There is no link graph without a folder: open one.");
      return;
    }
    this.graph = graph;
    if (this.panel === undefined) {
      this.panel = vscode.window.createWebviewPanel("linkname.graph", graph.title, vscode.ViewColumn.Active, {
        enableScripts: true, // the filter
        localResourceRoots: [], // the page brings all it needs
        retainContextWhenHidden: true,
      });
      this.panel.onDidDispose(() => (this.panel = undefined));
    }
    this.panel.title = graph.title;
    this.draw();
    this.panel.reveal();
  }

  private draw(): void {
    if (this.panel !== undefined && this.graph !== undefined) {
      const { kind } = vscode.window.activeColorTheme;
      const dark = kind === vscode.ColorThemeKind.Dark || kind === vscode.ColorThemeKind.HighContrast;
      this.panel.webview.html = framed(this.graph.html, dark, randomBytes(16).toString("base64"));
    }
  }
}
