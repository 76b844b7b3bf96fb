// The one server of this window: started, started again when it ends, stopped.
import * as vscode from "vscode";
import { Backoff } from "./backoff";
import { ServerSession } from "./client";
import type { Resolution } from "./server";
import type { Status } from "./status";

export type State =
  | { readonly kind: "starting" }
  /** Without a status until the server has told. */
  | { readonly kind: "ready"; readonly status?: Status }
  | { readonly kind: "waiting"; readonly reason: string }
  | { readonly kind: "stopped"; readonly reason: string };

/** A resolution that is a problem is shown by whoever resolves. */
export type Resolve = () => Promise<Resolution>;

export class Supervisor implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<State>();
  /** Tells of every new state. */
  readonly onChange = this.changed.event;
  private session: ServerSession | undefined;
  private backoff = new Backoff();
  private timer: NodeJS.Timeout | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  /** Counts starts and stops: what an older start has to tell no longer counts. */
  private generation = 0;

  constructor(
    private readonly log: vscode.LogOutputChannel,
    private readonly resolve: Resolve,
  ) {}

  /** Stops the server if there is one, and starts it anew, as if for the first time. */
  restart(): Promise<void> {
    this.backoff = new Backoff();
    this.generation++;
    return this.begin();
  }

  /** Stops the server; nothing is left of it. */
  stop(): Promise<void> {
    this.generation++; // so that a start that is still searching gives up
    return this.inTurn(() => this.end());
  }

  /** Waits for the starts and stops that have been asked for: a command may be what has woken the extension up. */
  async settled(): Promise<void> {
    await this.queue.catch(() => undefined);
  }

  /** Has the server execute one of its commands. Rejects, in words, when it does not. */
  async execute<T>(command: string, ...args: unknown[]): Promise<T> {
    await this.settled();
    if (this.session === undefined) {
      throw new Error("the server is not running");
    }
    return this.session.execute<T>(command, ...args);
  }

  dispose(): void {
    void this.stop();
    this.changed.dispose();
  }

  private begin(): Promise<void> {
    return this.inTurn(async () => {
      await this.end();
      const generation = ++this.generation;
      this.changed.fire({ kind: "starting" });
      const found = await this.resolve();
      if (generation !== this.generation) {
        return;
      }
      if ("problem" in found) {
        this.log.error(found.problem);
        this.changed.fire({ kind: "stopped", reason: found.problem });
        return;
      }
      const session = new ServerSession(found.command, this.log, {
        status: (status) => {
          if (generation === this.generation) {
            this.changed.fire({ kind: "ready", status });
          }
        },
        ended: (reason, livedMs, ready) => {
          if (generation === this.generation) {
            this.ended(found.command.file, reason, livedMs, ready);
          }
        },
      });
      this.session = session;
      // Not awaited, so that a server that never answers can still be restarted.
      void session.start();
    });
  }

  private async end(): Promise<void> {
    clearTimeout(this.timer);
    this.generation++;
    const session = this.session;
    this.session = undefined;
    await session?.stop();
  }

  private ended(file: string, reason: string, livedMs: number, ready: boolean): void {
    this.session = undefined;
    // A server that dies before its first answer is misconfigured: starting it four more times will not help.
    const delay = ready ? this.backoff.next(livedMs) : undefined;
    if (delay !== undefined) {
      this.log.warn(`The server is gone: ${reason}. It is started again in ${String(delay / 1000)} s.`);
      this.changed.fire({ kind: "waiting", reason });
      this.timer = setTimeout(() => void this.begin(), delay);
      return;
    }
    const message = ready
      ? `The linkname server keeps ending: ${reason}.`
      : `${file} did not start as a language server: ${reason}.`;
    this.log.error(message);
    this.changed.fire({ kind: "stopped", reason: message });
    void this.report(message);
  }

  private async report(message: string): Promise<void> {
    const showLog = "Show Log";
    const restart = "Restart";
    const answer = await vscode.window.showErrorMessage(message, showLog, restart);
    if (answer === showLog) {
      this.log.show();
    } else if (answer === restart) {
      await this.restart();
    }
  }

  /** Runs one at a time, in order: two quick restarts must not leave two servers. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.queue.then(work, work);
    this.queue = done;
    return done;
  }
}
