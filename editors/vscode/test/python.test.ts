import assert from "node:assert/strict";
import { test } from "node:test";
import { findInterpreter, type PythonSurroundings, type Run } from "../src/python";
import { GOOD, linux, mac, OLD, windows, withPythons } from "./surroundings";

const COPY = "/extension/bundled";

async function found(where: PythonSurroundings, setting: unknown = ""): Promise<string | undefined> {
  const search = await findInterpreter(setting, COPY, where);
  return "interpreter" in search ? [search.interpreter.file, ...search.interpreter.args].join(" ") : search.problem;
}

/** Why the only Python of a machine was not taken. */
async function objection(run: Run): Promise<string> {
  const notes: string[] = [];
  const where = { ...withPythons(linux("/bin"), { "/bin/python3": run }), note: (line: string) => notes.push(line) };
  assert.equal(await found(where), undefined);
  assert.equal(notes.length, 1);
  return notes[0] ?? "";
}

test("the first python3 on PATH that can run the copy is taken, and none after it is tried", async () => {
  const tried: string[] = [];
  const pythons = { "/a/python3": OLD, "/b/python3": GOOD, "/c/python3": GOOD, "/a/python": GOOD };
  assert.equal(await found(withPythons(linux("/a:/b:/c"), pythons, tried)), "/b/python3");
  assert.deepEqual(tried, ["/a/python3", "/b/python3"]);
});

test("after python3 come python and names with a version", async () => {
  const where = (pythons: Record<string, Run>) => withPythons(linux("/bin"), pythons);
  assert.equal(await found(where({ "/bin/python": GOOD, "/bin/python3.12": GOOD })), "/bin/python");
  assert.equal(await found(where({ "/bin/python3": OLD, "/bin/python3.12": GOOD })), "/bin/python3.12");
});

test("Windows: py -3 comes last and keeps its argument", async () => {
  const python = "C:\\P\\python.exe";
  const where = (run: Run) => withPythons(windows("C:\\;C:\\P"), { "C:\\py.exe -3": GOOD, [python]: run });
  assert.equal(await found(where(OLD)), "C:\\py.exe -3");
  assert.equal(await found(where(GOOD)), python);
  assert.equal(await found(withPythons(linux("/bin"), { "/bin/py -3": GOOD })), undefined);
});

test("macOS: Apple's own python3 is not even tried", async () => {
  const tried: string[] = [];
  const pythons = { "/usr/bin/python3": GOOD, "/opt/homebrew/bin/python3": GOOD };
  const where = withPythons(mac("/usr/bin:/opt/homebrew/bin"), pythons, tried);
  assert.equal(await found(where), "/opt/homebrew/bin/python3");
  assert.deepEqual(tried, ["/opt/homebrew/bin/python3"]);
});

test("what the Python extension has chosen goes before PATH", async () => {
  const where = withPythons(linux("/bin"), { "/bin/python3": GOOD, "/work/.venv/bin/python": GOOD });
  const activeEnvironment = () => Promise.resolve("/work/.venv/bin/python");
  assert.equal(await found({ ...where, activeEnvironment }), "/work/.venv/bin/python");
});

test("a Python extension that sleeps is woken up only when nothing else was found", async () => {
  const asked: boolean[] = [];
  const activeEnvironment = (mayActivate: boolean) => {
    asked.push(mayActivate);
    return Promise.resolve(mayActivate ? "/work/.venv/bin/python" : undefined);
  };
  const good = { "/bin/python3": GOOD, "/work/.venv/bin/python": GOOD };
  assert.equal(await found({ ...withPythons(linux("/bin"), good), activeEnvironment }), "/bin/python3");
  assert.deepEqual(asked, [false]);
  const old = { ...good, "/bin/python3": OLD };
  assert.equal(await found({ ...withPythons(linux("/bin"), old), activeEnvironment }), "/work/.venv/bin/python");
  assert.deepEqual(asked, [false, false, true]);
});

test("in an untrusted workspace the Python extension is not asked", async () => {
  const activeEnvironment = () => assert.fail("asked");
  const where = withPythons(linux("/bin"), { "/bin/python3": OLD });
  assert.equal(await found({ ...where, trusted: false, activeEnvironment }), undefined);
});

test("linkname.interpreter goes before everything", async () => {
  const pythons = { "/bin/python3": GOOD, "/opt/py/bin/python": GOOD, "/bin/python3.13": GOOD };
  const where = withPythons(linux("/bin"), pythons);
  const asked = { ...where, activeEnvironment: () => assert.fail("asked") };
  assert.equal(await found(asked, "/opt/py/bin/python"), "/opt/py/bin/python");
  assert.equal(await found(asked, "python3.13"), "/bin/python3.13");
});

test("a linkname.interpreter that cannot be used is explained, and nothing else is tried", async () => {
  const tried: string[] = [];
  const where = withPythons(linux("/bin"), { "/bin/python3": GOOD, "/opt/python": OLD }, tried);
  assert.equal(
    await found(where, "/opt/python"),
    "The Python of the setting linkname.interpreter cannot be used: /opt/python is Python 3.9.6, and 3.10 or newer " +
      "is needed. Correct it (a name on PATH or an absolute path), or empty it to have one searched.",
  );
  assert.match((await found(where, "/opt/gone")) ?? "", /cannot be used: \/opt\/gone was not found\./);
  assert.match((await found(where, "venv/bin/python")) ?? "", /cannot be used: venv\/bin\/python was not found\./);
  assert.match((await found(where, ["python3"])) ?? "", /must be a string/);
  assert.deepEqual(tried, ["/opt/python"]);
});

test("the trial runs isolated, writes nothing, and is told where the copy is", async () => {
  let seen: readonly string[] = [];
  const run = (_: string, args: readonly string[]) => {
    seen = args;
    return Promise.resolve(GOOD);
  };
  await found({ ...linux("/bin", "/bin/python3"), run });
  assert.deepEqual([...seen.slice(0, 3), seen.at(-1)], ["-I", "-B", "-c", COPY]);
});

test("why a Python was not taken is said", async () => {
  assert.equal(await objection(OLD), "/bin/python3 is Python 3.9.6, and 3.10 or newer is needed");
  assert.equal(
    await objection({ stdout: "", stderr: "Unknown option: -I\nusage: python3 [option]\n" }),
    "/bin/python3 is not Python 3.10 or newer: Unknown option: -I",
  );
  assert.match(await objection({ stdout: "pypy 3.10.14\n", stderr: "" }), /python3 is Python 3\.10\.14 of another/);
  assert.equal(
    await objection({ stdout: "cpython 3.15.0\r\n", stderr: "Traceback:\r\n  x\r\nImportError: no _binding\r\n" }),
    "/bin/python3 is Python 3.15.0, and the copy of the server has no tree-sitter for it: ImportError: no _binding",
  );
  const late = "did not answer within 10 seconds";
  assert.equal(await objection({ failure: late, stdout: "cpython 3.12.1\n", stderr: "" }), `/bin/python3 ${late}`);
});
