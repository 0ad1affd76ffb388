import assert from "node:assert/strict";
import { test } from "node:test";

import { Sequence } from "../../frontend/js/models/sequence.js";
import { change, numbers } from "./kit.js";

test("the next change is shown at once", () => {
  const sequence = new Sequence("e1", 4);
  assert.deepEqual(numbers(sequence.take(change(5))), [5]);
  assert.deepEqual(sequence.place, { epoch: "e1", since: 5 });
  assert.equal(sequence.hasGap, false);
});

test("a change that was already shown is dropped", () => {
  const sequence = new Sequence("e1", 4);
  assert.deepEqual(sequence.take(change(4)), []);
  assert.deepEqual(sequence.take(change(1)), []);
  assert.equal(sequence.hasGap, false);
});

test("an early change waits for the missing one and then both are shown in order", () => {
  const sequence = new Sequence("e1", 4);
  assert.deepEqual(sequence.take(change(6)), []);
  assert.equal(sequence.hasGap, true);
  assert.deepEqual(numbers(sequence.take(change(5))), [5, 6]);
  assert.equal(sequence.hasGap, false);
});

test("a fill has gaps of its own and the outer number counts afterwards", () => {
  const sequence = new Sequence("e1", 4);
  sequence.take(change(9));
  const shown = sequence.catchUp({ seq: 9, events: [change(6), change(9)] });
  assert.deepEqual(numbers(shown), [6, 9]);
  assert.equal(sequence.place.since, 9);
  assert.equal(sequence.hasGap, false);
});

test("a fill that answers late never moves the reader back", () => {
  const sequence = new Sequence("e1", 4);
  sequence.take(change(5));
  sequence.take(change(6));
  assert.deepEqual(sequence.catchUp({ seq: 5, events: [change(5)] }), []);
  assert.equal(sequence.place.since, 6);
});

test("changes after a fill that came before it are shown with it", () => {
  const sequence = new Sequence("e1", 4);
  sequence.take(change(8));
  assert.deepEqual(numbers(sequence.catchUp({ seq: 7, events: [change(7)] })), [7, 8]);
});

test("a beat ahead is a gap", () => {
  const sequence = new Sequence("e1", 4);
  sequence.heardOf(4);
  assert.equal(sequence.hasGap, false);
  sequence.heardOf(5);
  assert.equal(sequence.hasGap, true);
});

test("while the page is loaded again live changes wait and nothing is asked by number", () => {
  const sequence = new Sequence("e1", 4);
  sequence.goAstray();
  assert.deepEqual(sequence.take(change(21)), []);
  assert.deepEqual(sequence.place, {});
  assert.equal(sequence.hasGap, false);
  assert.deepEqual(numbers(sequence.startAgain({ epoch: "e1", seq: 20 })), [21]);
  assert.deepEqual(sequence.place, { epoch: "e1", since: 21 });
});

test("a page that is older than the line leaves a gap to be filled", () => {
  const sequence = new Sequence("e1", 4);
  sequence.goAstray();
  assert.deepEqual(sequence.catchUp({ seq: 30, events: [] }), []);
  sequence.startAgain({ epoch: "e1", seq: 28 });
  assert.equal(sequence.hasGap, true);
});

test("a new epoch forgets the numbers of the old one", () => {
  const sequence = new Sequence("e1", 400);
  sequence.take(change(402));
  assert.equal(sequence.isOtherEpoch("e2"), true);
  sequence.goAstray();
  assert.deepEqual(sequence.startAgain({ epoch: "e2", seq: 12 }), []);
  assert.deepEqual(sequence.place, { epoch: "e2", since: 12 });
  assert.equal(sequence.hasGap, false);
});

test("whatever order changes arrive in, each is shown once and in order", () => {
  for (let round = 0; round < 200; round += 1) {
    const sequence = new Sequence("e1", 0);
    const arriving = Array.from({ length: 12 }, (_, index) => change(index + 1)).sort(() => Math.random() - 0.5);
    const shown = [...arriving, ...arriving].flatMap((event) => sequence.take(event));
    assert.deepEqual(numbers(shown), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  }
});
