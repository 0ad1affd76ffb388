/** The desk's line: says that somebody is there, hears that something changed. Without a socket the page itself is asked for. */

import { afterEnd } from "./backoff.js";

const HERE_MS = 20_000;
const OPEN_MS = 8_000;
const SILENCE_MS = 45_000; // the house repeats itself more often
const ASK_AFTER_MS = 5_000; // a line that comes back at once needs no asking
const ASK_MS = 20_000;
const LOST_MS = 60_000;
const NORMAL = 1000;
const GONE = { code: 1006 };

export class DeskLine {
  #origin;
  #ask;
  #on;
  #socket = null;
  #isOpen = false;
  #isOver = false;
  #hasOpened = false;
  #tries = 0;
  #timers = {};

  /** `ask()` gets the page anew and resolves to whether it came. `on`: desk(frame), lost(isLost), ended(end). */
  constructor({ origin, ask }, on) {
    this.#origin = origin;
    this.#ask = ask;
    this.#on = on;
  }

  open() {
    if (this.#isOver) return;
    this.#hangUp();
    this.#plan("lost", LOST_MS, () => this.#on.lost(true), { keep: true });
    this.#plan("ask", ASK_AFTER_MS, () => this.#askOnce(), { keep: true });
    this.#plan("silence", OPEN_MS, () => this.#ended(GONE));
    const socket = new WebSocket(`${this.#origin.replace(/^http/, "ws")}/desk/live`, "ibasho.v1");
    socket.onmessage = ({ data }) => this.#socket === socket && this.#hear(JSON.parse(data));
    socket.onclose = (end) => this.#socket === socket && this.#ended(end);
    this.#socket = socket;
  }

  /** The page is looked at, or the network is back: what stands open is not to be trusted, what waits goes now. */
  lookedAt() {
    if (!this.#isOpen) this.open();
    else this.#here();
  }

  close() {
    this.#isOver = true;
    this.#hangUp();
    for (const name of Object.keys(this.#timers)) this.#stop(name);
  }

  #hear(frame) {
    this.#plan("silence", SILENCE_MS, () => this.#ended(GONE));
    if (!this.#isOpen) this.#opened();
    if (frame.type === "desk") this.#on.desk(frame);
  }

  #opened() {
    this.#isOpen = this.#hasOpened = true;
    this.#tries = 0;
    this.#stop("ask");
    this.#reached();
    this.#stop("lost");
    this.#here();
  }

  #here() {
    this.#socket.send(JSON.stringify({ type: "here" }));
    this.#plan("here", HERE_MS, () => this.#here());
  }

  #ended(end) {
    this.#hangUp();
    const next = afterEnd(end, this.#tries);
    this.#tries += 1;
    if (next.then === "never" && this.#hasOpened) {
      this.close();
      this.#on.ended(end);
      return;
    }
    // A line that never opened proves nothing against the page that came a moment ago: asked again, that decides.
    if (next.then === "never") this.#stop("ask");
    this.#plan("lost", LOST_MS, () => this.#on.lost(true), { keep: true });
    this.#plan("ask", next.then === "never" ? 0 : ASK_AFTER_MS, () => this.#askOnce(), { keep: true });
    if (next.then === "again") this.#plan("again", next.waitMs, () => this.open());
  }

  /** This too says that somebody is there. */
  async #askOnce() {
    this.#plan("ask", ASK_MS, () => this.#askOnce());
    if ((await this.#ask()) && !this.#isOver && !this.#isOpen) this.#reached();
  }

  #reached() {
    this.#on.lost(false);
    this.#plan("lost", LOST_MS, () => this.#on.lost(true));
  }

  #hangUp() {
    for (const name of ["silence", "here", "again"]) this.#stop(name);
    const socket = this.#socket;
    this.#socket = null;
    this.#isOpen = false;
    socket?.close(NORMAL);
  }

  #plan(name, ms, act, { keep = false } = {}) {
    if (keep && name in this.#timers) return;
    this.#stop(name);
    this.#timers[name] = setTimeout(() => {
      delete this.#timers[name];
      act();
    }, ms);
  }

  #stop(name) {
    clearTimeout(this.#timers[name]);
    delete this.#timers[name];
  }
}
