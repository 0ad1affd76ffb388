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

/** The far end of a socket, in the hands of the test. */
export class FarEnd {
  static all = [];

  constructor(address, protocol) {
    Object.assign(this, { address, protocol, sent: [] });
    FarEnd.all.push(this);
  }

  static get last() {
    return FarEnd.all.at(-1);
  }

  send(text) {
    this.sent.push(JSON.parse(text));
  }

  close() {}

  says(frame) {
    this.onmessage({ data: JSON.stringify(frame) });
  }

  ends(code, reason = "") {
    this.onclose({ code, reason });
  }
}
