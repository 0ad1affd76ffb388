import assert from "node:assert/strict";
import { test } from "node:test";

import { Drafts, joinWords } from "../../frontend/js/models/outbox.js";
import { newTab, Shelf } from "./kit.js";

const WORDS = { text: "書きかけの", cover: "", tone: "listen_only" };

test("a draft survives a reload", () => {
  const shelf = new Shelf();
  new Drafts("engawa", newTab(shelf)).keep(WORDS);
  assert.deepEqual(new Drafts("engawa", newTab(shelf)).read(), WORDS);
});

test("an empty field keeps nothing", () => {
  const shelf = new Shelf();
  const drafts = new Drafts("engawa", newTab(shelf));
  drafts.keep(WORDS);
  drafts.keep({ text: "", cover: "", tone: "" });
  assert.deepEqual(Object.keys(shelf), []);
});

test("leaving a room forgets that room and no other", () => {
  const shelf = new Shelf();
  new Drafts("engawa", newTab(shelf)).keep(WORDS);
  new Drafts("chanoma", newTab(shelf)).keep(WORDS);
  newTab(shelf).wipe("engawa");
  assert.deepEqual(Object.keys(shelf), ["ibasho.draft.chanoma"]);
});

test("すぐ閉じる forgets everything and what is typed afterwards", () => {
  const shelf = new Shelf();
  const tab = newTab(shelf);
  const drafts = new Drafts("engawa", tab);
  drafts.keep(WORDS);
  tab.wipe();
  drafts.keep(WORDS);
  assert.deepEqual(Object.keys(shelf), []);
});

test("a browser without storage still works", () => {
  const drafts = new Drafts("engawa", newTab(null));
  drafts.keep(WORDS);
  assert.equal(drafts.read(), null);
});

test("words that come back stand before what was written meanwhile", () => {
  assert.deepEqual(joinWords({ text: "雨です", cover: "天気" }, { text: "つづき", cover: "", tone: "" }), {
    text: "雨です\nつづき",
    cover: "天気",
    tone: "",
  });
  assert.equal(joinWords({ text: "雨です" }, { text: "" }).text, "雨です");
});
