import assert from "node:assert/strict";
import { test } from "node:test";

import { Fills } from "../../frontend/js/models/sequence.js";

function begin(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.mock.method(Math, "random", () => 0.5);
  const room = { hasGap: true, asked: 0 };
  return { room, fills: new Fills(() => room.hasGap, () => (room.asked += 1)) };
}

test("a gap is asked about once, after a moment at random", (t) => {
  const { room, fills } = begin(t);
  fills.look();
  fills.look();
  t.mock.timers.tick(999);
  assert.equal(room.asked, 0);
  t.mock.timers.tick(1);
  assert.equal(room.asked, 1);
});

test("a gap that closed by itself is not asked about", (t) => {
  const { room, fills } = begin(t);
  fills.look();
  room.hasGap = false;
  t.mock.timers.tick(2_000);
  assert.equal(room.asked, 0);
});

test("nine times a minute is the most, however large the hole", (t) => {
  const { room, fills } = begin(t);
  for (let second = 0; second < 58; second += 1) {
    fills.look();
    t.mock.timers.tick(1_000);
  }
  assert.equal(room.asked, 9);
});
