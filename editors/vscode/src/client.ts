// The life of one server process and of the language client that talks to it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { createInterface } from "node:readline";
import { extensions, workspace, type Disposable, type LogOutputChannel } from "vscode";
import {
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import { keepRenameInFront } from "./rename";
import type { ServerCommand } from "./server";
import { ServerLog } from "./serverlog";
import type { Status } from "./status";

/** How long a server may take to leave after `exit`, before it is killed. VS Code gives `deactivate` five seconds. */
const EXIT_GRACE_MS = 1000;

/** Only what is on disk: the "git:" side of a diff view would show every diagnostic a second time. */
export const SELECTOR = [
  { scheme: "file", language: "go" },
  // Assembly has no language of its own in VS Code (and several in extensions), hence a pattern.
  { scheme: "file", pattern: "**/*.s" },
];

/** What a session tells of itself. */
export interface Listener {
  /** What the server says of itself, again whenever it changes. */
  status(status: Status): void;
  /** It is gone, though nobody stopped it, after so many milliseconds; `ready` when it had answered before. */
  ended(reason: string, livedMs: number, ready: boolean): void;
}

class Client extends LanguageClient {
  // The base class shows protocol internals ("Pending response rejected") when a server ends. It still logs them; the
  // supervisor says it in words that help.
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** What the server is told of the settings when it starts. */
function settings(): object {
  const section = workspace.getConfiguration("linkname");
  return {
    rules: section.get<unknown>("rules"),
    ldflags: section.get<unknown>("ldflags"),
    build: section.get<unknown>("build"),
    features: section.get<unknown>("features"),
    // What the server may put behind a click, since commands.ts runs it.
    commands: ["linkname.showReferences"],
    status: true,
    gopls: gopls(),
  };
}

/** What the Go extension's gopls does that we would do too; undefined when there is none. */
export function gopls(): object | undefined {
  const go = workspace.getConfiguration("go");
  if (extensions.getExtension("golang.go") === undefined || go.get("useLanguageServer") === false) {
    return undefined;
  }
  // VS Code takes the colours of one server only. The names in this object have dots, at which get() would split them.
  const settings = workspace.getConfiguration().get<Record<string, unknown>>("gopls");
  return { semanticTokens: settings?.["ui.semanticTokens"] === true };
}

/** One start of the server: made once, started once, stopped once. A restart is a new session. */
export class ServerSession {
  private readonly client: Client;
  private process: ChildProcess | undefined;
  private started: Promise<void> | undefined;
  private startedAt = 0;
  private ready = false;
  private over = false;
  private reason = "";
  private rename: Disposable | undefined;

  constructor(
    private readonly command: ServerCommand,
    private readonly log: LogOutputChannel,
    private readonly listener: Listener,
  ) {
    const options: LanguageClientOptions = {
      documentSelector: SELECTOR,
      // Later changes reach the server because it registers for them.
      initializationOptions: settings(),
      // Without this, diagnostics are asked for when a file is opened, and never while it is edited.
      diagnosticPullOptions: { onChange: true, onSave: true },
      outputChannel: log,
      // By itself the client calls every line of the server's log an error.
      stdioOptions: {
        stdout: () => undefined,
        stderr: (input, channel) => {
          const lines = new ServerLog();
          createInterface({ input, crlfDelay: Infinity }).on("line", (line) => {
            const { level, text } = lines.next(line);
            channel[level](text);
          });
        },
      },
      // A failing request belongs in the log, not in a message box while someone types.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false, // ended() reports it
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        // The supervisor starts a new session: this one would not know when to stop.
        closed: () => {
          void this.end();
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
    // The id is also the settings section: linkname.trace.server.
    this.client = new Client("linkname", "linkname", () => this.spawn(), options);
    this.client.onNotification("linkname/status", (status: Status) => {
      if (!this.over) {
        listener.status(status);
      }
    });
  }

  /** Never rejects: what goes wrong is logged, and told to the listener. */
  start(): Promise<void> {
    this.startedAt = Date.now();
    this.started ??= this.client.start().then(
      () => {
        // It can also resolve after a failure, when the server dies first.
        this.ready = this.client.isRunning();
        if (this.ready) {
          this.rename = keepRenameInFront(this.client, SELECTOR);
        }
      },
      (error: unknown) => {
        this.reason ||= error instanceof Error ? error.message : String(error);
      },
    );
    return this.started.then(() => (this.ready ? undefined : this.end()));
  }

  /** Has the server execute one of its commands. Rejects when it refuses, and when it is gone. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T> {
    await this.started;
    if (!this.ready) {
      throw new Error("the server is not running");
    }
    return (await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: args })) as T;
  }

  /** Never rejects, and leaves no process behind, whatever state the server is in. */
  async stop(): Promise<void> {
    this.over = true;
    this.rename?.dispose();
    if (this.client.isRunning()) {
      try {
        await this.client.stop();
        await this.exited(EXIT_GRACE_MS);
      } catch (error) {
        this.log.warn(`The server did not stop when asked: ${String(error)}`);
      }
    }
    // Also ends a start() that waits for an answer to `initialize`.
    this.process?.kill();
  }

  private async end(): Promise<void> {
    if (this.over) {
      return;
    }
    this.over = true;
    this.rename?.dispose();
    const wasReady = this.ready;
    this.ready = false;
    try {
      // The pipe closes before the process is known to be gone, and how it went is the best reason there is.
      await this.exited(EXIT_GRACE_MS);
    } catch {
      this.process?.kill();
    }
    this.listener.ended(this.reason || "it closed the connection", Date.now() - this.startedAt, wasReady);
  }

  // Started here and not by the language client, which gives no handle to kill a server that hangs in `initialize`.
  private async spawn(): Promise<ChildProcess> {
    if (this.over) {
      throw new Error("stopped before it was started");
    }
    const { file, args } = this.command;
    this.log.info(`Starting ${[file, ...args].join(" ")}`);
    // The client's default working folder is the workspace, and `python3 -m linkname_ls` would then import a
    // linkname_ls.py that lies there: a stranger's code, trusted or not.
    const child = spawn(file, args, { cwd: homedir() });
    this.process = child;
    child.once("exit", (code, signal) => {
      this.reason = code === null ? `it was ended by ${signal ?? "a signal"}` : `it ended with exit code ${String(code)}`;
    });
    await once(child, "spawn"); // rejects on "error"
    child.on("error", (error) => {
      this.log.error(error);
    });
    return child;
  }

  private async exited(timeoutMs: number): Promise<void> {
    if (this.process?.exitCode === null && this.process.signalCode === null) {
      await once(this.process, "exit", { signal: AbortSignal.timeout(timeoutMs) });
    }
  }
}
