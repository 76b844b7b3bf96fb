import assert from "node:assert/strict";
import { test } from "node:test";
import { resolveServer, withOptions, withUserCommands, type Problem, type Surroundings } from "../src/server";
import { GOOD, linux, OLD, windows, withPythons } from "./surroundings";

const BUNDLED = { folder: "/extension/bundled", cache: undefined };

function resolve(where: Surroundings, command: unknown = [], interpreter: unknown = "") {
  return resolveServer({ command, interpreter }, where);
}

async function problem(where: Surroundings, command?: unknown, interpreter?: unknown): Promise<Problem> {
  const found = await resolve(where, command, interpreter);
  assert.ok("problem" in found, `expected a problem, got ${JSON.stringify(found)}`);
  return found;
}

test("an empty setting finds linkname-ls, the first on PATH", async () => {
  assert.deepEqual(await resolve(linux("/a:/b:/c", "/b/linkname-ls", "/c/linkname-ls")), {
    command: { file: "/b/linkname-ls", args: [] },
  });
});

test("linkname-ls on PATH goes before the copy, and no Python is tried", async () => {
  const where = { ...linux("/b", "/b/linkname-ls", "/b/python3"), run: () => assert.fail("tried"), bundled: BUNDLED };
  assert.deepEqual(await resolve(where), { command: { file: "/b/linkname-ls", args: [] } });
});

test("a configured name is searched on PATH and keeps its arguments", async () => {
  assert.deepEqual(await resolve(linux("/usr/bin", "/usr/bin/python3"), ["python3", "-m", "linkname_ls"]), {
    command: { file: "/usr/bin/python3", args: ["-m", "linkname_ls"] },
  });
});

test("a configured program that is missing is named, and nothing else is started instead", async () => {
  const where = { ...withPythons(linux("/b", "/b/linkname-ls"), { "/b/python3": GOOD }), bundled: BUNDLED };
  const { problem: words, remedies } = await problem(where, ["/opt/gone"]);
  assert.match(words, /^\/opt\/gone was not found\. Correct linkname\.command .*absolute path/);
  assert.deepEqual(remedies, [{ title: "Open Setting", setting: "linkname.command" }]);
});

test("a setting of the wrong shape is explained, not started", async () => {
  for (const setting of [null, "linkname-ls", [""], ["linkname-ls", 1], {}]) {
    assert.match((await problem(linux("/b", "/b/linkname-ls"), setting)).problem, /must be a list of strings/);
  }
});

test("without linkname-ls, the copy is run by the Python that was found, apart from the user's packages", async () => {
  const where = { ...withPythons(linux("/b"), { "/b/python3": GOOD }), bundled: BUNDLED };
  assert.deepEqual(await resolve(where), {
    command: { file: "/b/python3", args: ["-E", "-s", "/extension/bundled"] },
  });
});

test("a copy that cannot be written to has its compiled modules elsewhere", async () => {
  const bundled = { folder: "C:\\ext\\bundled", cache: "C:\\storage\\pycache" };
  const where = { ...withPythons(windows("C:\\"), { "C:\\py.exe -3": GOOD }), bundled };
  assert.deepEqual(await resolve(where), {
    command: {
      file: "C:\\py.exe",
      args: ["-3", "-E", "-s", "-X", "pycache_prefix=C:\\storage\\pycache", "C:\\ext\\bundled"],
    },
  });
});

test("an interpreter that is set and cannot be used is the problem, and leads to its setting", async () => {
  const where = { ...withPythons(linux("/b"), { "/b/python3": GOOD, "/old": OLD }), bundled: BUNDLED };
  const { problem: words, remedies } = await problem(where, [], "/old");
  assert.match(words, /^The Python of the setting linkname\.interpreter cannot be used: \/old is Python 3\.9\.6/);
  assert.deepEqual(remedies, [{ title: "Open Setting", setting: "linkname.interpreter" }]);
});

test("no Python for the copy: what can be installed is offered", async () => {
  const where = { ...withPythons(linux("/b", "/b/uv", "/b/pipx"), { "/b/python3": OLD }), bundled: BUNDLED };
  const { problem: words, remedies } = await problem(where);
  assert.match(words, /^No Python that can run linkname-ls was found: it needs CPython 3\.10 or newer/);
  assert.deepEqual(remedies, [
    { title: "Install with uv", install: { file: "/b/uv", args: ["tool", "install", "linkname-ls"] } },
    { title: "Get Python", page: "https://www.python.org/downloads/" },
    { title: "Open Setting", setting: "linkname.interpreter" },
  ]);
  const bare = await problem({ ...linux("/b"), bundled: BUNDLED });
  assert.deepEqual(
    bare.remedies.map((remedy) => remedy.title),
    ["Get Python", "Open Setting"],
  );
});

test("no copy: how to install linkname-ls is said and offered, with what is there", async () => {
  const { problem: words, remedies } = await problem(linux("/b", "/b/pipx"));
  assert.match(words, /^linkname-ls was not found on PATH, and this build of the extension carries no copy of it\./);
  assert.deepEqual(remedies, [
    { title: "Install with pipx", install: { file: "/b/pipx", args: ["install", "linkname-ls"] } },
    { title: "Open Setting", setting: "linkname.command" },
  ]);
  assert.deepEqual(
    (await problem(linux("/b", "/b/python3"))).remedies.map((remedy) => remedy.title),
    ["Get uv", "Open Setting"],
  );
});

test("what was not taken on the way is noted", async () => {
  const notes: string[] = [];
  const where = { ...withPythons(linux("/b"), { "/b/python3": OLD, "/b/python": GOOD }), bundled: BUNDLED };
  await resolve({ ...where, note: (line) => notes.push(line) });
  assert.deepEqual(notes, [
    "linkname-ls is not on PATH (/b)",
    "/b/python3 is Python 3.9.6, and 3.10 or newer is needed",
  ]);
});

test("where uv and pipx put commands is searched after PATH", () => {
  assert.equal(withUserCommands("/usr/bin:/bin", "/home/u", "linux"), "/usr/bin:/bin:/home/u/.local/bin");
  assert.equal(withUserCommands("", "/home/u", "darwin"), "/home/u/.local/bin");
  assert.equal(withUserCommands("C:\\W", "C:\\Users\\u", "win32"), "C:\\W;C:\\Users\\u\\.local\\bin");
});

test("options of the server come before the arguments of gopls", () => {
  const command = { file: "/b/linkname-ls", args: ["--with", "gopls", "--", "-rpc.trace"] };
  assert.deepEqual(withOptions(command, ["--no-go"]).args, ["--with", "gopls", "--no-go", "--", "-rpc.trace"]);
  assert.deepEqual(withOptions({ ...command, args: [] }, ["--no-go"]).args, ["--no-go"]);
});
