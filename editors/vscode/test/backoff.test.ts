import assert from "node:assert/strict";
import { test } from "node:test";
import { Backoff } from "../src/backoff";

test("each start after an end waits twice as long, and the sixth end is the last", () => {
  const backoff = new Backoff();
  const delays = [1, 2, 3, 4, 5, 6, 7].map(() => backoff.next(100));
  assert.deepEqual(delays, [1000, 2000, 4000, 8000, 16000, undefined, undefined]);
});

test("a server that has lived for a while counts as well again", () => {
  const backoff = new Backoff();
  backoff.next(100);
  backoff.next(100);
  assert.equal(backoff.next(3 * 60_000), 1000);
  assert.equal(backoff.next(100), 2000);
});
