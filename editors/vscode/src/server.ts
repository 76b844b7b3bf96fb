// Which program to start as the language server. Pure (no vscode, no disk), so that every platform's rules can be
// tested on any platform.
import { posix, win32 } from "node:path";

/** What the decision depends on outside the setting itself. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  /** The PATH variable. */
  readonly path: string;
  readonly isExecutable: (file: string) => boolean;
}

export interface ServerCommand {
  /** Absolute, so that nobody downstream searches again, by other rules. */
  readonly file: string;
  readonly args: readonly string[];
}

/** A command, or what to tell the user. */
export type Resolution = { readonly command: ServerCommand } | { readonly problem: string };

const DEFAULT_NAME = "linkname-ls";

/** Decides what `linkname.command` (an unchecked settings value) means here. */
export function resolveServer(setting: unknown, where: Surroundings): Resolution {
  if (!isCommandLine(setting)) {
    return { problem: "The setting linkname.command must be a list of strings: a program, then its arguments." };
  }
  const [name = DEFAULT_NAME, ...args] = setting;
  const file = findProgram(name, where);
  if (file !== undefined) {
    return { command: { file, args } };
  }
  return {
    problem:
      setting.length === 0
        ? "linkname-ls was not found on PATH. Install it with `pipx install linkname-ls` or set linkname.command."
        : `${name} was not found. Correct linkname.command (a name on PATH or an absolute path), ` +
          "or empty it to use linkname-ls from PATH.",
  };
}

function isCommandLine(setting: unknown): setting is string[] {
  return Array.isArray(setting) && setting.every((word) => typeof word === "string") && setting[0] !== "";
}

function findProgram(name: string, where: Surroundings): string | undefined {
  const paths = where.platform === "win32" ? win32 : posix;
  if (paths.basename(name) !== name) {
    // Relative to what? Whatever folder is open, that is: files of a stranger's repository. Absolute paths only.
    return paths.isAbsolute(name) ? firstExecutable([name], where) : undefined;
  }
  const folders = where.path
    .split(paths.delimiter)
    // An empty or relative PATH entry means the current folder; the same reason.
    .filter((folder) => paths.isAbsolute(folder));
  return firstExecutable(
    folders.map((folder) => paths.join(folder, name)),
    where,
  );
}

function firstExecutable(files: readonly string[], where: Surroundings): string | undefined {
  return files.flatMap((file) => spellings(file, where.platform)).find((file) => where.isExecutable(file));
}

function spellings(file: string, platform: NodeJS.Platform): string[] {
  // Windows starts .exe files only (scripts like .cmd need a shell, whose quoting we do not want to answer for);
  // pip, pipx and uv all install commands as .exe there.
  return platform !== "win32" || /\.exe$/i.test(file) ? [file] : [`${file}.exe`];
}
