/** One quiet line under the composer, for the writer alone, while words about a life in danger are being written. */

import { DraftHints } from "../models/draft_hints.js";
import { HINTS } from "../models/hint_list.js";

const PAUSE_MS = 400; // nobody is interrupted in the middle of a word

/** `composer` is the room's composer. Nothing of the draft leaves this page, nor is it kept here. */
export function careFor(composer) {
  const field = composer.querySelector("textarea");
  const hints = new DraftHints(HINTS);
  const place = document.createElement("div");
  let isConverting = false;
  let pause;
  place.className = "draft-care";
  place.setAttribute("role", "status");
  composer.append(place);

  const look = () => {
    if (isConverting) return;
    if (hints.shows(field.value)) place.replaceChildren(...line(() => close()));
    else if (!field.value.trim()) place.replaceChildren();
  };
  const lookSoon = () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  };
  const close = () => {
    place.replaceChildren();
    field.focus({ preventScroll: true });
  };
  field.addEventListener("compositionstart", () => (isConverting = true));
  field.addEventListener("compositionend", () => {
    isConverting = false;
    lookSoon();
  });
  field.addEventListener("input", lookSoon);
  composer.addEventListener("words", lookSoon);
  look(); // a draft that was kept
}

function line(close) {
  const words = document.createElement("p");
  const link = Object.assign(document.createElement("a"), { href: "/help/", textContent: "ここに電話できます" });
  const button = Object.assign(document.createElement("button"), { type: "button", className: "button button--plain button--small", textContent: "閉じる" });
  words.append("つらいときは、", link, "。");
  if (document.querySelector("[data-card-back]:not([hidden])")) {
    words.append("閉じた案内は、", Object.assign(document.createElement("a"), { href: "#about", textContent: "ここからひらけます" }), "。");
  }
  button.addEventListener("click", close);
  return [words, button];
}
