// The machine and the editor as server.ts asks for them.
import { execFile } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { extensions, workspace, type ExtensionContext, type LogOutputChannel, type Uri } from "vscode";
import type { Run } from "./python";
import { withUserCommands, type Bundled, type Surroundings } from "./server";

/** A virus scanner may look at all of a Python before its first start. */
const TRY_MS = 10_000;
const ASK_MS = 10_000;

/** What is used of https://github.com/microsoft/vscode-python/wiki/Python-Environment-APIs. */
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: Uri): { readonly path: string };
    resolveEnvironment(environment: object): Promise<{ readonly executable: { readonly uri?: Uri } } | undefined>;
  };
}

export function surroundings(context: ExtensionContext, log: LogOutputChannel): Surroundings {
  return {
    platform: process.platform,
    path: withUserCommands(process.env["PATH"] ?? "", homedir(), process.platform),
    isExecutable,
    trusted: workspace.isTrusted,
    run,
    activeEnvironment: async (mayActivate) => {
      try {
        return await within(ASK_MS, activeEnvironment(mayActivate));
      } catch (error) {
        log.warn(`The Python extension did not say which Python it uses: ${String(error)}`);
        return undefined;
      }
    },
    note: (line) => {
      log.info(line);
    },
    bundled: bundled(context),
  };
}

function isExecutable(file: string): boolean {
  try {
    // Windows lets links to apps of its store be seen, and not be looked at.
    return may(file, constants.X_OK) && statSync(file).isFile();
  } catch {
    return false;
  }
}

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}

function bundled(context: ExtensionContext): Bundled | undefined {
  const folder = context.asAbsolutePath("bundled");
  if (!existsSync(join(folder, "__main__.py"))) {
    return undefined;
  }
  // A cache elsewhere is the second choice: the standard library has to be compiled for it once more, and what old
  // versions leave in it stays when they go.
  const cache = may(folder, constants.W_OK) ? undefined : join(context.globalStorageUri.fsPath, "pycache");
  return { folder, cache };
}

function run(file: string, args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    // Not in the workspace, whose files Python and its launchers might heed.
    const options = { cwd: homedir(), timeout: TRY_MS, killSignal: "SIGKILL", windowsHide: true } as const;
    execFile(file, args, options, (error, stdout, stderr) => {
      const outcome = { stdout, stderr };
      if (error?.killed === true) {
        resolve({ ...outcome, failure: `did not answer within ${String(TRY_MS / 1000)} seconds` });
      } else if (typeof error?.code === "string") {
        resolve({ ...outcome, failure: `could not be started (${error.code})` });
      } else {
        resolve(outcome); // whatever its exit status: what it has said counts
      }
    });
  });
}

async function activeEnvironment(mayActivate: boolean): Promise<string | undefined> {
  const extension = extensions.getExtension<PythonApi>("ms-python.python");
  if (extension === undefined || !(extension.isActive || mayActivate)) {
    return undefined;
  }
  const { environments } = await extension.activate();
  const active = environments.getActiveEnvironmentPath(workspace.workspaceFolders?.[0]?.uri);
  // The path may be that of a folder, as conda has it.
  return (await environments.resolveEnvironment(active))?.executable.uri?.fsPath;
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${String(ms / 1000)} seconds`));
    }, ms);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
