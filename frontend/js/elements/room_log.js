/** `<room-log>`: puts each row at its position and never moves what one is reading. */

import { tab } from "../lib/storage.js";
import { buildIgnored, buildRow, coverRow, readRow } from "./message_rows.js";
import { ReadingPlace, UnseenLetters } from "./reading_place.js";

const EDIT_MS = 6 * 60_000; // five minutes, and `at` is cut to the minute; the house decides
const WORDS_WAIT_BELOW = "下に新しい書き込み";
const WORDS_WAIT = "新しい書き込み"; // above what one reads
const LETTER_WAITS = "あなたへのお知らせがあります";

export class RoomLog extends HTMLElement {
  #log = null;
  #template;
  #empty;
  #older;
  #below;
  #place;
  #keys;
  #own = new Set();
  #covered;
  #ignored = new Set(); // seats whose words this reader does not want to read
  #ignoredTemplate;
  #first = 0; // rows before it come with the older words
  #firstNew = null;
  #awaited = new Set(); // own words that were acknowledged before they arrived here
  #late = null; // a letter that answers, and came while another question was asked
  #letters = new UnseenLetters(() => this.#showWaiting());

  connectedCallback() {
    if (this.#log) return;
    const { room, seat, ignoring = "" } = this.closest("[data-room]").dataset;
    this.#keys = { place: `place.${room}`, covered: `covered.${room}` };
    this.#log = this.querySelector("[role=log]");
    this.#log.setAttribute("aria-live", "off"); // a voice of its own speaks at a chosen pace
    this.#template = this.querySelector("#message-template");
    this.#ignoredTemplate = this.querySelector("#ignored-template");
    this.#ignored = new Set(ignoring.split(" ").filter(Boolean));
    this.#empty = this.querySelector("[data-empty]");
    this.#older = this.querySelector("[data-older]");
    this.#below = document.querySelector(".below");
    this.#covered = new Set(tab.read(this.#keys.covered) ?? []);
    if (seat) this.#own.add(seat);
    this.#first = positionOf(this.#rows[0]);
    this.#rows.forEach((row) => this.#dress(row));
    this.#place = new ReadingPlace(this.#log, document.querySelector(".room-foot"), {
      save: (place) => tab.write(this.#keys.place, place),
      reachedEnd: () => this.#seen(),
    });
    if (["", "#latest"].includes(location.hash)) this.#begin();
    this.addEventListener("click", this);
    this.addEventListener("toggle", this, true);
    this.#below?.addEventListener("click", () => this.#goToNew());
  }

  handleEvent({ type, target }) {
    if (type === "toggle") this.#opened(target);
    else if (target.closest("[data-act=cover]")) this.#toggleCover(target.closest("[data-message]"));
  }

  set ownSeats(seats) {
    this.#own = new Set(seats.filter(Boolean));
  }

  /** Leaves the words of these seats out, of all rows here and to come; returns the ids of what went out of sight. */
  ignore(seats) {
    this.#ignored = new Set(seats);
    const rows = this.#rows.filter((row) => this.#ignored.has(row.querySelector("[data-act=ignore]")?.value));
    if (rows.length) this.#place.during(() => rows.forEach((row) => this.#leaveOut(row)));
    return rows.map((row) => row.dataset.message);
  }

  ignores(seat) {
    return this.#ignored.has(seat);
  }

  /** Whether words are left out here of somebody who is read again. */
  get lacksWords() {
    return Array.from(this.#log.querySelectorAll("[data-act=see]")).some(({ value }) => !this.#ignored.has(value));
  }

  /** The name that stands last under the words of this seat, or nothing. */
  nameOf(seat) {
    const button = Array.from(this.#log.querySelectorAll("[data-act=ignore]")).reverse().find(({ value }) => value === seat);
    return button?.closest("[data-message]").querySelector(".message__name").textContent;
  }

  get firstPosition() {
    return positionOf(this.#rows[0]);
  }

  isOwn(message) {
    return this.#own.has(message.seat);
  }

  words(id) {
    return readRow(this.#row(id));
  }

  /** Something near the log changes; what one reads stays where it is, unless it is one's `own` doing. */
  around(change, own = null) {
    this.#place.during(change);
    if (own) this.#place.showOwn(own);
    this.#showWaiting();
  }

  /**
   * The same for a letter: who reads at the end sees where it begins, and whose own words it answers sees it at the
   * top. Whoever reads elsewhere, or is asked about other words, is told at the foot. `put` returns it, or nothing.
   */
  aroundLetter(put, isAnswer = false) {
    let letter;
    const follows = this.#place.during(() => (letter = put()));
    if (letter && isAnswer && this.#place.isAsked) this.#letters.wait((this.#late = letter));
    else if (letter && isAnswer) this.#place.toStart(letter);
    else if (letter && follows) this.#place.showStart(letter);
    else if (letter) this.#letters.wait(letter);
    this.#showWaiting();
  }

  /** The question is over without new words: what answered the words before it, and came meanwhile, is seen now. */
  showLate() {
    const letter = this.#late;
    this.#late = null;
    if (!letter?.isConnected) return;
    this.#place.toStart(letter);
    this.#letters.seen(letter);
  }

  /** One writes: `stepBack` puts the letters that were there at the end of the log, above what comes now. */
  aboutToWrite(stepBack) {
    this.#place.during(() => stepBack(this.#log));
    this.#place.moveOn();
    this.#late = null;
  }

  /** Puts rows at their positions; returns the messages that are new to the reader. */
  put(events) {
    const fresh = [];
    const isRead = this.#place.during(() => {
      for (const { message, seq } of events) if (this.#set(message, seq)) fresh.push(message);
      this.#tidy();
    });
    const others = fresh.filter((message) => message.state === "shown" && !this.isOwn(message) && !this.#isLeftOut(message));
    if (others.length && !isRead && !this.#place.isAtEnd) this.#wait(others[0].id);
    for (const { id } of fresh) if (this.#awaited.delete(id)) this.showOwn(id);
    return others;
  }

  /** Own words come into view, now or as soon as they are here. */
  showOwn(id) {
    const row = this.#row(id);
    if (!row) this.#awaited.add(id);
    else if (row === this.#rows.at(-1)) this.#place.showOwn(row);
    else if (!this.#place.isAsked) row.scrollIntoView({ block: "nearest" });
  }

  dropBefore(oldest) {
    const expired = this.#rows.filter((row) => positionOf(row) < oldest);
    if (!expired.length) return;
    this.#place.during(() => {
      for (const row of expired) row.remove();
      this.#tidy();
    });
  }

  /** The page was asked for again: exactly these rows, with place and open folds kept. */
  rebuild({ messages, seq, more }) {
    const ids = new Set(messages.map(({ id }) => id));
    this.#place.during(() => {
      for (const row of this.#rows) if (!ids.has(row.dataset.message)) row.remove();
      this.#first = messages[0]?.position ?? 0;
      for (const message of messages) this.#set(message, seq, true);
      this.#showOlder(more);
      this.#tidy();
    });
  }

  putOlder({ messages, seq, more }) {
    this.#place.during(() => {
      this.#first = Math.min(this.#first, messages[0]?.position ?? this.#first);
      for (const message of messages) this.#set(message, seq, true);
      this.#showOlder(more);
      this.#tidy();
    });
  }

  /** Returns whether the row is new. */
  #set(message, seq, isCertain = false) {
    const old = this.#row(message.id);
    if (!isCertain && (old ? Number(old.dataset.seq) >= seq : message.position < this.#first || isWordless(message))) return false;
    const isOwn = this.isOwn(message);
    const row = this.#isLeftOut(message) ? buildIgnored(this.#ignoredTemplate, message, seq) : buildRow(this.#template, message, { seq, isOwn });
    this.#dress(row);
    if (old) swap(old, row);
    else this.#insert(row);
    return !old;
  }

  /** Keepers' words, and what is not shown to anybody, stand as they do for everybody. */
  #isLeftOut({ seat, keeper, state, text }) {
    return !keeper && state === "shown" && text !== undefined && this.#ignored.has(seat);
  }

  #leaveOut(row) {
    const { message: id, position, seq } = row.dataset;
    swap(row, buildIgnored(this.#ignoredTemplate, { id, position, seat: row.querySelector("[data-act=ignore]").value }, seq));
  }

  #insert(row) {
    const next = this.#rows.find((other) => positionOf(other) > positionOf(row));
    if (next) next.before(row);
    else this.#log.append(row);
  }

  #dress(row) {
    const cover = row.querySelector("[data-act=cover]");
    if (cover) cover.hidden = false; // useless without a script, so it comes hidden
    if (this.#covered.has(row.dataset.message)) coverRow(row, this.#template, true);
  }

  #toggleCover(row) {
    const { message } = row.dataset;
    const isOn = !this.#covered.delete(message);
    if (isOn) this.#covered.add(message);
    row.querySelector(".menu").open = false;
    this.#place.during(() => coverRow(row, this.#template, isOn));
    row.querySelector(".menu > summary").focus({ preventScroll: true });
    tab.write(this.#keys.covered, [...this.#covered]);
  }

  /** The five minutes may have passed since the row was drawn. */
  #opened(details) {
    const edit = details.open && details.querySelector("[data-act=edit]");
    const at = edit && details.closest("[data-message]").querySelector("time").dateTime;
    if (edit) edit.hidden = Date.now() - Date.parse(at) > EDIT_MS;
  }

  #begin() {
    const isBack = this.#place.restore(tab.read(this.#keys.place));
    const letter = document.querySelector("[data-notices] [data-notice]");
    if (!isBack && letter) this.#place.showStart(letter);
  }

  #wait(id) {
    this.#firstNew ??= id;
    this.#showWaiting();
  }

  #seen() {
    this.#firstNew = null;
    this.#showWaiting();
  }

  /** One button for what waits out of sight; letters first. While it has the focus it stays. */
  #showWaiting() {
    if (!this.#below) return;
    const isWaiting = Boolean(this.#letters.first || this.#firstNew);
    if (isWaiting) this.#nameWaiting();
    if (isWaiting || document.activeElement !== this.#below) this.#below.hidden = !isWaiting;
  }

  #nameWaiting() {
    const thing = this.#letters.first ?? this.#row(this.#firstNew);
    const isBelow = thing ? this.#place.isBelow(thing) : true;
    const words = this.#letters.first ? LETTER_WAITS : isBelow ? WORDS_WAIT_BELOW : WORDS_WAIT;
    this.#below.classList.toggle("below--here", isBelow);
    if (this.#below.textContent !== words) this.#below.textContent = words;
  }

  #goToNew() {
    const letter = this.#letters.first;
    const thing = letter ?? this.#row(this.#firstNew) ?? this.#rows.at(-1);
    thing.tabIndex = -1;
    thing.focus({ preventScroll: true });
    if (letter) this.#place.toStart(letter);
    else thing.scrollIntoView({ block: "center" });
    if (letter) this.#letters.seen(letter);
    else this.#seen();
  }

  #showOlder(more) {
    if (this.#older) this.#older.parentElement.hidden = !more;
  }

  #tidy() {
    if (this.#empty) this.#empty.hidden = this.#rows.length > 0;
  }

  #row(id) {
    return id ? this.#log.querySelector(`[data-message="${CSS.escape(id)}"]`) : null;
  }

  get #rows() {
    return Array.from(this.#log.querySelectorAll("[data-message]"));
  }
}

/** A row of an earlier time than this seat's: it takes its number and shows nothing. */
function isWordless({ state, text }) {
  return state === "shown" && text === undefined;
}

function positionOf(row) {
  return Number(row?.dataset.position ?? 0);
}

/** Replaces a row without taking the focus or closing what one has opened. */
function swap(old, row) {
  const hadFocus = old.contains(document.activeElement);
  const fold = row.querySelector(".fold");
  if (fold) fold.open = Boolean(old.querySelector(".fold")?.open);
  old.replaceWith(row);
  if (!hadFocus) return;
  const there = firstOfItsKind(row);
  const target = there.querySelector(".menu > summary, [data-act=see]") ?? there;
  if (target === there) there.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/** Of several rows left out in a line only the first is seen. */
function firstOfItsKind(row) {
  const before = row.matches(".message--ignored") && row.previousElementSibling;
  return before && before.matches(".message--ignored") ? firstOfItsKind(before) : row;
}

customElements.define("room-log", RoomLog);
