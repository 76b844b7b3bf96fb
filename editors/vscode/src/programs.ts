// Where programs are. Pure (no vscode, no disk), so that every platform's rules can be tested on any platform.
import { posix, win32 } from "node:path";

/** What the search depends on. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** The PATH variable. */
  readonly path: string;
  readonly isExecutable: (file: string) => boolean;
}

/** Finds the program that a name on PATH or an absolute path means; the answer is absolute. */
export function findProgram(name: string, where: Machine): string | undefined {
  return findPrograms(name, where)[0];
}

/** Finds all of that name, in the order of PATH. */
export function findPrograms(name: string, where: Machine): string[] {
  const paths = where.platform === "win32" ? win32 : posix;
  const files =
    paths.basename(name) === name
      ? where.path
          .split(paths.delimiter)
          // An empty or relative PATH entry means the current folder: that of a stranger's repository, maybe.
          .filter((folder) => paths.isAbsolute(folder))
          .map((folder) => paths.join(folder, name))
      : // Relative to what? The same reason. Absolute paths only.
        [name].filter((file) => paths.isAbsolute(file));
  return [...new Set(files.flatMap((file) => spellings(file, where.platform)))].filter(where.isExecutable);
}

function spellings(file: string, platform: NodeJS.Platform): string[] {
  // Windows starts .exe files only (scripts like .cmd need a shell, whose quoting we do not want to answer for);
  // pip, pipx and uv all install commands as .exe there.
  return platform !== "win32" || /\.exe$/i.test(file) ? [file] : [`${file}.exe`];
}
