import assert from "node:assert/strict";
import { test } from "node:test";

import { DeskAlerts } from "../../frontend/js/models/desk_alerts.js";
import { newTab, Shelf } from "./kit.js";

const NOTE = { id: "note-1", level: "life", text: "命が心配なメモが、届いています。" };
const ROOM = { id: "room-1", level: "soon", text: "「縁側の部屋」が、見守り役を待って休けいしています。" };

test("an alert is told once, a life before anything else", () => {
  const alerts = new DeskAlerts(newTab());
  assert.deepEqual(alerts.fresh([ROOM, NOTE]), [NOTE, ROOM]);
  assert.deepEqual(alerts.fresh([ROOM, NOTE]), []);
});

test("the next page of the same tab does not tell it again", () => {
  const shelf = new Shelf();
  new DeskAlerts(newTab(shelf)).fresh([ROOM]);
  assert.deepEqual(new DeskAlerts(newTab(shelf)).fresh([ROOM, NOTE]), [NOTE]);
});

test("what ended and comes again is told again", () => {
  const alerts = new DeskAlerts(newTab());
  alerts.fresh([ROOM]);
  alerts.fresh([]);
  assert.deepEqual(alerts.fresh([ROOM]), [ROOM]);
});
