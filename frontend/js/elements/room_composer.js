/** `<room-composer>`: the field is sacred; it is never emptied or filled while somebody converts. */

import { countBytes, countGraphemes } from "../lib/text.js";
import { tab } from "../lib/storage.js";
import { Drafts, joinWords } from "../models/outbox.js";

const TEXT_MAX = 1_000;
const TEXT_MAX_BYTES = 4_000;
const WARN_FROM = 950;
const SETTLE_MS = 60; // after blur the browser still hands over the last conversion
const SAFARI_ENTER_MS = 40; // Safari ends the conversion just before the Enter that ended it
const PROCESS_KEY = 229;
const NOTHING = { text: "", cover: "", tone: "" };

export class RoomComposer extends HTMLElement {
  #form = null;
  #field;
  #say;
  #button;
  #drafts;
  #isConverting = false;
  #convertedAt = -Infinity;
  #later = []; // changes of the field that wait for the end of a conversion
  #settling;
  #wasTyping = false;
  #edit = null; // {message, aside}
  #mayPost = true;
  #isHint = false;

  connectedCallback() {
    if (this.#form) return;
    this.#form = this.querySelector("form");
    this.#field = this.#form.elements.text;
    this.#say = this.querySelector(".room-composer__say");
    this.#button = this.querySelector("[type=submit]");
    this.#drafts = new Drafts(this.closest("[data-room]").dataset.room, tab);
    if (entersSend()) this.#field.enterKeyHint = "send";
    const draft = this.#drafts.read();
    if (draft && !this.#field.value) this.#write(draft);
    this.#field.addEventListener("compositionstart", () => (this.#isConverting = true));
    this.#field.addEventListener("compositionend", (event) => this.#converted(event));
    this.#field.addEventListener("keydown", (event) => this.#keyed(event));
    this.#button.addEventListener("pointerdown", () => (this.#wasTyping = document.activeElement === this.#field));
    this.#form.addEventListener("input", () => this.#changed());
    this.#form.addEventListener("submit", (event) => this.#submitted(event));
  }

  /** A kind line above the field, with at most one thing to do. */
  say(text, { label, act } = {}) {
    if (!text && this.#edit) return this.#sayEditing();
    this.#isHint = false;
    this.#say.textContent = text;
    if (!label) return;
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "button button--plain button--small", textContent: label });
    button.addEventListener("click", () => {
      act();
      this.say("");
      this.#field.focus();
    });
    this.#say.append(" ", button);
  }

  /** Words that were not taken stand in the field again. */
  giveBack(words) {
    this.#whenSettled(() => {
      this.#write(joinWords(words, this.#read()));
      this.#keepDraft();
    });
  }

  /** Own words come into the field to be mended; what stood there waits beside. */
  beginEdit({ message, ...words }) {
    this.#whenSettled(() => {
      this.#edit = { message, aside: this.#edit?.aside ?? this.#read() };
      this.#write(words);
      this.#sayEditing();
      this.#field.focus();
    });
  }

  /** Without leave to write the words stay and only 送信 rests; an unused field steps aside. */
  set mayPost(may) {
    this.#mayPost = may;
    this.#button.disabled = !may;
    this.hidden = !may && !this.#read().text && !this.contains(document.activeElement);
  }

  #submitted(event) {
    event.preventDefault();
    clearTimeout(this.#settling);
    if (!this.#isConverting) return this.#send();
    this.#field.blur();
    this.#settling = setTimeout(() => this.#send(), SETTLE_MS);
  }

  #send() {
    const words = this.#read();
    if (!this.#mayPost) return;
    if (!words.text.trim()) return this.say("言葉が入っていないようです。");
    const verb = this.#edit ? { verb: "edit", message: this.#edit.message } : { verb: "post" };
    if (this.#edit) this.#endEdit();
    else this.#whenSettled(() => this.#write(NOTHING));
    this.say("");
    this.#keepDraft();
    if (this.#wasTyping) this.#field.focus({ preventScroll: true });
    this.#wasTyping = false;
    this.dispatchEvent(new CustomEvent("words", { detail: { ...verb, ...words } }));
  }

  #sayEditing() {
    this.say("書き込みをなおしています。", { label: "やめておく", act: () => this.#endEdit() });
  }

  #endEdit() {
    const { aside } = this.#edit;
    this.#edit = null;
    this.#whenSettled(() => this.#write(aside));
  }

  #keyed(event) {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === PROCESS_KEY) return;
    if (this.#isConverting || event.timeStamp - this.#convertedAt < SAFARI_ENTER_MS) return;
    const isPlain = !event.shiftKey && !event.altKey;
    if (!(entersSend() && isPlain) && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#wasTyping = true;
    this.#button.click();
  }

  #converted({ timeStamp }) {
    this.#isConverting = false;
    this.#convertedAt = timeStamp;
    // After the event: the browser has not yet written the converted text everywhere.
    setTimeout(() => this.#isConverting || this.#later.splice(0).forEach((change) => change()));
  }

  #whenSettled(change) {
    if (this.#isConverting) this.#later.push(change);
    else change();
  }

  #changed() {
    this.#keepDraft();
    this.#fit();
    this.#hint();
  }

  #hint() {
    const text = this.#field.value;
    const isNear = text.length >= WARN_FROM && (countGraphemes(text) >= WARN_FROM || countBytes(text) > TEXT_MAX_BYTES);
    if (isNear) {
      const left = TEXT_MAX - countGraphemes(text);
      const isLong = left < 0 || countBytes(text) > TEXT_MAX_BYTES;
      this.say(isLong ? "少し長いようです。1,000文字までに分けると、送れます。" : `あと${left}文字ほど書けます。`);
      this.#isHint = true;
    } else if (this.#isHint) {
      this.say("");
    }
  }

  #keepDraft() {
    if (!this.#edit) this.#drafts.keep(this.#read());
  }

  #read() {
    const { cover, tone } = this.#form.elements;
    return { text: this.#field.value, cover: cover?.value.trim() ?? "", tone: tone?.value ?? "" };
  }

  #write({ text, cover = "", tone = "" }) {
    const fields = this.#form.elements;
    this.#field.value = text;
    if (fields.cover) fields.cover.value = cover;
    for (const choice of this.querySelectorAll("[name=tone]")) choice.checked = choice.value === tone;
    const ways = this.querySelector(".composer__ways");
    if (ways) ways.open = Boolean(cover || tone);
    if (text) this.hidden = false;
    this.#fit();
  }

  /** For browsers without `field-sizing`. */
  #fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }
}

function entersSend() {
  return document.documentElement.dataset.enterSends === "true";
}

customElements.define("room-composer", RoomComposer);
