/**
 * The reader's number: what is shown is everything up to `last`, in order.
 * A change that comes early waits here; a missing one is asked for by number.
 */

const EARLY_MAX = 300;
const FILL_WAIT_MAX_MS = 2_000;
const FILLS_APART_MS = 2_100; // the house answers one in two seconds
const FILLS_IN_A_MINUTE = 9; // and ten in a minute
const MINUTE_MS = 60_000;

export class Sequence {
  #epoch;
  #last;
  #newest;
  #early = new Map();
  #isAstray = false;

  constructor(epoch, last) {
    this.#epoch = epoch;
    this.#last = this.#newest = last;
  }

  /** What to ask for; without a number while the page is being loaded again. */
  get place() {
    return this.#isAstray ? {} : { epoch: this.#epoch, since: this.#last };
  }

  get hasGap() {
    return !this.#isAstray && this.#newest > this.#last;
  }

  /** A live change: the changes that may be shown now. */
  take(event) {
    if (event.seq <= this.#last) return [];
    this.heardOf(event.seq);
    if (this.#early.size < EARLY_MAX) this.#early.set(event.seq, event);
    return this.#inOrder();
  }

  /** A beat tells the last number of the room, not its change. */
  heardOf(seq) {
    this.#newest = Math.max(this.#newest, seq);
  }

  isOtherEpoch(epoch) {
    return epoch !== this.#epoch;
  }

  /** The rows of a welcome, a fill or a poll: ascending, with gaps; afterwards the outer number counts. */
  catchUp({ seq, events }) {
    this.heardOf(seq);
    if (this.#isAstray) return [];
    const fresh = events.filter((event) => event.seq > this.#last);
    this.#last = Math.max(this.#last, seq);
    return [...fresh, ...this.#inOrder()];
  }

  /** What is shown can no longer be trusted; live changes wait for the page. */
  goAstray() {
    this.#isAstray = true;
  }

  /** The page was loaded again and stands at `seq`. */
  startAgain({ epoch, seq }) {
    if (this.isOtherEpoch(epoch)) {
      this.#early.clear();
      this.#newest = seq;
    }
    this.#epoch = epoch;
    this.#last = seq;
    this.#isAstray = false;
    this.heardOf(seq);
    return this.#inOrder();
  }

  #inOrder() {
    const ready = [];
    if (this.#isAstray) return ready;
    for (const seq of this.#early.keys()) if (seq <= this.#last) this.#early.delete(seq);
    while (this.#early.has(this.#last + 1)) {
      this.#last += 1;
      ready.push(this.#early.get(this.#last));
      this.#early.delete(this.#last);
    }
    return ready;
  }
}

/** Asks once for what is missing: after 0–2 s at random, so that a room of readers does not ask as one. */
export class Fills {
  #hasGap;
  #ask;
  #timer = null;
  #asked = [];

  constructor(hasGap, ask) {
    this.#hasGap = hasGap;
    this.#ask = ask;
  }

  look() {
    if (this.#timer !== null || !this.#hasGap()) return;
    this.#timer = setTimeout(() => this.#fire(), Math.max(Math.random() * FILL_WAIT_MAX_MS, this.#limitMs()));
  }

  #fire() {
    this.#timer = null;
    if (!this.#hasGap()) return;
    this.#asked = [...this.#asked.slice(1 - FILLS_IN_A_MINUTE), Date.now()];
    this.#ask();
  }

  #limitMs() {
    const now = Date.now();
    const last = this.#asked.at(-1) ?? -Infinity;
    const ninth = this.#asked.length < FILLS_IN_A_MINUTE ? -Infinity : this.#asked[0];
    return Math.max(last + FILLS_APART_MS, ninth + MINUTE_MS) - now;
  }
}
