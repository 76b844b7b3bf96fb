// A machine that is not there, for the tests of what is decided by it.
import type { Run } from "../src/python";
import type { Surroundings } from "../src/server";

/** A Linux machine with these executables, none of them a Python that runs, and with no copy of the server. */
export function linux(path: string, ...executables: string[]): Surroundings {
  return machine("linux", path, executables);
}

export function windows(path: string, ...executables: string[]): Surroundings {
  return machine("win32", path, executables);
}

export function mac(path: string, ...executables: string[]): Surroundings {
  return machine("darwin", path, executables);
}

function machine(platform: NodeJS.Platform, path: string, executables: readonly string[]): Surroundings {
  return {
    platform,
    path,
    isExecutable: (file) => executables.includes(file),
    trusted: true,
    run: () => Promise.resolve({ failure: "could not be started (ENOENT)", stdout: "", stderr: "" }),
    activeEnvironment: () => Promise.resolve(undefined),
    note: () => undefined,
    bundled: undefined,
  };
}

/** What the trial says in a Python that can run the copy. */
export const GOOD: Run = { stdout: "cpython 3.12.1\nready\n", stderr: "" };
/** In one that is too old. */
export const OLD: Run = { stdout: "cpython 3.9.6\n", stderr: "ModuleNotFoundError: No module named 'tree_sitter'\n" };

/** Adds Pythons, by command line, and notes what was tried. */
export function withPythons(where: Surroundings, pythons: Record<string, Run>, tried: string[] = []): Surroundings {
  return {
    ...where,
    isExecutable: (file) => where.isExecutable(file) || Object.keys(pythons).some((one) => one.split(" ")[0] === file),
    run: (file, args) => {
      const command = [file, ...args.slice(0, args.indexOf("-I"))].join(" ");
      tried.push(command);
      const found = pythons[command];
      return found === undefined ? where.run(file, args) : Promise.resolve(found);
    },
  };
}
