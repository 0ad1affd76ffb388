import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { RoomLine } from "../../frontend/js/models/room_line.js";
import { FarEnd } from "./kit.js";

const HOUSE = { room: "engawa", origin: "http://localhost:8000", place: () => ({ epoch: "e1", since: 4 }), token: () => "t", isUrgent: () => isUrgent };
let isUrgent = false;
const WELCOME = { type: "welcome", seq: 4, events: [] };

beforeEach(() => {
  FarEnd.all = [];
  isUrgent = false;
  globalThis.WebSocket = FarEnd;
});

function begin(t) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  t.mock.method(Math, "random", () => 1);
  const told = [];
  const tell = (name) => (value) => told.push(value === undefined ? name : `${name} ${value.code ?? value.type ?? value}`);
  const line = new RoomLine(HOUSE, { frame: tell("frame"), open: tell("open"), lost: tell("lost"), offline: tell("offline"), ended: tell("ended") });
  line.open();
  return { line, told, tick: (ms) => t.mock.timers.tick(ms) };
}

test("a line says where the reader stands", (t) => {
  begin(t);
  assert.equal(FarEnd.last.address, "ws://localhost:8000/rooms/engawa/live?epoch=e1&since=4");
  assert.equal(FarEnd.last.protocol, "ibasho.v1");
});

test("it is open with its first frame, and the frame comes before the words that wait", (t) => {
  const { line, told } = begin(t);
  assert.equal(line.isOpen, false);
  FarEnd.last.says(WELCOME);
  assert.equal(line.isOpen, true);
  assert.deepEqual(told, ["offline false", "frame welcome", "open"]);
});

test("offline is said after five seconds and not before", (t) => {
  const { told, tick } = begin(t);
  FarEnd.last.says(WELCOME);
  told.length = 0;
  FarEnd.last.ends(1006);
  tick(4_999);
  assert.deepEqual(told, ["lost"]);
  tick(1);
  assert.deepEqual(told, ["lost", "offline true"]);
});

test("a line that is back within five seconds was never offline", (t) => {
  const { told, tick } = begin(t);
  FarEnd.last.says(WELCOME);
  FarEnd.last.ends(1006);
  tick(1_000);
  assert.equal(FarEnd.all.length, 2);
  FarEnd.last.says(WELCOME);
  tick(60_000 - 20_000);
  assert.equal(told.includes("offline true"), false);
});

test("a restart is answered within its seconds", (t) => {
  const { tick } = begin(t);
  FarEnd.last.says(WELCOME);
  FarEnd.last.ends(1012, "3");
  tick(2_999);
  assert.equal(FarEnd.all.length, 1);
  tick(1);
  assert.equal(FarEnd.all.length, 2);
});

test("a silent line is taken for lost", (t) => {
  const { told, tick } = begin(t);
  FarEnd.last.says(WELCOME);
  tick(44_000);
  FarEnd.last.says({ type: "beat", seq: 4 });
  tick(44_999);
  assert.equal(told.includes("lost"), false);
  tick(1);
  assert.equal(told.includes("lost"), true);
});

test("a line that ended elsewhere waits until its page is looked at", (t) => {
  const { line, tick } = begin(t);
  FarEnd.last.says(WELCOME);
  FarEnd.last.ends(1000, "elsewhere");
  line.restart();
  tick(600_000);
  assert.equal(FarEnd.all.length, 1);
  line.lookedAt();
  assert.equal(FarEnd.all.length, 2);
});

for (const code of [4401, 4403, 4404]) {
  test(`${code} ends the line for good`, (t) => {
    const { line, told, tick } = begin(t);
    FarEnd.last.says(WELCOME);
    FarEnd.last.ends(code);
    line.lookedAt();
    line.restart();
    tick(600_000);
    assert.equal(FarEnd.all.length, 1);
    assert.equal(told.at(-1), `ended ${code}`);
  });
}

test("a network that is back is used at once", (t) => {
  const { line } = begin(t);
  FarEnd.last.ends(1006);
  line.restart();
  assert.equal(FarEnd.all.length, 2);
});

test("an end that was already noticed is not told twice", (t) => {
  const { told } = begin(t);
  FarEnd.last.says(WELCOME);
  FarEnd.last.ends(1006);
  FarEnd.last.ends(1006);
  assert.equal(told.filter((word) => word === "lost").length, 1);
});

test("a socket that cannot open twice gives way to the poll", async (t) => {
  const asked = [];
  t.mock.method(globalThis, "fetch", async (url) => {
    asked.push(String(url));
    return new Response(JSON.stringify({ ...WELCOME, type: undefined }), { headers: { "Content-Type": "application/json" } });
  });
  const { line, told, tick } = begin(t);
  FarEnd.last.ends(1006);
  tick(1_000);
  FarEnd.last.ends(1006);
  tick(2_000);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(FarEnd.all.length, 2);
  assert.deepEqual(asked, ["/rooms/engawa/events/?epoch=e1&since=4&wait=0"]);
  assert.deepEqual(told, ["offline false", "frame welcome", "open"]);
  line.close();
});

test("a socket that only hangs gives way to the poll within six seconds", (t) => {
  const asked = [];
  t.mock.method(globalThis, "fetch", (url) => {
    asked.push(url);
    return new Promise(() => {});
  });
  const { tick } = begin(t);
  tick(5_000);
  tick(1_000);
  assert.deepEqual(asked, ["/rooms/engawa/events/?epoch=e1&since=4&wait=0"]);
  assert.equal(FarEnd.all.length, 1);
});

test("words that are written while the line is away bring the next try forward", (t) => {
  const { line, tick } = begin(t);
  for (let tries = 0; tries < 5; tries += 1) {
    FarEnd.last.says(WELCOME);
    FarEnd.last.ends(1013);
    tick(1_000);
  }
  FarEnd.last.ends(1013); // this one never opened: the wait grows
  tick(1_000);
  FarEnd.last.ends(1013);
  tick(2_000);
  FarEnd.last.ends(1013);
  tick(4_000);
  const before = FarEnd.all.length;
  FarEnd.last.ends(1013); // eight seconds
  isUrgent = true;
  line.hurry();
  tick(5_000);
  assert.equal(FarEnd.all.length, before + 1);
});

test("a house that named its time is not hurried", (t) => {
  const { line, tick } = begin(t);
  FarEnd.last.says(WELCOME);
  FarEnd.last.ends(1012, "20");
  isUrgent = true;
  line.hurry();
  tick(19_999);
  assert.equal(FarEnd.all.length, 1);
});
