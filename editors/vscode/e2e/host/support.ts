// What the tests in the extension host share: the workspace of host.test.mjs, and how to ask VS Code.
import { strict as assert } from "node:assert";
import { readFileSync, readdirSync } from "node:fs";
import process from "node:process";
import * as vscode from "vscode";

export type Tests = Record<string, () => Promise<void>>;

/** A file of the workspace: "app/app.go" is in the folder app. */
export function file(name: string): vscode.Uri {
  const [folder = "", ...path] = name.split("/");
  const found = (vscode.workspace.workspaceFolders ?? []).find((one) => one.name === folder);
  assert.ok(found, `there is no folder ${folder}`);
  return vscode.Uri.joinPath(found.uri, ...path);
}

/** Shows a file. */
export async function show(name: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(await vscode.workspace.openTextDocument(file(name)));
}

/** Where a text begins in a file, after the first place where `after` stands. */
export async function find(name: string, text: string, after = ""): Promise<vscode.Position> {
  const document = await vscode.workspace.openTextDocument(file(name));
  const offset = document.getText().indexOf(text, document.getText().indexOf(after));
  assert.notEqual(offset, -1, `${text} is not in ${name}`);
  return document.positionAt(offset);
}

/** What a provider command of VS Code answers, once there is an answer that will do. */
export async function ask<T>(
  what: string,
  question: () => Thenable<T> | T,
  enough: (answer: T) => boolean = (answer) => (Array.isArray(answer) ? answer.length > 0 : Boolean(answer)),
): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await question();
    if (enough(answer)) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`asked in vain: ${what}; the last answer was ${JSON.stringify(answer).slice(0, 400)}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
}

/** Asks for something at a place of a file. */
export function askAt<T>(command: string, name: string, position: vscode.Position, ...more: unknown[]): Promise<T> {
  return ask(command, () => vscode.commands.executeCommand<T>(command, file(name), position, ...more));
}

/** The findings of a file, as "line rule" with the line counted from 1. */
export function findings(name: string, source = "linkname-ls"): string[] {
  return vscode.languages
    .getDiagnostics(file(name))
    .filter((one) => one.source === source)
    .map((one) => `${String(one.range.start.line + 1)} ${rule(one)}`)
    .sort();
}

function rule({ code }: vscode.Diagnostic): string {
  return String(typeof code === "object" ? code.value : code);
}

/** The last part of a place's path, and its line counted from 1. */
export function spot(place: vscode.Location | vscode.LocationLink): string {
  const [uri, range] =
    "targetUri" in place ? [place.targetUri, place.targetSelectionRange ?? place.targetRange] : [place.uri, place.range];
  return `${uri.path.split("/").slice(-2).join("/")}:${String(range.start.line + 1)}`;
}

/** The numbers of the server processes that this extension host has started. */
export function servers(): number[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((id) => {
      try {
        const parent = / (\d+) /.exec(readFileSync(`/proc/${String(id)}/stat`, "utf8").replace(/^.*\) \S/, ""))?.[1];
        return Number(parent) === process.pid && readFileSync(`/proc/${String(id)}/cmdline`, "utf8").includes("linkname_ls");
      } catch {
        return false; // gone meanwhile
      }
    });
}

/** A setting of the workspace; undefined takes it back. */
export async function set(section: string, value: unknown): Promise<void> {
  await vscode.workspace.getConfiguration().update(section, value, vscode.ConfigurationTarget.Workspace);
}
