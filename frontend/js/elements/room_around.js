/** What stands around the log: the sign by the room's name, letters to one person, the voice. */

import { tab } from "../lib/storage.js";
import { whenText } from "../lib/text.js";
import { Announcer } from "../models/announcer.js";
import { nextLineMs, postState, stateSign } from "../models/post_state.js";
import { buildCard } from "./support_card.js";

const PACE_KEY = "pace";
const CLOCK_OFF_MS = 5_000; // less is the way of the words, and their being cut to the second
const SUPPORT = "support"; // the card for who wrote of a life in danger
const PACES = { soon: "すぐ", calm: "15秒ごと", slow: "1分ごと", never: "読み上げない" };

/** The sign by the room's name: its state in words, and the kind line above the composer. */
export class RoomSign {
  #main;
  #line = document.querySelector("[data-room-state]");
  #aheadMs = 0; // how far the house's clock is ahead of the device's
  #shown = [{}, {}];
  #next = null;
  #speakSeat = document.querySelector("[data-speak-seat]");
  #watching = make("p", { className: "speak-seat soft", textContent: this.#speakSeat?.querySelector("[data-watching]").textContent });

  constructor(main) {
    this.#main = main;
  }

  /** Shows the room and returns whether one may write. */
  show(room, you) {
    this.#shown = [room, you];
    const { word, look } = stateSign(room);
    this.#main.dataset.state = room.state;
    const state = document.querySelector("[data-crowd]"); // looked up anew: at the desk it is swapped
    const until = document.querySelector("[data-until]");
    const staff = document.querySelector("[data-staff]");
    if (state) {
      setText(state, word);
      state.className = `state state--${look}`;
    }
    this.#showTopic(room.topic ?? "");
    const isOpen = look === "open";
    if (staff) staff.hidden = !isOpen; // a room that rests must not say that somebody is there
    this.#showSpeakSeat(isOpen);
    if (until) setText(until, isOpen && room.closes_at ? `${whenText(room.closes_at)}まで` : "");
    const { mayPost, line } = postState(room, you, this.#now);
    this.say(line);
    const ms = nextLineMs(room, this.#now);
    if (ms !== null) this.#next = setTimeout(() => this.show(room, you), ms + 1);
    return mayPost;
  }

  /** The house told its time; a device that lives some minutes off must not close the room early. */
  setClock(at) {
    const aheadMs = Date.parse(at) - Date.now();
    if (Math.abs(aheadMs - this.#aheadMs) <= CLOCK_OFF_MS) return;
    this.#aheadMs = aheadMs;
    if (this.#next !== null) this.show(...this.#shown);
  }

  #showTopic(topic) {
    const line = document.querySelector("[data-topic]");
    if (!line) return; // at the desk it stands in its own field
    setText(line, `いまの話題：${topic}`);
    line.hidden = !topic;
  }

  /** Who watches may take a speaking seat while the room is open; a form that is filled in, or holds words, stays. */
  #showSpeakSeat(isOpen) {
    const seat = this.#speakSeat;
    if (!seat || (!isOpen && (seat.contains(document.activeElement) || seat.querySelector("textarea")))) return;
    if (isOpen) this.#watching.replaceWith(seat);
    else seat.replaceWith(this.#watching);
  }

  get #now() {
    return Date.now() + this.#aheadMs;
  }

  /** A line from elsewhere stays until the room is shown again. */
  say(line) {
    clearTimeout(this.#next);
    this.#next = null;
    if (!this.#line) return;
    setText(this.#line, line);
    this.#line.hidden = !line;
  }
}

/** A status that is written again is read out again. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Letters to one person, each a sheet with 「わかりました」. */
export class Notices {
  #box;
  #page; // letters that were there before newly sent words stand among those of the log
  #token;
  #seen = new Set();

  /** `seen(id)` sends word; where it returns false the form goes its plain way. */
  constructor(box, { token, seen }) {
    this.#box = box;
    this.#page = box?.parentElement;
    this.#token = token;
    box?.setAttribute("aria-live", "polite");
    this.#page?.addEventListener("submit", (event) => {
      const sheet = event.target.closest("[data-notice]");
      if (!sheet || event.target.matches("[data-review], [data-talk]") || !seen(sheet.dataset.notice)) return;
      event.preventDefault();
      this.#seen.add(sheet.dataset.notice);
      if (sheet.dataset.code === SUPPORT) this.#offerBack(true);
      this.#remove(sheet);
    });
  }

  /** Returns the sheet, if it was not there. A support card takes the place of an older one. */
  put(notice) {
    if (!this.#box || this.#seen.has(notice.id)) return null;
    const old = this.#find(notice.id);
    if (old) return notice.code === SUPPORT && old.parentElement !== this.#box ? this.#box.appendChild(old) : null; // it answers again
    if (notice.code === SUPPORT) {
      this.#page.querySelector(`[data-code=${SUPPORT}]`)?.remove();
      this.#offerBack(false);
    }
    return this.#box.appendChild(this.#build(notice));
  }

  /** The ids of the letters; a support card comes and goes by itself. */
  get shown() {
    const letters = this.#page?.querySelectorAll(`[data-notice]:not([data-code=${SUPPORT}])`) ?? [];
    return Array.from(letters, (sheet) => sheet.dataset.notice);
  }

  /** An invitation asks nothing any more, even of who is about to follow it. */
  takeBack(id) {
    this.#remove(this.#find(id));
  }

  /** Those that are read by now make room: what is written next comes after them, at the end of `log`. */
  stepBack(log) {
    log.append(...this.#box?.children ?? []);
  }

  /** Focus that was in it goes to the log, not to the page's beginning. */
  #remove(sheet) {
    if (sheet?.contains(document.activeElement)) document.querySelector("[role=log]").focus({ preventScroll: true });
    sheet?.remove();
  }

  /** A card that was closed can be brought back from beside the room's facts; it does not come by itself. */
  #offerBack(isClosed) {
    const way = document.querySelector("[data-card-back]"); // there is none at the desk
    if (way) way.hidden = !isClosed;
  }

  #find(id) {
    return this.#page?.querySelector(`[data-notice="${CSS.escape(id)}"]`);
  }

  /**
   * Of the sheets that were `shown` when the house was asked, those it no longer names go: what they told is over.
   * What asks nothing any more loses its button, and the line with the code.
   */
  settle(notices, shown) {
    const ids = new Set(notices.map(({ id }) => id));
    for (const id of shown) {
      const sheet = this.#find(id);
      if (sheet && !ids.has(id) && !sheet.contains(document.activeElement)) sheet.remove();
    }
    for (const { id, actions = [] } of notices) {
      const sheet = this.#find(id);
      const review = sheet?.querySelector("[data-review]");
      if (!review || actions.includes("review") || review.contains(document.activeElement)) continue;
      const code = review.elements.namedItem("code").value;
      for (const line of sheet.querySelectorAll("p")) if (line.textContent.includes(code)) line.remove();
      review.remove();
    }
  }

  #build(notice) {
    const { id, code, text, act, room, actions = [] } = notice;
    const isCard = code === SUPPORT;
    const close = this.#form(`/me/notices/${id}/seen/`, { next: location.pathname }, isCard ? "閉じる" : "わかりました");
    if (isCard) {
      close.className = "actions actions--fill";
      Object.assign(close.lastElementChild, { className: "button button--plain", name: "close", value: "card" });
      const talk = this.#form(`${location.pathname}quiet-room/`, {}, "");
      talk.className = close.className;
      talk.lastElementChild.className = "button";
      talk.dataset.talk = "";
      return buildCard(notice, talk, close);
    }
    const sheet = make("div", { className: "notice" });
    Object.assign(sheet.dataset, { notice: id, code });
    const who = make("p", { className: "notice__who" });
    who.append(make("span", { textContent: "あなただけに" }));
    const lines = text.split("\n").filter(Boolean);
    sheet.append(who, ...lines.map((textContent) => make("p", { textContent })));
    const forms = make("div", { className: "actions" });
    if (actions.includes("room")) {
      forms.append(make("a", { className: "button button--small button--main", href: `/rooms/${room}/`, textContent: "部屋のようすを見る" }));
    }
    if (actions.includes("me")) {
      forms.append(make("a", { className: "button button--small button--main", href: "/me/#news", textContent: "「わたし」で読む" }));
    }
    if (actions.includes("review")) {
      const review = this.#form("/reviews/", { code: act }, "もう一度 見てほしい");
      review.dataset.review = "";
      forms.append(review);
    }
    forms.append(close);
    sheet.append(forms);
    return sheet;
  }

  #form(action, fields, words) {
    const form = make("form", { method: "post", action });
    const hidden = Object.entries({ csrfmiddlewaretoken: this.#token(), ...fields });
    form.append(
      ...hidden.map(([name, value]) => make("input", { type: "hidden", name, value })),
      make("button", { className: "button button--small", textContent: words }),
    );
    return form;
  }
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** Speaks to screen readers at the listener's pace; the screen itself shows no numbers. */
export class Voice {
  #announcer;
  #region;

  constructor(beside) {
    const region = (this.#region = document.createElement("p"));
    region.className = "unseen";
    region.setAttribute("aria-live", "polite");
    document.querySelector("main").prepend(region);
    const pace = tab.read(PACE_KEY) ?? "calm";
    this.#announcer = new Announcer((text) => region.replaceChildren(text), pace);
    beside?.before(this.#choice(pace));
  }

  /** What the house answers to one's own doing does not wait for a pace. */
  tell(text) {
    this.#region.replaceChildren(text);
  }

  hear(messages) {
    for (const message of messages) this.#announcer.hear(message);
  }

  changed(messages) {
    for (const message of messages) this.#announcer.changed(message);
  }

  #choice(pace) {
    const [field, label, select] = ["div", "label", "select"].map((name) => document.createElement(name));
    field.className = "field";
    Object.assign(label, { className: "field__label", htmlFor: PACE_KEY, textContent: "新しい書き込みの読み上げ" });
    Object.assign(select, { className: "field__input", id: PACE_KEY });
    field.append(label, select);
    for (const [value, text] of Object.entries(PACES)) select.append(new Option(text, value, false, value === pace));
    select.addEventListener("change", () => {
      this.#announcer.pace = select.value;
      tab.write(PACE_KEY, select.value);
    });
    return field;
  }
}
