/** The line to the room: kept open by whatever way works, and "offline" only after 5 s. */

import { afterEnd, waitMs, Ways } from "./backoff.js";

const OFFLINE_AFTER_MS = 5_000;
const STALE_MS = 25_000; // older than a beat: the device slept
const OPEN_MS = 5_000; // by then "offline" would be said
const SILENCE_MS = 45_000; // a beat comes every 20 s
const NORMAL = 1000;
const GONE = { code: 1006 };
const HUNG = { code: 1006, isHung: true };
const WAIT_SECONDS = 25;
const PATIENCE_MS = 40_000;
const APART_MS = 1_000;
const ENDS = { 401: 4401, 403: 4403, 404: 4404 };

export class RoomLine {
  #to;
  #on;
  #ways = new Ways();
  #line = null;
  #isOpen = false;
  #tries = 0;
  #again = null; // timer of the next try
  #againAt = 0;
  #end = GONE;
  #waitsForLook = false;
  #offline = null;
  #socketAgain = null;
  #heardAt = 0;

  /** `to`: {room, origin, place(), token(), isUrgent()}. `on`: frame, open, lost, offline(isOffline), ended(end). */
  constructor(to, on) {
    this.#to = to;
    this.#on = on;
  }

  get isOpen() {
    return this.#isOpen;
  }

  open() {
    this.#drop();
    this.#offline ??= setTimeout(() => this.#on.offline(true), OFFLINE_AFTER_MS);
    const way = this.#ways.now;
    this.#line = new WAYS[way](this.#to, {
      frame: (frame) => this.#hear(way, frame),
      end: (end) => this.#ended(way, end),
    });
  }

  send(frame) {
    this.#line.send(frame);
  }

  /** The network is back, or an answer never came: what stands open now is not to be trusted. */
  restart() {
    if (!this.#line && this.#again === null) return;
    this.#ways.trySocket();
    this.#lose();
    this.open();
  }

  /** The page is looked at again. */
  lookedAt() {
    const isStale = this.#isOpen && Date.now() - this.#heardAt > STALE_MS;
    if (this.#waitsForLook || this.#again !== null) this.open();
    else if (isStale) this.restart();
  }

  /** Somebody's words wait now: the next try comes sooner, unless the house itself named the time. */
  hurry() {
    if (this.#again === null || this.#end.code === 1012) return;
    const { waitMs: ms } = this.#next();
    if (Date.now() + ms >= this.#againAt) return;
    clearTimeout(this.#again);
    this.#wait(ms);
  }

  close() {
    this.#drop();
    clearTimeout(this.#offline);
  }

  #hear(way, frame) {
    this.#heardAt = Date.now();
    const opens = !this.#isOpen;
    if (opens) this.#opened(way);
    this.#on.frame(frame);
    if (opens && this.#isOpen) this.#on.open();
  }

  #opened(way) {
    this.#isOpen = true;
    this.#tries = 0;
    this.#ways.opened(way);
    clearTimeout(this.#offline);
    this.#offline = null;
    this.#on.offline(false);
    if (way === "poll") this.#socketAgain = setTimeout(() => this.restart(), this.#ways.socketAgainMs);
  }

  #ended(way, end) {
    if (!this.#isOpen && end.code === 1006) this.#ways[end.isHung ? "hung" : "failed"](way);
    this.#lose();
    this.#line = null;
    this.#end = end;
    const next = this.#next();
    this.#tries += 1;
    if (next.then === "again") this.#wait(next.waitMs);
    else if (next.then === "when_looked_at") this.#waitsForLook = true;
    else this.#on.ended(end);
  }

  #next() {
    return afterEnd(this.#end, this.#tries, Math.random, this.#to.isUrgent());
  }

  #wait(ms) {
    this.#offline ??= setTimeout(() => this.#on.offline(true), OFFLINE_AFTER_MS);
    this.#againAt = Date.now() + ms;
    this.#again = setTimeout(() => this.open(), ms);
  }

  #lose() {
    clearTimeout(this.#socketAgain);
    const wasOpen = this.#isOpen;
    this.#isOpen = false;
    if (wasOpen) this.#on.lost();
  }

  #drop() {
    clearTimeout(this.#again);
    clearTimeout(this.#socketAgain);
    this.#again = null;
    this.#waitsForLook = false;
    this.#line?.close();
    this.#line = null;
    this.#isOpen = false;
  }
}

/** One socket: opens, speaks JSON, and knows when it has gone silent. */
class RoomSocket {
  #socket;
  #on;
  #timer;

  constructor({ room, place, origin }, on) {
    this.#on = on;
    const query = new URLSearchParams(place());
    this.#socket = new WebSocket(`${origin.replace(/^http/, "ws")}/rooms/${room}/live?${query}`, "ibasho.v1");
    this.#socket.onmessage = ({ data }) => this.#hear(data);
    this.#socket.onclose = (end) => this.#end(end);
    this.#expectWithin(OPEN_MS, HUNG);
  }

  send(frame) {
    this.#socket.send(JSON.stringify(frame));
  }

  close() {
    this.#on = null;
    clearTimeout(this.#timer);
    this.#socket.close(NORMAL);
  }

  #hear(data) {
    if (!this.#on) return;
    this.#expectWithin(SILENCE_MS, GONE);
    this.#on.frame(JSON.parse(data));
  }

  #expectWithin(ms, otherwise) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(otherwise), ms);
  }

  #end({ code, reason, isHung }) {
    const on = this.#on;
    if (!on) return;
    this.close();
    on.end({ code, reason, isHung });
  }
}

/** The same line over plain HTTP, for places where no socket opens. */
class RoomPoll {
  #room;
  #place;
  #token;
  #on;
  #abort = new AbortController();

  constructor({ room, place, token }, on) {
    this.#room = room;
    this.#place = place;
    this.#token = token;
    this.#on = on;
    this.#listen();
  }

  /** Sends one frame as its form; the answer comes back as the frame it would have been. */
  async send({ type, id, message, ...words }) {
    const doors = {
      post: `/rooms/${this.#room}/messages/`,
      edit: `/rooms/${this.#room}/messages/${message}/edit/`,
      withdraw: `/rooms/${this.#room}/messages/${message}/withdrawal/`,
      seen: `/me/notices/${id}/seen/`,
    };
    if (!doors[type]) return; // a poll never misses a number, so it needs no fill
    try {
      const body = new URLSearchParams({ csrfmiddlewaretoken: this.#token(), id, ...words });
      this.#answer(id, await this.#fetch(doors[type], { method: "POST", body }));
    } catch {
      this.#end(GONE);
    }
  }

  close() {
    this.#on = null;
    this.#abort.abort();
  }

  async #listen() {
    for (let wait = 0; this.#on; wait = WAIT_SECONDS) {
      try {
        const query = new URLSearchParams({ ...this.#place(), wait });
        const { status, answer } = await this.#fetch(`/rooms/${this.#room}/events/?${query}`);
        if (status === 200) {
          this.#on?.frame({ type: "welcome", ...answer });
          if (!answer.events.length) await pause(APART_MS);
        } else if (ENDS[status]) {
          this.#end({ code: ENDS[status] });
        } else {
          await pause((answer.retry_after ?? 1) * 1_000 + waitMs(2));
        }
      } catch {
        this.#end(GONE);
      }
    }
  }

  async #fetch(url, options = {}) {
    const timer = setTimeout(() => this.#end(GONE), PATIENCE_MS);
    try {
      const response = await fetch(url, { ...options, headers: { Accept: "application/json" }, signal: this.#abort.signal });
      const isJson = /json/.test(response.headers.get("Content-Type"));
      return { status: response.status, answer: isJson ? await response.json() : {} };
    } finally {
      clearTimeout(timer);
    }
  }

  #answer(id, { status, answer }) {
    if (!this.#on) return;
    for (const notice of answer.notices ?? []) this.#on.frame({ type: "notice", ...notice });
    const types = { 200: "posted", 201: "posted", 202: "held" };
    const type = types[status] ?? (answer.type === "asked" ? "asked" : "refused");
    const message = answer.message?.id ?? answer.message;
    this.#on.frame({ code: "malformed", ...answer, type, id, message });
  }

  #end(end) {
    const on = this.#on;
    if (!on) return;
    this.close();
    on.end(end);
  }
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const WAYS = { socket: RoomSocket, poll: RoomPoll };
