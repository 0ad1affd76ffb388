import assert from "node:assert/strict";
import test from "node:test";

import { cardLine } from "../../frontend/js/lib/card.js";

const links = (words) => cardLine(words).parts.filter(({ href }) => href).map(({ text, href }) => [text, href]);

test("short numbers of four figures are called whole", () => {
  assert.deepEqual(links("いま話せる窓口：救急安心センター #7119"), [["#7119", "tel:%237119"]]);
  assert.deepEqual(links("#7119か、警察の相談は#9110へ。"), [["#7119", "tel:%237119"], ["#9110", "tel:%239110"]]);
});

test("119 and 110 are links only where they stand alone", () => {
  assert.deepEqual(links("命があぶないとき：119（救急車）か110（警察）に電話してください。"), [["119", "tel:119"], ["110", "tel:110"]]);
  assert.deepEqual(links("#911、1190、0120-119-1100"), [["0120-119-1100", "tel:01201191100"]]);
});

test("a helpline is its name and its number, or its name as the link", () => {
  assert.deepEqual(cardLine("いま話せる窓口：よりそい ホットライン 0120-279-338"), {
    kind: "helpline",
    parts: [{ text: "よりそい ホットライン　" }, { text: "0120-279-338", href: "tel:0120279338" }],
  });
  assert.deepEqual(cardLine("いま話せる窓口：あなたのいばしょ https://talkme.jp/"), {
    kind: "helpline",
    parts: [{ text: "あなたのいばしょ", href: "https://talkme.jp/" }],
  });
});

test("a danger to life has its frame, and other lines are words", () => {
  assert.equal(cardLine("命があぶないとき：119").kind, "danger");
  assert.deepEqual(cardLine("書いたことで、おこられたりしません。"), { kind: "", parts: [{ text: "書いたことで、おこられたりしません。" }] });
});
