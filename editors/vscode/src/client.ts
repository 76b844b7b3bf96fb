// The life of one server process and of the language client that talks to it.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { homedir } from "node:os";
import { window, workspace, type LogOutputChannel } from "vscode";
import {
  CloseAction,
  LanguageClient,
  RevealOutputChannelOn,
  type ErrorHandler,
  type LanguageClientOptions,
} from "vscode-languageclient/node";
import type { ServerCommand } from "./server";

/** How long a server may take to leave after `exit`, before it is killed. VS Code gives `deactivate` five seconds. */
const EXIT_GRACE_MS = 1000;

class Client extends LanguageClient {
  /** From the server's first answer until it is asked to stop. */
  ready = false;

  // A start that fails makes the base class show protocol internals ("Pending response rejected"), even when it failed
  // because we killed it. It still logs them; the session says it in words that help.
  override error(message: string, data?: unknown, show?: boolean | "force"): void {
    super.error(message, data, this.ready && show);
  }
}

/** What the server is told of the settings when it starts. */
function settings(): object {
  const section = workspace.getConfiguration("linkname");
  return {
    rules: section.get<unknown>("rules"),
    ldflags: section.get<unknown>("ldflags"),
    features: section.get<unknown>("features"),
    // What the server may put behind a click, since extension.ts runs it.
    commands: ["linkname.showReferences"],
  };
}

/** One start of the server: made once, started once, stopped once. A restart is a new session. */
export class ServerSession {
  private readonly client: Client;
  private process: ChildProcess | undefined;
  private stopped = false;

  constructor(
    private readonly command: ServerCommand,
    private readonly log: LogOutputChannel,
  ) {
    const options: LanguageClientOptions = {
      // Only what is on disk: the "git:" side of a diff view would show every diagnostic a second time.
      // Assembly has no language of its own in VS Code (and several in extensions), hence a pattern.
      documentSelector: [
        { scheme: "file", language: "go" },
        { scheme: "file", pattern: "**/*.s" },
      ],
      // Later changes reach the server because it registers for them.
      initializationOptions: settings(),
      // Without this, diagnostics are asked for when a file is opened, and never while it is edited.
      diagnosticPullOptions: { onChange: true, onSave: true },
      outputChannel: log,
      // A failing request belongs in the log, not in a message box while someone types.
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false, // start() reports it
      errorHandler: this.errorHandler(),
    };
    // The id is also the settings section: linkname.trace.server.
    this.client = new Client("linkname", "linkname", () => this.spawn(), options);
  }

  /** Never rejects: what went wrong has been shown and logged. */
  async start(): Promise<void> {
    try {
      await this.client.start();
    } catch {
      // Logged by the client. It can also resolve after a failure (when the server dies first), so ask it:
    }
    this.client.ready = this.client.isRunning() && !this.stopped;
    if (!this.client.ready && !this.stopped) {
      this.process?.kill();
      await this.reportFailedStart();
    }
  }

  /** Never rejects, and leaves no process behind, whatever state the server is in. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.client.ready = false;
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

  // Started here and not by the language client, which gives no handle to kill a server that hangs in `initialize`.
  private async spawn(): Promise<ChildProcess> {
    if (this.stopped) {
      throw new Error("stopped before it was started");
    }
    const { file, args } = this.command;
    this.log.info(`Starting ${[file, ...args].join(" ")}`);
    // The client's default working folder is the workspace, and `python3 -m linkname_ls` would then import a
    // linkname_ls.py that lies there: a stranger's code, trusted or not.
    const child = spawn(file, args, { cwd: homedir() });
    this.process = child;
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

  private async reportFailedStart(): Promise<void> {
    const showLog = "Show Log";
    const message = `${this.command.file} did not start as a language server. The log may say why.`;
    if ((await window.showErrorMessage(message, showLog)) === showLog) {
      this.log.show();
    }
  }

  private errorHandler(): ErrorHandler {
    let defaults: ErrorHandler | undefined;
    const handler = () => (defaults ??= this.client.createDefaultErrorHandler());
    return {
      error: (error, message, count) => handler().error(error, message, count),
      // A server that dies before its first answer is misconfigured: starting it four more times will not help.
      closed: () =>
        this.client.ready ? handler().closed() : { action: CloseAction.DoNotRestart, handled: true },
    };
  }
}
