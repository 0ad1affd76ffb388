import assert from "node:assert/strict";
import { test } from "node:test";

import { postState, stateSign } from "../../frontend/js/models/post_state.js";

const OPENS = "2099-11-22T11:35:00Z"; // 20:35 in Tokyo

test("an open room is told by its crowd, never by a number", () => {
  assert.deepEqual(stateSign({ state: "open", crowd: "quiet" }), { word: "しずか", look: "open" });
  assert.deepEqual(stateSign({ state: "closing", crowd: "many" }), { word: "にぎやか", look: "open" });
});

test("other states have a word of their own", () => {
  assert.deepEqual(stateSign({ state: "paused", crowd: "many" }), { word: "休けい", look: "paused" });
  assert.deepEqual(stateSign({ state: "preparing" }), { word: "準備中", look: "preparing" });
  assert.deepEqual(stateSign({ state: "closed" }), { word: "おわりました", look: "preparing" });
});

test("an open room says nothing and lets one write", () => {
  assert.deepEqual(postState({ state: "open" }, { may_post: true }), { mayPost: true, line: "" });
});

test("a closing room still lets one write", () => {
  const { mayPost, line } = postState({ state: "closing", closes_at: OPENS });
  assert.equal(mayPost, true);
  assert.match(line, /20:35に、部屋をしめます。$/);
});

for (const state of ["paused", "preparing", "closed"]) {
  test(`a ${state} room says so and when it goes on`, () => {
    const { mayPost, line } = postState({ state, opens_at: OPENS });
    assert.equal(mayPost, false);
    assert.match(line, /20:35/);
  });
}

test("a room without keepers says that one may read", () => {
  assert.match(postState({ state: "paused", why: "no_keepers" }).line, /読むことはできます/);
});

test("a resting person hears until when", () => {
  const { mayPost, line } = postState({ state: "open" }, { may_post: false, why_not: "resting", until: OPENS });
  assert.equal(mayPost, false);
  assert.match(line, /20:35から、また書けます。$/);
});

test("a reason of the room ends with the room's state", () => {
  assert.equal(postState({ state: "open" }, { may_post: false, why_not: "room_paused" }).mayPost, true);
});

test("that one only watches is said where the composer would be, and not twice", () => {
  assert.deepEqual(postState({ state: "open" }, { may_post: false, why_not: "observing" }), { mayPost: false, line: "" });
});
