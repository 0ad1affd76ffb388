import assert from "node:assert/strict";
import { test } from "node:test";

import { Ways } from "../../frontend/js/models/backoff.js";

function fail(ways, ...tries) {
  return tries.map((way) => {
    assert.equal(ways.now, way);
    ways.failed(way);
    return ways.now;
  });
}

test("a socket that cannot open twice gives way to the poll", () => {
  assert.deepEqual(fail(new Ways(), "socket", "socket"), ["socket", "poll"]);
});

test("a socket that hangs gives way to the poll at once, unless sockets have worked here", () => {
  const ways = new Ways();
  ways.hung("socket");
  assert.equal(ways.now, "poll");
  const known = new Ways();
  known.opened("socket");
  known.hung("socket");
  assert.equal(known.now, "socket");
});

test("without a network socket and poll take turns", () => {
  assert.deepEqual(fail(new Ways(), "socket", "socket", "poll", "socket", "poll"), ["socket", "poll", "socket", "poll", "socket"]);
});

test("a socket that has worked here gets more tries", () => {
  const ways = new Ways();
  ways.opened("socket");
  assert.deepEqual(fail(ways, "socket", "socket", "socket", "socket"), ["socket", "socket", "socket", "poll"]);
  assert.ok(ways.socketAgainMs < new Ways().socketAgainMs);
});

test("a working poll tries the socket once and returns", () => {
  const ways = new Ways();
  fail(ways, "socket", "socket");
  ways.opened("poll");
  assert.equal(ways.now, "poll");
  ways.trySocket();
  assert.deepEqual(fail(ways, "socket"), ["poll"]);
});
