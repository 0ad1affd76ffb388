import assert from "node:assert/strict";
import { test } from "node:test";

import { clockText, countBytes, countGraphemes, countRoughly, whenText } from "../../frontend/js/lib/text.js";

const TEXTS = { "": 0, こんばんは: 5, "か\u3099": 1, "👨‍👩‍👧‍👦": 1, "👍🏽": 1, "🇯🇵🇯🇵": 2, "a\r\nb": 3, "❤️": 1 };

for (const [text, count] of Object.entries(TEXTS)) {
  test(`${JSON.stringify(text)} has ${count} letters, with and without Intl.Segmenter`, () => {
    assert.equal(countGraphemes(text), count);
    assert.equal(countRoughly(text), count);
  });
}

test("bytes are counted as they travel", () => {
  assert.equal(countBytes("雨a"), 4);
});

const NOW = Date.parse("2026-11-22T11:00:00Z");

test("the clock is Tokyo's", () => {
  assert.equal(clockText("2026-11-22T11:02:00Z"), "20:02");
  assert.equal(clockText("2026-11-22T15:30:00Z"), "0:30");
});

test("another day is named", () => {
  assert.equal(whenText("2026-11-22T11:02:00Z", NOW), "20:02");
  assert.equal(whenText("2026-11-23T04:00:00Z", NOW), "11月23日（月） 13:00");
});
