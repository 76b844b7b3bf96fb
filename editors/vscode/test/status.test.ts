import assert from "node:assert/strict";
import { test } from "node:test";
import { shown, type Status } from "../src/status";

const known: Status = {
  version: "0.1.0",
  busy: false,
  worlds: [
    { release: "go1.26.8", target: "linux/amd64" },
    { release: "go1.26.8", target: "linux/amd64" },
  ],
  trees: [{ directives: 1 }, { directives: 1485 }],
  problems: [],
  text: "",
};

test("a server that knows everything tells release and links", () => {
  assert.deepEqual(shown({ kind: "ready", status: known }), {
    text: "Go 1.26.8 · 1,486 links",
    detail: "Ready, linux/amd64",
    level: "information",
    busy: false,
  });
});

test("a server that searches is busy", () => {
  const { detail, busy } = shown({ kind: "ready", status: { ...known, busy: true } });
  assert.deepEqual([detail, busy], ["Searching for links", true]);
});

test("what is wrong comes before all else", () => {
  const { detail, level } = shown({ kind: "ready", status: { ...known, worlds: [], problems: ["No Go here."] } });
  assert.deepEqual([detail, level], ["No Go here.", "warning"]);
});

test("without a folder there is one link less to tell of", () => {
  const { text, detail } = shown({ kind: "ready", status: { ...known, worlds: [], trees: [{ directives: 1 }] } });
  assert.deepEqual([text, detail], ["1 link", "Ready, no folder"]);
});

test("a server that is gone says why", () => {
  const { detail, level, busy } = shown({ kind: "waiting", reason: "it ended with exit code 1" });
  assert.deepEqual([detail, level, busy], ["Starting again: it ended with exit code 1", "warning", true]);
  assert.equal(shown({ kind: "stopped", reason: "it keeps ending" }).level, "error");
});
