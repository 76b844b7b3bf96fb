// What the server writes to stderr, by the levels of the output channel. Pure.

export type Level = "debug" | "info" | "warn" | "error";

const LEVELS: Readonly<Record<string, Level>> = {
  DEBUG: "debug",
  INFO: "info",
  WARNING: "warn",
  ERROR: "error",
  CRITICAL: "error",
};

/** Tells the level of one line after the other, and what there is to say: "INFO linkname_ls: ready". */
export class ServerLog {
  // What is no line of the log is why the server could not begin, or the traceback of the line before.
  private level: Level = "error";

  next(line: string): { readonly level: Level; readonly text: string } {
    const [, word = "", text = line] = /^([A-Z]+) (\S+: .*)$/.exec(line) ?? [];
    const level = LEVELS[word];
    this.level = level ?? this.level;
    return { level: this.level, text: level === undefined ? line : text };
  }
}
