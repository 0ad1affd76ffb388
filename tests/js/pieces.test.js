import assert from "node:assert/strict";
import { test } from "node:test";

import { piecesOf } from "../../frontend/js/lib/pieces.js";

const shown = (text, spans) => piecesOf(text, spans).map(({ piece, isFound }) => (isFound ? `[${piece}]` : piece)).join("");

test("a text is cut where something was found", () => {
  assert.equal(shown("番号は090です", [[3, 6]]), "番号は[090]です");
  assert.equal(shown("090", [[0, 3]]), "[090]");
  assert.equal(shown("なし", []), "なし");
});

test("letters are counted as the house counts them", () => {
  assert.equal(shown("🍵🍵090", [[2, 5]]), "🍵🍵[090]");
  assert.equal(shown("か\u3099\r\n090", [[2, 5]]), "が\n[090]");
});

test("places that overlap are marked once", () => {
  assert.equal(shown("0123456789", [[4, 8], [2, 6]]), "01[2345][67]89");
});
