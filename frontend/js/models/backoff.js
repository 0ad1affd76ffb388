/** When a line that ended is opened again, and by which way. */

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const URGENT_WAIT_MS = 5_000; // while somebody looks on and waits for their words to go out
const RESTART_SECONDS = 5;
const RESTART_MAX_SECONDS = 120;
const NOT_AGAIN = new Set([4401, 4403, 4404]);
const OUR_FAULT = new Set([1002, 1003, 1007, 1008, 1009]); // coming back soon would only repeat it
const FAILURES_BEFORE_POLL = 2;
const FAILURES_ONCE_OPENED = 4; // a socket that worked here is not blocked; the house may be restarting
const SOCKET_AGAIN_MS = 5 * 60_000;
const SOCKET_AGAIN_ONCE_OPENED_MS = 60_000;

export function waitMs(tries, random = Math.random, longestMs = LONGEST_WAIT_MS) {
  return random() * Math.min(longestMs, FIRST_WAIT_MS * 2 ** tries);
}

/** `{then: "again", waitMs}`, `{then: "when_looked_at"}` or `{then: "never"}`. */
export function afterEnd({ code, reason = "" }, tries, random = Math.random, isUrgent = false) {
  if (NOT_AGAIN.has(code)) return { then: "never" };
  if (code === 1000) return { then: reason === "elsewhere" ? "when_looked_at" : "never" };
  if (code === 1012) return { then: "again", waitMs: random() * restartSeconds(reason) * 1_000 };
  if (OUR_FAULT.has(code)) return { then: "again", waitMs: LONGEST_WAIT_MS * (0.5 + random() / 2) };
  return { then: "again", waitMs: waitMs(tries, random, isUrgent ? URGENT_WAIT_MS : LONGEST_WAIT_MS) };
}

function restartSeconds(reason) {
  const seconds = /\d+(\.\d+)?/.exec(reason);
  return seconds ? Math.min(Number(seconds[0]), RESTART_MAX_SECONDS) : RESTART_SECONDS;
}

/** Socket or long poll: some places block sockets, and nobody there should notice. */
export class Ways {
  #failures = 0;
  #hasOpened = false;

  get now() {
    return this.#failures < this.#limit ? "socket" : "poll";
  }

  /** How long to poll before the socket is tried again. */
  get socketAgainMs() {
    return this.#hasOpened ? SOCKET_AGAIN_ONCE_OPENED_MS : SOCKET_AGAIN_MS;
  }

  opened(way) {
    if (way === "poll") return;
    this.#failures = 0;
    this.#hasOpened = true;
  }

  failed(way) {
    if (way === "socket") this.#failures += 1;
    else this.trySocket();
  }

  /** Nobody answered at all. Where no socket ever opened something swallows them, and the next would only hang as long. */
  hung(way) {
    this.failed(way);
    if (way === "socket" && !this.#hasOpened) this.#failures = this.#limit;
  }

  /** One try; if it fails it is the poll's turn again. */
  trySocket() {
    this.#failures = Math.min(this.#failures, this.#limit - 1);
  }

  get #limit() {
    return this.#hasOpened ? FAILURES_ONCE_OPENED : FAILURES_BEFORE_POLL;
  }
}
