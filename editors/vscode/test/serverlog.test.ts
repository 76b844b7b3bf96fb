import assert from "node:assert/strict";
import { test } from "node:test";
import { ServerLog } from "../src/serverlog";

test("a line of the server's log has its level in the channel, and what follows it the same", () => {
  const log = new ServerLog();
  const lines = ["WARNING pygls: late", "INFO linkname_ls.lsp: definition", "Traceback:", "  File", "ERROR a.b: WARNING c: d"];
  assert.deepEqual(
    lines.map((line) => log.next(line)),
    [
      { level: "warn", text: "pygls: late" },
      { level: "info", text: "linkname_ls.lsp: definition" },
      { level: "info", text: "Traceback:" },
      { level: "info", text: "  File" },
      { level: "error", text: "a.b: WARNING c: d" },
    ],
  );
});

test("what is said instead of a log is an error", () => {
  assert.deepEqual(new ServerLog().next("NOTE python: not found"), { level: "error", text: "NOTE python: not found" });
});
