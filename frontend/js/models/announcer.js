/** Tells a listener what is new, at a pace the listener chooses; keepers come first. */

import { nameOver } from "../lib/text.js";

const GATHER_MS = 1_000;
const CLIP = 120;

export const PACES_SECONDS = { soon: 3, calm: 15, slow: 60, never: Infinity };

export class Announcer {
  #speak;
  #paceMs;
  #waiting = [];
  #said = new Set();
  #timer = null;
  #spokeAt = -Infinity;

  constructor(speak, pace = "calm") {
    this.#speak = speak;
    this.pace = pace;
  }

  set pace(name) {
    this.#paceMs = (PACES_SECONDS[name] ?? PACES_SECONDS.calm) * 1_000;
    clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#paceMs === Infinity) this.#waiting = [];
    this.#plan();
  }

  hear(message) {
    if (this.#paceMs === Infinity) return;
    this.#waiting.push(message);
    this.#plan();
  }

  /** Words that were changed, hidden or taken back are neither read out later nor left where they were said. */
  changed(message) {
    const isReadable = message.state === "shown" && message.text !== undefined;
    this.#waiting = this.#waiting.flatMap((other) => (other.id !== message.id ? [other] : isReadable ? [message] : []));
    if (!this.#said.has(message.id)) return;
    this.#said.clear();
    this.#speak("");
  }

  #plan() {
    if (this.#timer !== null || !this.#waiting.length) return;
    const waitMs = Math.max(GATHER_MS, this.#spokeAt + this.#paceMs - Date.now());
    this.#timer = setTimeout(() => this.#say(), waitMs);
  }

  #say() {
    this.#timer = null;
    if (!this.#waiting.length) return;
    this.#spokeAt = Date.now();
    this.#said = new Set(this.#waiting.map(({ id }) => id));
    this.#speak(digest(this.#waiting));
    this.#waiting = [];
  }
}

/** One new message is read out; more of them are a number; a keeper's words are always read. */
export function digest(messages) {
  const keepers = messages.filter(({ keeper }) => keeper);
  const others = messages.filter(({ keeper }) => !keeper);
  const said = keepers.map((message) => `スタッフ、${spoken(message)}`);
  if (others.length === 1) said.push(spoken(others[0]));
  if (others.length > 1) said.push(`新しい書き込みが${others.length}${others.length < 10 ? "つ" : "件"}あります`);
  return said.join("。");
}

function spoken(message) {
  const { cover, text = "" } = message;
  const name = nameOver(message);
  if (cover) return `${name}。おおいのある書き込みです。${cover}`;
  return `${name}。${text.length > CLIP ? `${text.slice(0, CLIP)}…` : text}`;
}
