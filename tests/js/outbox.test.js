import assert from "node:assert/strict";
import { test } from "node:test";

import { Outbox } from "../../frontend/js/models/outbox.js";
import { newTab, Shelf } from "./kit.js";

const MINUTE_MS = 60_000;
const WORDS = { verb: "post", text: "雨の音がします", cover: "", tone: "" };

function begin(t) {
  t.mock.timers.enable({ apis: ["Date"], now: 1_000_000 });
  t.mock.method(Math, "random", () => 0);
  const shelf = new Shelf();
  return { shelf, outbox: new Outbox("engawa", newTab(shelf)) };
}

test("an id is a random lower-case UUID v4", (t) => {
  const { outbox } = begin(t);
  assert.match(outbox.add(WORDS).id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("words stay until the house names their id", (t) => {
  const { outbox } = begin(t);
  const entry = outbox.add(WORDS);
  outbox.sent(outbox.next());
  assert.equal(outbox.answered({ type: "posted", id: "another" }), null);
  assert.equal(outbox.entries.length, 1);
  assert.equal(outbox.answered({ type: "posted", id: entry.id, seq: 3 }).then, "sent");
  assert.equal(outbox.entries.length, 0);
});

test("a lost line sends the same words with the same id again", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  assert.equal(outbox.next(), null);
  outbox.lineLost();
  assert.equal(outbox.next().id, id);
});

test("a reload keeps words and id", (t) => {
  const { outbox, shelf } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  const after = new Outbox("engawa", newTab(shelf));
  assert.equal(after.next().id, id);
  assert.equal(after.next().text, WORDS.text);
});

test("another room knows nothing of them", (t) => {
  const { outbox, shelf } = begin(t);
  outbox.add(WORDS);
  assert.equal(new Outbox("chanoma", newTab(shelf)).next(), null);
});

test("one goes out at a time, in the order written", (t) => {
  const { outbox } = begin(t);
  const first = outbox.add(WORDS);
  const second = outbox.add({ ...WORDS, text: "弱くなりました" });
  outbox.sent(outbox.next());
  assert.equal(outbox.next(), null);
  outbox.answered({ type: "posted", id: first.id });
  assert.equal(outbox.next().id, second.id);
});

for (const code of ["busy", "too_fast", "pace"]) {
  test(`${code} is tried again after the wait that was asked for`, (t) => {
    const { outbox } = begin(t);
    const { id } = outbox.add(WORDS);
    outbox.sent(outbox.next());
    assert.equal(outbox.answered({ type: "refused", id, code, retry_after: 7 }).then, "wait");
    assert.equal(outbox.next(), null);
    assert.equal(outbox.waitMs(), 7_000);
    t.mock.timers.setTime(1_007_000);
    assert.equal(outbox.next().id, id);
  });
}

test("words whose time comes between two looks at the clock go out all the same", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_000_000 });
  t.mock.method(Math, "random", () => 0);
  const outbox = new Outbox("engawa", newTab());
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  outbox.answered({ type: "refused", id, code: "too_fast", retry_after: 3 });
  t.mock.timers.setTime(1_002_999);
  assert.equal(outbox.next(), null);
  t.mock.timers.setTime(1_003_000);
  let gone = null;
  outbox.wakeWhenDue(() => (gone = outbox.next()));
  t.mock.timers.tick(1);
  assert.equal(gone?.id, id);
});

test("nobody is woken for what is on its way", (t) => {
  t.mock.timers.enable({ apis: ["Date", "setTimeout"], now: 1_000_000 });
  const outbox = new Outbox("engawa", newTab());
  outbox.add(WORDS);
  outbox.add(WORDS);
  outbox.sent(outbox.next());
  outbox.wakeWhenDue(() => assert.fail("its answer goes on"));
  t.mock.timers.tick(MINUTE_MS);
});

test("a wait of more than a minute gives the words back", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  const answer = outbox.answered({ type: "refused", id, code: "pace", retry_after: 61 });
  assert.equal(answer.then, "back");
  assert.equal(answer.entry.text, WORDS.text);
  assert.equal(outbox.entries.length, 0);
});

test("busy without a time is tried at growing distances", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  const waits = [1, 2, 3].map(() => {
    t.mock.timers.tick(outbox.waitMs());
    outbox.sent(outbox.next());
    outbox.answered({ type: "refused", id, code: "busy" });
    return outbox.waitMs();
  });
  assert.deepEqual(waits, [4_000, 8_000, 16_000]);
});

for (const code of ["too_long", "room_closed", "resting", "rules_changed", "edit_late", "malformed"]) {
  test(`${code} gives the words back to the composer`, (t) => {
    const { outbox } = begin(t);
    const { id } = outbox.add(WORDS);
    outbox.sent(outbox.next());
    assert.equal(outbox.answered({ type: "refused", id, code }).then, "back");
    assert.equal(outbox.entries.length, 0);
  });
}

test("asked gives the words back, held takes them", (t) => {
  const { outbox } = begin(t);
  const first = outbox.add(WORDS);
  assert.equal(outbox.answered({ type: "asked", id: first.id }).then, "back");
  const second = outbox.add(WORDS);
  assert.equal(outbox.answered({ type: "held", id: second.id }).then, "sent");
});

test("an id that was used for other words is replaced", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  assert.equal(outbox.answered({ type: "refused", id, code: "id_reused" }).then, "wait");
  assert.notEqual(outbox.next().id, id);
  assert.equal(outbox.next().text, WORDS.text);
});

test("a withdrawal does not wait behind slow words", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  outbox.answered({ type: "refused", id, code: "pace", retry_after: 30 });
  outbox.add({ verb: "withdraw", message: "m1" });
  assert.equal(outbox.next().verb, "withdraw");
});

test("words with a delay can be undone until they go", (t) => {
  const { outbox } = begin(t);
  const entry = outbox.add(WORDS, { delayMs: 5_000 });
  assert.equal(outbox.next(), null);
  assert.equal(outbox.waitMs(), 5_000);
  assert.equal(outbox.takeBack(entry.id).text, WORDS.text);
  const other = outbox.add(WORDS, { delayMs: 5_000 });
  t.mock.timers.tick(5_000);
  outbox.sent(outbox.next());
  assert.equal(outbox.takeBack(other.id), null);
});

test("after ten minutes words are not sent without asking", (t) => {
  const { outbox } = begin(t);
  outbox.add(WORDS);
  outbox.sent(outbox.next());
  outbox.lineLost();
  t.mock.timers.tick(10 * MINUTE_MS);
  assert.deepEqual(outbox.takeStale(), []);
  t.mock.timers.tick(1);
  assert.deepEqual(outbox.takeStale().map(({ text }) => text), [WORDS.text]);
  assert.equal(outbox.next(), null);
});

test("words of an ended session are not sent into the next one", (t) => {
  const { outbox } = begin(t);
  outbox.add(WORDS, { closesAt: new Date(1_000_000 + MINUTE_MS).toISOString() });
  t.mock.timers.tick(2 * MINUTE_MS);
  assert.deepEqual(outbox.takeStale(), []);
  t.mock.timers.tick(1);
  assert.equal(outbox.takeStale().length, 1);
});

test("words that were refused and wait can be had back", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  assert.equal(outbox.takeBack(id), null); // the house may have them by now
  outbox.answered({ type: "refused", id, code: "too_fast", retry_after: 20 });
  assert.equal(outbox.takeBack(id).text, WORDS.text);
  assert.deepEqual(outbox.entries, []);
});

test("words whose answer was lost cannot be had back: others may have read them", (t) => {
  const { outbox, shelf } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.sent(outbox.next());
  outbox.lineLost();
  assert.equal(outbox.takeBack(id), null);
  assert.equal(new Outbox("engawa", newTab(shelf)).takeBack(id), null);
});

test("all words are seen to wait as soon as one of them does", (t) => {
  const { outbox } = begin(t);
  const { id } = outbox.add(WORDS);
  outbox.add({ ...WORDS, text: "弱くなりました" });
  outbox.add({ verb: "withdraw", message: "m1" });
  outbox.sent(outbox.next());
  assert.deepEqual(outbox.waiting(false), []);
  assert.equal(outbox.waiting(true).length, 2);
  outbox.answered({ type: "refused", id, code: "too_fast", retry_after: 20 });
  assert.deepEqual(outbox.waiting(false).map(({ text }) => text), [WORDS.text, "弱くなりました"]);
});

test("words that were asked about go out again under the same id, with what was chosen", (t) => {
  const { outbox } = begin(t);
  const first = outbox.add({ verb: "post", text: "番号" });
  outbox.sent(first);
  const { entry, then } = outbox.answered({ type: "asked", id: first.id });
  assert.equal(then, "back");
  assert.deepEqual(outbox.entries, []);
  const again = outbox.add({ verb: "post", id: entry.id, text: entry.text, choice: "without" });
  assert.equal(again.id, first.id);
  outbox.sent(outbox.next());
  assert.equal(outbox.answered({ type: "held", id: first.id }).then, "sent");
  assert.deepEqual(outbox.entries, []);
});
