import assert from "node:assert/strict";
import { test } from "node:test";

import { Announcer, digest } from "../../frontend/js/models/announcer.js";

const NAGI = { call_name: "なぎ", text: "雨の音がします" };
const OBORO = { call_name: "おぼろ", text: "去年のことです", cover: "入院していたころの話です" };
const MIDORI = { call_name: "みどり", text: "22時まで、ここにいます", keeper: true };

function begin(t, pace) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  const spoken = [];
  return { spoken, announcer: new Announcer((text) => spoken.push(text), pace) };
}

test("one message is read out", () => {
  assert.equal(digest([NAGI]), "なぎ。雨の音がします");
});

test("a name that a keeper took is not read out", () => {
  assert.equal(digest([{ text: "雨の音がします" }]), "（名前は見せていません）。雨の音がします");
});

test("several become a number", () => {
  assert.equal(digest([NAGI, OBORO, NAGI]), "新しい書き込みが3つあります");
  assert.equal(digest(Array(12).fill(NAGI)), "新しい書き込みが12件あります");
});

test("a keeper comes first and is always read out", () => {
  assert.equal(digest([NAGI, NAGI, MIDORI]), "スタッフ、みどり。22時まで、ここにいます。新しい書き込みが2つあります");
});

test("covered words are not read out", () => {
  assert.equal(digest([OBORO]), "おぼろ。おおいのある書き込みです。入院していたころの話です");
});

test("a burst is told once, and the next not before the pace allows", (t) => {
  const { announcer, spoken } = begin(t, "calm");
  announcer.hear(NAGI);
  announcer.hear(NAGI);
  t.mock.timers.tick(1_000);
  assert.deepEqual(spoken, ["新しい書き込みが2つあります"]);
  announcer.hear(NAGI);
  t.mock.timers.tick(14_999);
  assert.equal(spoken.length, 1);
  t.mock.timers.tick(1);
  assert.deepEqual(spoken.slice(1), ["なぎ。雨の音がします"]);
});

test("a listener who wants silence has it at once", (t) => {
  const { announcer, spoken } = begin(t, "soon");
  announcer.hear(NAGI);
  announcer.pace = "never";
  announcer.hear(NAGI);
  t.mock.timers.tick(600_000);
  assert.deepEqual(spoken, []);
});

test("a new pace counts for words that wait already", (t) => {
  const { announcer, spoken } = begin(t, "slow");
  announcer.hear(NAGI);
  t.mock.timers.tick(1_000);
  announcer.hear(NAGI);
  announcer.pace = "soon";
  t.mock.timers.tick(3_000);
  assert.equal(spoken.length, 2);
});

test("words that were hidden before they were told are never told", (t) => {
  const { announcer, spoken } = begin(t, "calm");
  announcer.hear({ ...NAGI, id: "a" });
  announcer.changed({ id: "a", state: "hidden" });
  t.mock.timers.tick(60_000);
  assert.deepEqual(spoken, []);
});

test("words that were told do not stay where they were said once they are hidden", (t) => {
  const { announcer, spoken } = begin(t, "calm");
  announcer.hear({ ...NAGI, id: "a" });
  t.mock.timers.tick(1_000);
  announcer.changed({ ...OBORO, id: "b", state: "hidden" });
  announcer.changed({ id: "a", state: "hidden" });
  announcer.changed({ id: "a", state: "shown", ...NAGI });
  assert.deepEqual(spoken, ["なぎ。雨の音がします", ""]);
});

test("words that were changed before they were told are told as they are now", (t) => {
  const { announcer, spoken } = begin(t, "calm");
  announcer.hear({ ...NAGI, id: "a", text: "雪の音がします" });
  announcer.changed({ ...NAGI, id: "a", state: "shown" });
  t.mock.timers.tick(1_000);
  assert.deepEqual(spoken, ["なぎ。雨の音がします"]);
});
