import assert from "node:assert/strict";
import { test } from "node:test";
import { findProgram, findPrograms } from "../src/programs";
import { linux, windows } from "./surroundings";

test("a name is searched on PATH, and all of its places are known in order", () => {
  const where = linux("/a:/b:/c:/b", "/b/tool", "/c/tool");
  assert.equal(findProgram("tool", where), "/b/tool");
  assert.deepEqual(findPrograms("tool", where), ["/b/tool", "/c/tool"]);
  assert.equal(findProgram("other", where), undefined);
});

test("an absolute path is taken as it is", () => {
  assert.equal(findProgram("/opt/tool", linux("", "/opt/tool")), "/opt/tool");
});

test("relative paths are never looked up in the current folder", () => {
  const anything = { ...linux(":.:bin"), isExecutable: () => true };
  for (const name of ["tool", "./tool", "bin/tool"]) {
    assert.equal(findProgram(name, anything), undefined);
  }
});

test("Windows: .exe is implied, .cmd is not enough", () => {
  const exe = "C:\\Tools\\tool.exe";
  assert.equal(findProgram("tool", windows("C:\\Windows;C:\\Tools", exe)), exe);
  assert.equal(findProgram("C:\\Tools\\tool", windows("", exe)), exe);
  assert.equal(findProgram("tool", windows("C:\\Tools", "C:\\Tools\\tool.cmd")), undefined);
  assert.equal(findProgram(".\\tool", windows("C:\\Tools", exe)), undefined);
});
