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
  #label;
  #edit = null; // {message, aside, label, cancel}
  #mayPost = true;
  #isHint = false;
  isOver = false; // then an empty field goes, even with the focus in it

  connectedCallback() {
    if (this.#form) return;
    this.#form = this.querySelector("form.composer");
    this.#field = this.#form.elements.text;
    this.#say = this.querySelector(".room-composer__say");
    this.#button = this.#form.querySelector("[type=submit]");
    this.#label = this.querySelector(".composer__label");
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
    this.addEventListener("click", (event) => event.target.closest("[data-other-name] button") && this.#takeName(event));
  }

  /** A kind line above the field; one that is said again is not read out again. A hint about the length goes with it. */
  say(text, { isHint = false } = {}) {
    this.#isHint = isHint;
    if (this.said !== text) this.#say.textContent = text;
  }

  get said() {
    return this.#say.textContent;
  }

  focusField() {
    this.#field.focus();
  }

  /** Words that were not taken stand in the field again. */
  giveBack(words) {
    this.#whenSettled(() => {
      this.#write(joinWords(words, this.#read()));
      this.#keepDraft();
    });
  }

  /** Words that are on their way again leave the field; what was written beside them stays. */
  takeOut({ text }) {
    this.#whenSettled(() => {
      const now = this.#read();
      if (now.text === text) this.#write(NOTHING);
      else if (now.text.startsWith(`${text}\n`)) this.#write({ ...now, text: now.text.slice(text.length + 1) });
      this.#keepDraft();
    });
  }

  /** Another has written under this name: the words wait here for a new one. */
  askForName() {
    if (this.querySelector("[data-other-name]")) return;
    this.#form.before(this.querySelector("template").content.cloneNode(true));
  }

  async #takeName(event) {
    event.preventDefault();
    const button = event.target;
    const { csrfmiddlewaretoken: token } = this.#form.elements;
    const wanted = button.name ? "" : this.querySelector("input[name=call_name]").value;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token.value, mode: "speak", call_name: wanted });
    try {
      const response = await fetch(button.formAction, { method: "POST", headers: { Accept: "application/json" }, body });
      if (!response.ok) return this.say((await response.json()).text);
    } catch {
      return this.say("いまは、つながりません。言葉は、ここに残っています。");
    }
    button.closest("[data-other-name]").remove();
    this.#send();
  }

  /** Own words come into the field to be mended; what stood there waits beside. */
  beginEdit({ message, ...words }) {
    this.#whenSettled(() => {
      const aside = this.#edit?.aside ?? this.#read();
      if (!this.#edit) this.#showEditing();
      Object.assign(this.#edit, { message, aside });
      this.#write(words);
      this.#field.focus();
    });
  }

  /** Without leave to write the words stay and only 送信 rests; an unused field steps aside. */
  set mayPost(may) {
    this.#mayPost = may;
    this.#button.disabled = !may;
    const isUsed = !this.isOver && (this.said || this.contains(document.activeElement));
    this.hidden = !may && !this.#read().text && !isUsed;
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

  #showEditing() {
    const cancel = document.createElement("button");
    Object.assign(cancel, { type: "button", className: "button button--plain button--small", textContent: "やめておく" });
    cancel.addEventListener("click", () => {
      this.#endEdit();
      this.say("");
      this.#field.focus();
    });
    this.#button.before(cancel);
    this.#edit = { cancel, label: [...this.#label.childNodes] };
    const soft = document.createElement("span");
    Object.assign(soft, { className: "soft", textContent: "書いてから5分まで" });
    this.#label.replaceChildren("書き込みをなおす ", soft);
  }

  #endEdit() {
    const { aside, cancel, label } = this.#edit;
    this.#edit = null;
    cancel.remove();
    this.#label.replaceChildren(...label);
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
      this.say(isLong ? "少し長いようです。1,000文字までに分けると、送れます。" : `あと${left}文字ほど書けます。`, { isHint: true });
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
