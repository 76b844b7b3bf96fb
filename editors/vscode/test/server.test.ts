import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveServer, type Surroundings } from "../src/server";

function linux(path: string, ...executables: string[]): Surroundings {
  return { platform: "linux", path, isExecutable: (file) => executables.includes(file) };
}

function windows(path: string, ...executables: string[]): Surroundings {
  return { platform: "win32", path, isExecutable: (file) => executables.includes(file) };
}

function problem(setting: unknown, where: Surroundings): string {
  const found = resolveServer(setting, where);
  assert.ok("problem" in found, `expected a problem, got ${JSON.stringify(found)}`);
  return found.problem;
}

test("an empty setting finds linkname-ls, the first on PATH", () => {
  assert.deepEqual(resolveServer([], linux("/a:/b:/c", "/b/linkname-ls", "/c/linkname-ls")), {
    command: { file: "/b/linkname-ls", args: [] },
  });
});

test("a missing linkname-ls says how to install it", () => {
  assert.equal(
    problem([], linux("/a:/b")),
    "linkname-ls was not found on PATH. Install it with `pipx install linkname-ls` or set linkname.command.",
  );
});

test("a configured name is searched on PATH and keeps its arguments", () => {
  assert.deepEqual(resolveServer(["python3", "-m", "linkname_ls"], linux("/usr/bin", "/usr/bin/python3")), {
    command: { file: "/usr/bin/python3", args: ["-m", "linkname_ls"] },
  });
});

test("a configured absolute path is taken as it is", () => {
  assert.deepEqual(resolveServer(["/opt/venv/bin/linkname-ls"], linux("", "/opt/venv/bin/linkname-ls")), {
    command: { file: "/opt/venv/bin/linkname-ls", args: [] },
  });
});

test("a configured program that is missing is named, and nothing else is started instead", () => {
  assert.match(problem(["/opt/gone"], linux("/b", "/b/linkname-ls")), /^\/opt\/gone was not found\. Correct linkname/);
});

test("relative paths are never looked up in the current folder", () => {
  const anything: Surroundings = { platform: "linux", path: ":.:bin", isExecutable: () => true };
  assert.match(problem([], anything), /not found on PATH/);
  assert.match(problem(["./linkname-ls"], anything), /absolute path/);
  assert.match(problem(["venv/bin/linkname-ls"], anything), /absolute path/);
});

test("a setting of the wrong shape is explained, not started", () => {
  for (const setting of [undefined, null, "linkname-ls", [""], ["linkname-ls", 1], {}]) {
    assert.match(problem(setting, linux("/b", "/b/linkname-ls")), /must be a list of strings/);
  }
});

test("Windows: .exe is implied, .cmd is not enough", () => {
  const exe = "C:\\Tools\\linkname-ls.exe";
  assert.deepEqual(resolveServer([], windows("C:\\Windows;C:\\Tools", exe)), { command: { file: exe, args: [] } });
  assert.deepEqual(resolveServer(["C:\\Tools\\linkname-ls"], windows("", exe)), { command: { file: exe, args: [] } });
  assert.match(problem([], windows("C:\\Tools", "C:\\Tools\\linkname-ls.cmd")), /not found on PATH/);
  assert.match(problem([".\\linkname-ls"], windows("C:\\Tools", exe)), /absolute path/);
});
