import assert from "node:assert/strict";
import { test } from "node:test";

import { nextLineMs, postState, stateSign } from "../../frontend/js/models/post_state.js";

const OPENS = "2099-11-22T11:35:00Z"; // 20:35 in Tokyo
const MINUTE_MS = 60_000;

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

test("a room whose words are checked first says so", () => {
  const { mayPost, line } = postState({ state: "open", checked: true }, { may_post: true });
  assert.equal(mayPost, true);
  assert.match(line, /スタッフが見てから/);
});

test("where words wait it stands with the words alone", () => {
  const { line } = postState({ state: "open", checked: true }, { may_post: true, waiting: [{ message: "m" }] });
  assert.equal(line, "");
});

test("the promise that keepers named stands with what was done for it", () => {
  const because = "みんなが、安心していられるようにするためです（約束十二）。";
  const line = (room) => postState({ pace: 20, because, ...room }, { may_post: true }).line;
  assert.equal(line({ state: "paused", why: "by_keeper" }), `少しお休みします。書きかけの言葉は、そのまま残ります。${because}`);
  assert.equal(line({ state: "paused", why: "by_keeper", opens_at: OPENS }).endsWith(`読むことはできます。${because}`), true);
  assert.equal(line({ state: "open", checked: true }), `いまは、スタッフが見てから、書き込みが出ます。少し時間がかかります。${because}`);
  assert.equal(line({ state: "open" }), `いまは、20秒に1回、ゆっくり書く時間です。${because}`);
  assert.equal(postState({ state: "open", checked: true, because }, { waiting: [{ message: "m" }] }).line, "");
});

test("where words wait, only what is said with them goes: a pace stays, as on the page", () => {
  const because = "みんなが、安心していられるようにするためです（約束十二）。";
  const you = { may_post: true, waiting: [{ message: "m" }] };
  assert.equal(postState({ state: "open", pace: 20, because }, you).line, `いまは、20秒に1回、ゆっくり書く時間です。${because}`);
  assert.equal(postState({ state: "open", pace: 20, checked: true, because }, you).line, "");
});

test("a closing room still lets one write", () => {
  const { mayPost, line } = postState({ state: "closing", closes_at: OPENS }, {}, Date.parse(OPENS) - 14 * MINUTE_MS);
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

test("a talk in a quiet room that is over is thanked for, and nothing is said of a next time", () => {
  const { mayPost, line } = postState({ state: "closed", why: "talk_over" });
  assert.equal(mayPost, false);
  assert.match(line, /^静かな部屋を、おわりました。来てくれて、ありがとうございました。/);
});

test("a closing room says so at fifteen, five and one minutes, and once more in its last minute", () => {
  const room = { state: "closing", closes_at: OPENS };
  const said = [];
  for (let now = Date.parse(OPENS) - 15 * MINUTE_MS, ms = 0; ms !== null; now += ms) {
    said.push([(Date.parse(OPENS) - now) / MINUTE_MS, postState(room, {}, now + 1).line]);
    ms = nextLineMs(room, now);
  }
  assert.deepEqual(said.map(([minutes]) => minutes), [15, 5, 1, 0, -1]);
  assert.equal(new Set(said.map(([, line]) => line)).size, 5);
  assert.match(said[1][1], /5分以内/);
  assert.match(said[2][1], /1分以内/);
  assert.match(said[3][1], /あと1分送れます/);
});

test("a room that does not close has nothing to say later", () => {
  assert.equal(nextLineMs({ state: "open", closes_at: OPENS }), null);
  assert.equal(nextLineMs({ state: "paused" }), null);
});

test("a room without keepers says that one may read", () => {
  assert.match(postState({ state: "paused", why: "no_keepers" }).line, /スタッフがそろっていません。.*読むことはできます/);
});

test("a room that rests by a keeper's hand says until when, or nothing of a time", () => {
  assert.match(postState({ state: "paused", why: "by_keeper", opens_at: OPENS }).line, /20:35まで、お休みします。お茶でも/);
  assert.match(postState({ state: "paused", why: "by_keeper" }).line, /少しお休みします/);
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
