// The item in the status bar's braces that says what the server knows.
import * as vscode from "vscode";
import { SELECTOR } from "./client";
import { shown } from "./status";
import type { State } from "./supervisor";

const SEVERITIES = {
  information: vscode.LanguageStatusSeverity.Information,
  warning: vscode.LanguageStatusSeverity.Warning,
  error: vscode.LanguageStatusSeverity.Error,
};

/** Makes the item, and keeps it true. */
export function statusItem(changes: vscode.Event<State>): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem("linkname.status", SELECTOR);
  item.name = "linkname";
  item.command = { command: "linkname.showStatus", title: "Show Status" };
  const show = (state: State) => {
    const { text, detail, level, busy } = shown(state);
    Object.assign(item, { text, detail, busy, severity: SEVERITIES[level] });
  };
  show({ kind: "starting" });
  return vscode.Disposable.from(item, changes(show));
}
