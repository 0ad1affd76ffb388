/** What the tests of the models share: a tab that forgets, and words by people with names. */

import { TabMemory } from "../../frontend/js/lib/storage.js";

export class Shelf {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, value) {
    this[key] = value;
  }

  removeItem(key) {
    delete this[key];
  }
}

export function newTab(shelf = new Shelf()) {
  return new TabMemory(shelf);
}

export function change(seq, fields = {}) {
  return { type: "message_posted", seq, message: { id: `m${seq}`, position: seq, call_name: "なぎ", text: "こんばんは", state: "shown", ...fields } };
}

export function numbers(events) {
  return events.map(({ seq }) => seq);
}
