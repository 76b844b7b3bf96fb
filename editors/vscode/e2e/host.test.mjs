// The tests in host/, inside the extension host of a workspace with two folders; each is told here by its name.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { MODULE, bin, folder } from "./fixture.mjs";
import { openWorkbench } from "./workbench.mjs";

const { HOST_TESTS, PYTHON } = process.env;

const UNSAFE_IS_MISSING = "package lib\n\n//go:linkname Answer\nfunc Answer() int { return 42 }\n";

test("in the extension host", async (t) => {
  const own = {
    version: "2.0.0",
    tasks: [
      {
        label: "check with go 1.27",
        type: "process",
        command: PYTHON,
        args: ["-m", "linkname_ls", "check"],
        problemMatcher: "$linkname",
      },
      { label: "check clock only", type: "linkname", patterns: ["./clock"] },
      {
        label: "check clock, all forgiven",
        type: "linkname",
        patterns: ["./clock"],
        args: ["--severity", "missing-unsafe-import=off"],
      },
    ],
  };
  const root = folder(t, {
    ...Object.fromEntries(Object.entries(MODULE).map(([name, text]) => [`app/${name}`, text])),
    "app/.vscode/tasks.json": JSON.stringify(own),
    "app/never/opened.go": UNSAFE_IS_MISSING.replace("lib", "never"),
    "app/sum.go": "package app\n\nfunc sum(a, b int) int\n",
    "app/sum_amd64.s": "TEXT ·sum(SB), 4, $0-24\n\tRET\n",
    "lib/go.mod": "module example.com/lib\n\ngo 1.24\n",
    "lib/lib.go": UNSAFE_IS_MISSING,
    "third/go.mod": "module example.com/third\n\ngo 1.24\n",
    "third/third.go": 'package third\n\nimport _ "unsafe"\n\n//go:linkname unpin runtime.procUnpin\nfunc unpin()\n',
    "all.code-workspace": JSON.stringify({ folders: [{ path: "app" }, { path: "lib" }] }),
  });
  const results = join(root, "results.json");
  const options = {
    workspace: join(root, "all.code-workspace"),
    path: bin(t),
    tests: HOST_TESTS,
    environ: { RESULTS: results, THIRD: join(root, "third") },
  };
  const wb = await openWorkbench(options);
  let logs = "";
  try {
    await wb.keeping("in the extension host", () => wb.tested());
  } finally {
    logs = wb.logs();
    assert.deepEqual(await wb.close(), [], "no process is left behind");
  }
  await t.test("each start after an end waits longer, and the log says why it ended", () => {
    assert.match(logs, /The server is gone: it was ended by SIGKILL\. It is started again in 1 s\./);
    assert.match(logs, /The server is gone: it was ended by SIGTERM\. It is started again in 2 s\./);
  });
  for (const { name, failure } of JSON.parse(readFileSync(results, "utf8"))) {
    await t.test(name, () => {
      if (failure !== undefined) {
        throw new Error(`${failure}\n${logs}`);
      }
    });
  }
});
