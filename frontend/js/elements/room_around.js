/** What stands around the log: the sign by the room's name, letters to one person, the voice. */

import { tab } from "../lib/storage.js";
import { whenText } from "../lib/text.js";
import { Announcer } from "../models/announcer.js";
import { postState, stateSign } from "../models/post_state.js";

const PACE_KEY = "pace";
const PACES = { soon: "すぐ", calm: "15秒ごと", slow: "1分ごと", never: "読み上げない" };

/** The sign by the room's name: its state in words, and the kind line above the composer. */
export class RoomSign {
  #main;
  #state = document.querySelector("[data-crowd]");
  #until = document.querySelector("[data-until]");
  #line = document.querySelector("[data-room-state]");

  constructor(main) {
    this.#main = main;
  }

  /** Shows the room and returns whether one may write. */
  show(room, you) {
    const { word, look } = stateSign(room);
    this.#main.dataset.state = room.state;
    if (this.#state) {
      setText(this.#state, word);
      this.#state.className = `state state--${look}`;
    }
    const isOpen = look === "open";
    if (this.#until) setText(this.#until, isOpen && room.closes_at ? `${whenText(room.closes_at)}まで` : "");
    const { mayPost, line } = postState(room, you);
    this.say(line);
    return mayPost;
  }

  say(line) {
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
  #token;
  #seen = new Set();

  /** `seen(id)` sends word; where it returns false the form goes its plain way. */
  constructor(box, { token, seen }) {
    this.#box = box;
    this.#token = token;
    box?.setAttribute("aria-live", "polite");
    box?.addEventListener("submit", (event) => {
      const sheet = event.target.closest("[data-notice]");
      if (!seen(sheet.dataset.notice)) return;
      event.preventDefault();
      this.#seen.add(sheet.dataset.notice);
      sheet.remove();
    });
  }

  put(notice) {
    if (!this.#box || this.#seen.has(notice.id) || this.#box.querySelector(`[data-notice="${CSS.escape(notice.id)}"]`)) return;
    this.#box.append(this.#build(notice));
  }

  #build({ id, code, text, actions = [] }) {
    const sheet = make("div", { className: "notice" });
    Object.assign(sheet.dataset, { notice: id, code });
    const who = make("p", { className: "notice__who" });
    who.append(make("span", { textContent: "あなただけに" }));
    sheet.append(who, ...text.split("\n").filter(Boolean).map((words) => make("p", { textContent: words })));
    const form = make("form", { className: "actions", method: "post", action: `/me/notices/${id}/seen/` });
    form.append(
      ...actions.filter(({ url }) => url?.startsWith("/")).map(({ url, text: words }) => make("a", { className: "button button--small", href: url, textContent: words })),
      make("input", { type: "hidden", name: "csrfmiddlewaretoken", value: this.#token() }),
      make("input", { type: "hidden", name: "next", value: location.pathname }),
      make("button", { className: "button button--small", textContent: "わかりました" }),
    );
    sheet.append(form);
    return sheet;
  }
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

/** Speaks to screen readers at the listener's pace; the screen itself shows no numbers. */
export class Voice {
  #announcer;

  constructor(beside) {
    const region = document.createElement("p");
    region.className = "unseen";
    region.setAttribute("aria-live", "polite");
    document.querySelector("main").prepend(region);
    const pace = tab.read(PACE_KEY) ?? "calm";
    this.#announcer = new Announcer((text) => region.replaceChildren(text), pace);
    beside?.before(this.#choice(pace));
  }

  hear(messages) {
    for (const message of messages) this.#announcer.hear(message);
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
