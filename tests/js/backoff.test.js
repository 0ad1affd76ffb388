import assert from "node:assert/strict";
import { test } from "node:test";

import { afterEnd, waitMs } from "../../frontend/js/models/backoff.js";

const always = (value) => () => value;

for (const code of [4401, 4403, 4404]) {
  test(`after ${code} the line stays closed`, () => {
    assert.deepEqual(afterEnd({ code }, 0), { then: "never" });
  });
}

test("a line that ended elsewhere comes back when its page is looked at", () => {
  assert.deepEqual(afterEnd({ code: 1000, reason: "elsewhere" }, 0), { then: "when_looked_at" });
});

test("a line that was left stays closed", () => {
  assert.deepEqual(afterEnd({ code: 1000, reason: "left" }, 0), { then: "never" });
});

test("a restart names the seconds within which to come back", () => {
  assert.deepEqual(afterEnd({ code: 1012, reason: "20" }, 9, always(0.5)), { then: "again", waitMs: 10_000 });
  assert.deepEqual(afterEnd({ code: 1012, reason: "" }, 9, always(1)), { then: "again", waitMs: 5_000 });
  assert.deepEqual(afterEnd({ code: 1012, reason: "99999" }, 0, always(1)), { then: "again", waitMs: 120_000 });
});

test("too busy and broken lines wait longer and longer, at random, up to thirty seconds", () => {
  for (const code of [1006, 1013]) {
    assert.deepEqual(
      [0, 1, 2, 3, 4, 5, 9].map((tries) => afterEnd({ code }, tries, always(1)).waitMs),
      [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000],
    );
  }
  assert.equal(waitMs(5, always(0)), 0);
});

test("after a fault of our own the line does not hurry", () => {
  assert.ok(afterEnd({ code: 1008 }, 0, always(0)).waitMs >= 15_000);
});

test("while words wait and somebody looks on, no wait is longer than five seconds", () => {
  assert.equal(afterEnd({ code: 1006 }, 9, always(1), true).waitMs, 5_000);
  assert.equal(afterEnd({ code: 1012, reason: "20" }, 9, always(1), true).waitMs, 20_000);
});
