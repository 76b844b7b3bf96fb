// Folders to open, and what is on PATH there.
import { mkdirSync, mkdtempSync, writeFileSync, chmodSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

const { PYTHON } = process.env;

/** Makes a folder of files for a test, and removes it afterwards. */
export function folder(t, files) {
  const root = mkdtempSync(join(tmpdir(), "linkname-e2e-"));
  t.after(() => {
    rmSync(root, { recursive: true, force: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

/** Makes a folder for PATH in which `linkname-ls` is the server of this checkout. */
export function bin(t) {
  const root = folder(t, { "linkname-ls": `#!/bin/sh\nexec '${PYTHON}' -m linkname_ls "$@"\n` });
  chmodSync(join(root, "linkname-ls"), 0o755);
  return root;
}

/** A module whose package app pulls from the Go tree and from its own package clock. */
export const MODULE = {
  "go.mod": "module example.com/app\n\ngo 1.24\n",
  "app.go": `package app

import _ "unsafe"

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname ticks example.com/app/clock.ticks
func ticks() int64

func Elapsed() int64 { return int64(procPin()) - ticks() }
`,
  "imports.go": 'package app\n\nimport _ "example.com/app/clock"\n',
  "clock/clock.go": `package clock

//go:linkname ticks
func ticks() int64 { return 42 }

func Ticks() int64 { return ticks() }
`,
  "empty.s": "",
};
