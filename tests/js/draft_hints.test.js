import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { DraftHints, fold } from "../../frontend/js/models/draft_hints.js";

const LINES = JSON.parse(readFileSync(new URL("fold_lines.json", import.meta.url)));
const LIST = { hints: ["死にた", "消えた"], not: ["消えた気持ち", "死にたくな", "死にたくない気持ち"] };

for (const [written, folded] of LINES) {
  test(`「${written}」 reads as the house reads it`, () => assert.equal(fold(written), folded));
}

test("the line is shown once a draft, however one goes on writing", () => {
  const hints = new DraftHints(LIST);
  assert.equal(hints.shows("もう 死にた"), true);
  assert.equal(hints.shows("もう 死にたい"), false);
  assert.equal(hints.shows("もう"), false);
  assert.equal(hints.shows("もう 死にたい"), false);
});

test("an empty field begins another draft", () => {
  const hints = new DraftHints(LIST);
  hints.shows("死にたい");
  assert.equal(hints.shows(" \n"), false);
  assert.equal(hints.shows("死にたい"), true);
});

test("what is not meant shows nothing, unless something else is said beside it", () => {
  const hints = new DraftHints(LIST);
  assert.equal(hints.shows("死にたくない気持ちです"), false);
  assert.equal(hints.shows("消えた気持ち"), false);
  assert.equal(hints.shows("きょうは雨"), false);
  assert.equal(hints.shows("死にたくない。でも死にたい"), true);
});

test("phrases taken out do not join what stood beside them", () => {
  assert.equal(new DraftHints({ hints: ["しぬ"], not: ["なか"] }).shows("しなかぬ"), false);
});
