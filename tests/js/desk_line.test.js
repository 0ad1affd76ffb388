import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeskLine } from "../../frontend/js/models/desk_line.js";
import { FarEnd } from "./kit.js";

const DESK = { type: "desk", version: "v1", alerts: [] };

beforeEach(() => {
  FarEnd.all = [];
  globalThis.WebSocket = FarEnd;
});

function begin(t, { comes = true } = {}) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.mock.method(Math, "random", () => 1);
  const told = [];
  const asked = [];
  const on = { desk: ({ version }) => told.push(version), lost: (isLost) => told.push(`lost ${isLost}`), ended: ({ code }) => told.push(`ended ${code}`) };
  const line = new DeskLine({ origin: "https://house.example", ask: async () => asked.push(Date.now()) && comes }, on);
  line.open();
  const tick = async (ms) => {
    for (let left = ms; left > 0; left -= 1_000) {
      t.mock.timers.tick(Math.min(left, 1_000));
      await null;
      await null;
    }
  };
  return { line, told, asked, tick };
}

test("it goes to the desk of this house", (t) => {
  begin(t);
  assert.equal(FarEnd.last.address, "wss://house.example/desk/live");
  assert.equal(FarEnd.last.protocol, "ibasho.v1");
});

test("it says that somebody is here at once, and every twenty seconds", async (t) => {
  const { tick } = begin(t);
  FarEnd.last.says(DESK);
  for (let round = 0; round < 3; round += 1) {
    await tick(20_000);
    FarEnd.last.says(DESK);
  }
  assert.deepEqual(FarEnd.last.sent, Array(4).fill({ type: "here" }));
});

test("what the house says comes on, and no page is asked for", async (t) => {
  const { told, asked, tick } = begin(t);
  FarEnd.last.says(DESK);
  FarEnd.last.says({ ...DESK, version: "v2" });
  FarEnd.last.says({ type: "refused", code: "malformed" });
  await tick(30_000);
  assert.deepEqual(told, ["lost false", "v1", "v2"]);
  assert.deepEqual(asked, []);
});

test("where no socket opens the page is asked for every twenty seconds, and nothing is said to be lost", async (t) => {
  const { told, asked, tick } = begin(t);
  globalThis.WebSocket = class extends FarEnd {
    constructor(...to) {
      super(...to);
      setTimeout(() => this.ends(1006));
    }
  };
  FarEnd.last.ends(1006);
  await tick(130_000);
  assert.ok(asked.length >= 6 && asked.length <= 8, `${asked.length}`);
  assert.ok(!told.includes("lost true"));
});

test("a house that answers by no way is said to be lost after a minute, and not before", async (t) => {
  const { told, tick } = begin(t, { comes: false });
  FarEnd.last.says(DESK);
  FarEnd.last.ends(1006);
  await tick(59_000);
  assert.ok(!told.includes("lost true"));
  await tick(2_000);
  assert.equal(told.at(-1), "lost true");
});

test("it says so no longer when the line is back", async (t) => {
  const { told, line, tick } = begin(t, { comes: false });
  FarEnd.last.ends(1006);
  await tick(70_000);
  line.lookedAt();
  FarEnd.last.says(DESK);
  await tick(20_000);
  assert.deepEqual(told, ["lost true", "lost false", "v1"]);
});

test("a line that goes silent is given up and opened again", async (t) => {
  const { tick } = begin(t);
  FarEnd.last.says(DESK);
  await tick(47_000);
  assert.equal(FarEnd.all.length, 2);
});

for (const code of [4401, 4404]) {
  test(`a line that ends with ${code} is never opened again`, async (t) => {
    const { told, asked, tick } = begin(t);
    FarEnd.last.says(DESK);
    FarEnd.last.ends(code);
    await tick(120_000);
    assert.equal(FarEnd.all.length, 1);
    assert.deepEqual(asked, []);
    assert.equal(told.at(-1), `ended ${code}`);
  });
}

test("a line that was never let in ends nothing: the page itself is asked, and it is not tried again", async (t) => {
  const { told, asked, tick } = begin(t);
  FarEnd.last.ends(4401);
  await tick(45_000);
  assert.equal(FarEnd.all.length, 1);
  assert.equal(asked.length, 3);
  assert.deepEqual(told, ["lost false", "lost false", "lost false"]);
});

test("after a restart it comes back within the time it was told", async (t) => {
  const { tick } = begin(t);
  FarEnd.last.says(DESK);
  FarEnd.last.ends(1012, "1");
  await tick(1_001);
  assert.equal(FarEnd.all.length, 2);
});

test("a page that goes takes its line and its clocks with it", async (t) => {
  const { line, told, asked, tick } = begin(t);
  line.close();
  await tick(120_000);
  assert.deepEqual([told, asked, FarEnd.all.length], [[], [], 1]);
});
