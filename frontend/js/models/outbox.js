/**
 * Words not said yet: on their way, or half-written. An entry on its way keeps its id until `posted`, `held`, `asked` or
 * `refused` names it; the house stores an id once, so sending again is safe.
 */

const RESEND_MS = 10 * 60_000;
const GRACE_MS = 60_000; // words are taken until a minute after the end
const PATIENCE_MS = 60_000; // a longer wait is the writer's to decide
const FIRST_RETRY_MS = 2_000;
const RETRIED = new Set(["busy", "too_fast", "pace"]);

export class Outbox {
  #key;
  #tab;
  #entries;
  #inFlight = null;
  #alarm;

  constructor(room, tab) {
    this.#key = `outbox.${room}`;
    this.#tab = tab;
    this.#entries = tab.read(this.#key) ?? [];
  }

  get entries() {
    return this.#entries;
  }

  /** What its writer should see as not out yet: all of it, as soon as one of them has to wait. */
  waiting(isSlow) {
    const words = this.#entries.filter(({ text }) => text);
    return isSlow || words.some(({ due, tries }) => due > Date.now() || tries > 1) ? words : [];
  }

  /** `words`: verb (post, edit, withdraw), text, cover?, tone?, message?; `id` and `choice` for words that were
   * asked about; `closesAt` names the session. */
  add(words, { delayMs = 0, closesAt = null } = {}) {
    const now = Date.now();
    const entry = { ...words, id: words.id ?? newId(), at: now, due: now + delayMs, tries: 0, closesAt };
    this.#keep([...this.#entries, entry]);
    return entry;
  }

  /** One at a time, in the order written; a withdrawal does not wait behind a slow post. */
  next() {
    if (this.#inFlight) return null;
    return this.#heads().find((entry) => entry.due <= Date.now()) ?? null;
  }

  /** Milliseconds until something is due, or null. */
  waitMs() {
    const dues = this.#heads().map((entry) => entry.due);
    return dues.length ? Math.max(0, Math.min(...dues) - Date.now()) : null;
  }

  /** Calls `then` once something is due, also if it became so only now. While one is on its way, its answer does. */
  wakeWhenDue(then) {
    clearTimeout(this.#alarm);
    const ms = this.#inFlight ? null : this.waitMs();
    if (ms !== null) this.#alarm = setTimeout(then, ms);
  }

  sent(entry) {
    this.#inFlight = entry.id;
    this.#replace(entry.id, { tries: entry.tries + 1, isUnsure: true });
  }

  /** Nobody knows what arrived: everything goes out again, with the same ids. */
  lineLost() {
    this.#inFlight = null;
  }

  /** An answer: the entry and what becomes of it (`sent`, `wait`, `back`), or null if it is not ours. */
  answered(frame) {
    const entry = this.#entries.find(({ id }) => id === frame.id);
    if (!entry) return null;
    if (this.#inFlight === entry.id) this.#inFlight = null;
    const then = this.#fate(entry, frame);
    if (then !== "wait") this.#remove(entry.id);
    return { entry, then };
  }

  /** What the house surely does not have (never sent, or refused) can still be undone. */
  takeBack(id) {
    const entry = this.#entries.find((one) => one.id === id && !one.isUnsure);
    if (entry) this.#remove(id);
    return entry ?? null;
  }

  /** Removes what is too old to be sent without asking; it becomes a draft. */
  takeStale() {
    const now = Date.now();
    const isStale = ({ id, at, closesAt }) =>
      id !== this.#inFlight && (now - at > RESEND_MS || (closesAt && now > Date.parse(closesAt) + GRACE_MS && at < Date.parse(closesAt)));
    const stale = this.#entries.filter(isStale);
    if (stale.length) this.#keep(this.#entries.filter((entry) => !stale.includes(entry)));
    return stale;
  }

  #heads() {
    const seen = new Set();
    return this.#entries.filter(({ verb }) => !seen.has(verb) && seen.add(verb));
  }

  #fate(entry, { type, code, retry_after: seconds }) {
    if (type === "posted" || type === "held") return "sent";
    if (type === "asked") return "back";
    const now = Date.now();
    if (code === "id_reused") {
      this.#replace(entry.id, { id: newId(), due: now, isUnsure: false });
      return "wait";
    }
    const waitMs = seconds === undefined ? FIRST_RETRY_MS * 2 ** Math.min(entry.tries, 5) : seconds * 1_000;
    if (!RETRIED.has(code) || waitMs > PATIENCE_MS) return "back";
    this.#replace(entry.id, { due: now + waitMs + Math.random() * 500, isUnsure: false });
    return "wait";
  }

  #replace(id, change) {
    this.#keep(this.#entries.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)));
  }

  #remove(id) {
    this.#keep(this.#entries.filter((entry) => entry.id !== id));
  }

  #keep(entries) {
    this.#entries = entries;
    if (entries.length) this.#tab.write(this.#key, entries);
    else this.#tab.drop(this.#key);
  }
}

/** Half-written words of one room, in this tab only. */
export class Drafts {
  #key;
  #tab;

  constructor(room, tab) {
    this.#key = `draft.${room}`;
    this.#tab = tab;
  }

  read() {
    return this.#tab.read(this.#key);
  }

  keep(words) {
    if (words.text || words.cover) this.#tab.write(this.#key, words);
    else this.#tab.drop(this.#key);
  }
}

/** Words that come back join what was written meanwhile; nothing typed is lost. */
export function joinWords(returned, current) {
  return {
    text: [returned.text, current.text].filter(Boolean).join("\n"),
    cover: current.cover || returned.cover || "",
    tone: current.tone || returned.tone || "",
  };
}

/** A random UUID v4. `crypto.randomUUID` is missing where a house is served without TLS. */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
