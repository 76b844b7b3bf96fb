import assert from "node:assert/strict";
import { test } from "node:test";
import grammar from "../syntaxes/linkname.injection.json";

const directive = new RegExp(grammar.patterns[0]?.match ?? "");

/** Keyword, local name and target as the grammar colours them; undefined for an ordinary comment. */
function parts(line: string): (string | undefined)[] | undefined {
  return directive.exec(line)?.slice(3);
}

test("directives are coloured", () => {
  assert.deepEqual(parts("//go:linkname now time.now"), ["go:linkname", "now", "time.now"]);
  assert.deepEqual(parts("//go:linknamestd now time.now"), ["go:linknamestd", "now", "time.now"]);
  assert.deepEqual(parts("//go:linkname mark"), ["go:linkname", "mark", undefined]);
  assert.deepEqual(parts("\t //go:linkname  f\ta.b/c.(*T).m \r"), ["go:linkname", "f", "a.b/c.(*T).m"]);
  assert.deepEqual(parts("//go:linkname f //why"), ["go:linkname", "f", "//why"]);
});

test("what the compiler takes for a comment, or rejects, is not", () => {
  for (const line of [
    "// go:linkname f a.b",
    "///go:linkname f a.b",
    "//go:LinkName f a.b",
    "//go:linknames f a.b",
    "//go:linkname\tf a.b",
    "//go:linkname",
    "//go:linkname ",
    "//go:linkname f a.b // why",
    "func f() //go:linkname f a.b",
    "/**/ //go:linkname f a.b",
  ]) {
    assert.equal(parts(line), undefined, line);
  }
});
