// Which Python runs the copy of the server that this extension carries. Pure, as server.ts is.
import { findProgram, findPrograms, type Machine } from "./programs";

/** How a program that was tried has ended. */
export interface Run {
  /** Why there is no exit status: it could not be started, or took too long. */
  readonly failure?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface PythonSurroundings extends Machine {
  /** Whether the user trusts the workspace: a Python that it chooses would be run. */
  readonly trusted: boolean;
  /** Runs a program outside of the workspace, for a limited time. Never rejects. */
  readonly run: (file: string, args: readonly string[]) => Promise<Run>;
  /**
   * The interpreter that the Python extension has chosen for this workspace; undefined if it has none, is not there,
   * or would have to be activated for that and is not to be. Never rejects.
   */
  readonly activeEnvironment: (mayActivate: boolean) => Promise<string | undefined>;
  /** Keeps a line for who asks why. */
  readonly note: (line: string) => void;
}

/** A Python's command line as far as the Python itself. */
export interface Interpreter {
  readonly file: string;
  readonly args: readonly string[];
}

/** What is wrong with `linkname.interpreter`, in words, or undefined: nothing usable was found. */
export type Search = { readonly interpreter: Interpreter } | { readonly problem: string | undefined };

const OLDEST = [3, 10] as const;

// Distributions whose python3 is older (or too new for the copy) have others beside it.
const NAMES = ["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

// One line, since it has to pass through Windows's command lines; and valid in every Python 3, which shall say what it
// is even if it is too old. -I: nothing but the standard library and the folder with the copy is found.
const PROBE =
  "import sys; print(sys.implementation.name, '%d.%d.%d' % sys.version_info[:3]); sys.stdout.flush(); " +
  "sys.path.insert(0, sys.argv[1]); import tree_sitter, tree_sitter_go; print('ready')";

/** Finds the Python for the copy in the folder `bundled`; `setting` is `linkname.interpreter`, unchecked. */
export async function findInterpreter(setting: unknown, bundled: string, where: PythonSurroundings): Promise<Search> {
  if (typeof setting !== "string") {
    return { problem: "The setting linkname.interpreter must be a string: a Python's name on PATH or absolute path." };
  }
  if (setting !== "") {
    return chosen(setting, bundled, where);
  }
  const tried = new Set<string>();
  for await (const interpreter of candidates(where)) {
    const command = [interpreter.file, ...interpreter.args].join(" ");
    if (!tried.has(command)) {
      tried.add(command);
      const objection = await whyNot(interpreter, bundled, where);
      if (objection === undefined) {
        return { interpreter };
      }
      where.note(`${command} ${objection}`);
    }
  }
  return { problem: undefined };
}

async function chosen(setting: string, bundled: string, where: PythonSurroundings): Promise<Search> {
  const file = findProgram(setting, where);
  const objection =
    file === undefined ? "was not found" : await whyNot({ file, args: [] }, bundled, where);
  if (file !== undefined && objection === undefined) {
    return { interpreter: { file, args: [] } };
  }
  return {
    problem:
      `The Python of the setting linkname.interpreter cannot be used: ${file ?? setting} ${objection ?? ""}. ` +
      "Correct it (a name on PATH or an absolute path), or empty it to have one searched.",
  };
}

/** What could be a Python, best first. Each is only looked for when those before it were of no use. */
async function* candidates(where: PythonSurroundings): AsyncGenerator<Interpreter> {
  // A workspace can bring an environment and make the Python extension choose it.
  const ask = async (mayActivate: boolean) => {
    const name = where.trusted ? await where.activeEnvironment(mayActivate) : undefined;
    const file = name === undefined ? undefined : findProgram(name, where);
    return file === undefined ? [] : [{ file, args: [] }];
  };
  yield* await ask(false);
  for (const name of NAMES) {
    yield* findPrograms(name, where)
      .filter((file) => !isStandIn(file, where))
      .map((file) => ({ file, args: [] }));
  }
  const launcher = where.platform === "win32" ? findProgram("py", where) : undefined;
  if (launcher !== undefined) {
    yield { file: launcher, args: ["-3"] };
  }
  // A window with Go in it may have no other use for the Python extension, so it is not woken up before.
  yield* await ask(true);
}

function isStandIn(file: string, { platform, note }: PythonSurroundings): boolean {
  // Without Apple's developer tools it opens a dialog that wants to install them; with them, it is Python 3.9.
  const standIn = platform === "darwin" && file.startsWith("/usr/bin/");
  if (standIn) {
    note(`${file} is Apple's, and was not tried`);
  }
  return standIn;
}

/** Says why an interpreter cannot run the copy, undefined if it can. */
async function whyNot(
  { file, args }: Interpreter,
  bundled: string,
  where: PythonSurroundings,
): Promise<string | undefined> {
  // -B: nothing is written by trying.
  const { failure, stdout, stderr } = await where.run(file, [...args, "-I", "-B", "-c", PROBE, bundled]);
  if (failure !== undefined) {
    return failure;
  }
  const [, implementation, version = ""] = /^(\w+) (\d+\.\d+\.\d+)\r?$/m.exec(stdout) ?? [];
  const said = stderr.split("\n").filter((line) => line.trim() !== "");
  if (implementation === undefined) {
    return `is not Python ${OLDEST.join(".")} or newer: ${said.at(0)?.trim() ?? "no word"}`;
  }
  if (implementation !== "cpython") {
    return `is Python ${version} of another make, ${implementation}; the copy of the server is for CPython`;
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) {
    return `is Python ${version}, and ${OLDEST.join(".")} or newer is needed`;
  }
  return /^ready\r?$/m.test(stdout)
    ? undefined
    : `is Python ${version}, and the copy of the server has no tree-sitter for it: ${said.at(-1)?.trim() ?? "no word"}`;
}
