// Which program to start as the language server. Pure (no vscode, no disk), so that every platform's rules can be
// tested on any platform.
import { posix, win32 } from "node:path";
import { findProgram } from "./programs";
import { findInterpreter, type PythonSurroundings } from "./python";

/** Of the settings, unchecked: what the decision starts from. */
export interface Settings {
  /** `linkname.command` */
  readonly command: unknown;
  /** `linkname.interpreter` */
  readonly interpreter: unknown;
}

/** What the decision depends on outside the settings. */
export interface Surroundings extends PythonSurroundings {
  /** The copy of the server that this extension carries, undefined in the universal build. */
  readonly bundled: Bundled | undefined;
}

export interface Bundled {
  readonly folder: string;
  /** Where compiled modules go; undefined if the folder itself takes them. */
  readonly cache: string | undefined;
}

export interface ServerCommand {
  /** Absolute, so that nobody downstream searches again, by other rules. */
  readonly file: string;
  readonly args: readonly string[];
}

/** What a click can do about a problem: run an installer, open a page, or open a setting. */
export type Remedy = { readonly title: string } & (
  | { readonly install: ServerCommand }
  | { readonly page: string }
  | { readonly setting: string }
);

/** What to tell the user, and what to offer. */
export interface Problem {
  readonly problem: string;
  readonly remedies: readonly Remedy[];
}

/** A command, or why there is none. */
export type Resolution = { readonly command: ServerCommand } | Problem;

const DEFAULT_NAME = "linkname-ls";

/** Decides what to start: `linkname.command`, else linkname-ls on PATH, else the copy, else nothing. */
export async function resolveServer(settings: Settings, where: Surroundings): Promise<Resolution> {
  const { command } = settings;
  if (!isCommandLine(command)) {
    return wrong("command", "The setting linkname.command must be a list of strings: a program, then its arguments.");
  }
  const [name, ...args] = command;
  if (name !== undefined) {
    // What was chosen and does not work is not replaced by something that was not chosen.
    return configured(name, args, where);
  }
  const installed = findProgram(DEFAULT_NAME, where);
  if (installed !== undefined) {
    return { command: { file: installed, args: [] } };
  }
  where.note(`${DEFAULT_NAME} is not on PATH (${where.path})`);
  return where.bundled === undefined ? notInstalled(where) : copied(settings.interpreter, where.bundled, where);
}

function isCommandLine(setting: unknown): setting is string[] {
  return Array.isArray(setting) && setting.every((word) => typeof word === "string") && setting[0] !== "";
}

function configured(name: string, args: readonly string[], where: Surroundings): Resolution {
  const file = findProgram(name, where);
  return file !== undefined
    ? { command: { file, args } }
    : wrong(
        "command",
        `${name} was not found. Correct linkname.command (a name on PATH or an absolute path), ` +
          "or empty it to have the server searched.",
      );
}

async function copied(setting: unknown, { folder, cache }: Bundled, where: Surroundings): Promise<Resolution> {
  const search = await findInterpreter(setting, folder, where);
  if ("interpreter" in search) {
    const { file, args } = search.interpreter;
    const options = cache === undefined ? [] : ["-X", `pycache_prefix=${cache}`];
    // -E, -s: no PYTHONPATH and no package of the user goes before the standard library or beside the copy.
    return { command: { file, args: [...args, "-E", "-s", ...options, folder] } };
  }
  return search.problem === undefined ? noPython(where) : wrong("interpreter", search.problem);
}

function notInstalled(where: Surroundings): Problem {
  return {
    problem:
      "linkname-ls was not found on PATH, and this build of the extension carries no copy of it. " +
      'Install it ("uv tool install linkname-ls" or "pipx install linkname-ls") or set linkname.command.',
    remedies: [
      installer(where) ?? { title: "Get uv", page: "https://docs.astral.sh/uv/getting-started/installation/" },
      openSetting("command"),
    ],
  };
}

function noPython(where: Surroundings): Problem {
  const install = installer(where);
  return {
    problem:
      "No Python that can run linkname-ls was found: it needs CPython 3.10 or newer. The log says what was tried. " +
      'Install Python, or linkname-ls itself ("uv tool install linkname-ls"), or set linkname.interpreter.',
    remedies: [
      ...(install === undefined ? [] : [install]),
      { title: "Get Python", page: "https://www.python.org/downloads/" },
      openSetting("interpreter"),
    ],
  };
}

function installer(where: Surroundings): Remedy | undefined {
  // uv first, since it gets a Python, too, if there is none.
  const uv = findProgram("uv", where);
  if (uv !== undefined) {
    return { title: "Install with uv", install: { file: uv, args: ["tool", "install", DEFAULT_NAME] } };
  }
  const pipx = findProgram("pipx", where);
  return pipx === undefined
    ? undefined
    : { title: "Install with pipx", install: { file: pipx, args: ["install", DEFAULT_NAME] } };
}

function wrong(setting: string, problem: string): Problem {
  return { problem, remedies: [openSetting(setting)] };
}

function openSetting(name: string): Remedy {
  return { title: "Open Setting", setting: `linkname.${name}` };
}

/** Where uv and pipx put commands, which a window that was not started from a shell may not have on its PATH. */
export function withUserCommands(path: string, home: string, platform: NodeJS.Platform): string {
  const paths = platform === "win32" ? win32 : posix;
  return [path, paths.join(home, ".local", "bin")].filter((part) => part !== "").join(paths.delimiter);
}

/** A command with more options, in front of what is gopls's own in `linkname-ls --with gopls -- ...`. */
export function withOptions({ file, args }: ServerCommand, more: readonly string[]): ServerCommand {
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return { file, args: [...args.slice(0, end), ...more, ...args.slice(end)] };
}
