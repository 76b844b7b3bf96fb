import assert from "node:assert/strict";
import { test } from "node:test";
import { framed } from "../src/graphpage";

const PAGE =
  "<html><head><style>:root { color-scheme: light dark; } @media (prefers-color-scheme: dark) {}</style></head>" +
  "<body><script>x()</script></body></html>";

test("the page has the colours of the editor's theme", () => {
  assert.match(framed(PAGE, true, "n"), /color-scheme: dark;.*@media all \{\}/);
  assert.match(framed(PAGE, false, "n"), /color-scheme: light;.*@media not all \{\}/);
});

test("only the page's own script runs, and nothing is loaded", () => {
  const page = framed(PAGE, true, "abc");
  assert.match(page, /<head>\s*<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
  assert.match(page, /script-src 'nonce-abc'">/);
  assert.match(page, /<script nonce="abc">x\(\)<\/script>/);
});
