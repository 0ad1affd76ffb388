/** Rows: a message as the page draws it (the server's own shape, cloned and filled with text only), and words not out yet. */

import { nameOver, whenText } from "../lib/text.js";

export const WISHES = { listen_only: "聞いてほしいだけ", advice_welcome: "意見もほしい" };
const QUIET_WORDS = {
  hidden: "スタッフが、この書き込みをかくしました。",
  withdrawn: "この書き込みは、とりけされました。",
  erased: "この書き込みは、消えました。",
  shown: "この書き込みは、あなたの席ができる前のものです。",
};
const SELF_COVER_WORDS = "かくしてあります";
const COVER_LABELS = { off: "かくして読む", on: "かくすのをやめる" };

export function buildRow(template, message, { seq, isOwn }) {
  const row = template.content.querySelector(".message").cloneNode(true);
  Object.assign(row.dataset, { message: message.id, position: message.position, seq });
  if ("by" in row.dataset) row.dataset.by = message.keeper ? "" : message.seat; // at the desk alone
  if (message.state !== "shown" || message.text === undefined) quieten(row, message);
  else fill(row, message, isOwn);
  return row;
}

/** The place of words that this reader does not want to read, and the way back. */
export function buildIgnored(template, { id, position, seat }, seq) {
  const row = template.content.querySelector(".message").cloneNode(true);
  Object.assign(row.dataset, { message: id, position, seq });
  row.querySelector("[name=seat]").value = seat;
  return row;
}

function quieten(row, { state }) {
  const line = document.createElement("p");
  line.textContent = QUIET_WORDS[state] ?? QUIET_WORDS.hidden;
  row.classList.add("message--quiet");
  row.removeAttribute("aria-labelledby");
  row.replaceChildren(line, ...keeperLinks(row, row.dataset.message));
}

function fill(row, message, isOwn) {
  const part = (selector) => row.querySelector(selector);
  const time = whenText(message.at);
  const name = part(".message__name");
  name.id = `by-${message.id}`;
  name.textContent = nameOver(message);
  name.classList.toggle("message__name--away", !message.call_name);
  row.setAttribute("aria-labelledby", name.id);
  part("time").dateTime = message.at;
  part("time").textContent = time;
  for (const summary of row.querySelectorAll(".menu > summary")) {
    summary.setAttribute("aria-label", `${nameOver(message)} ${time} の書き込みのメニュー`);
  }
  part(".message__wish").textContent = WISHES[message.tone] ?? "";
  part(".fold__words").textContent = message.cover ?? "";
  for (const text of row.querySelectorAll(".message__text")) text.textContent = message.text ?? "";
  retarget(row, message.id);
  const ignore = part("[data-act=ignore]"); // there is none at the desk
  if (ignore) ignore.value = message.seat;
  const unless = {
    ".message__mark": message.keeper,
    ".message__mine": isOwn,
    ".message__edited": message.edited,
    ".message__redacted": message.redacted,
    ".message__wish": WISHES[message.tone],
    ".fold": message.cover,
    ":scope > .message__text": !message.cover,
    "[data-menu=own]": isOwn,
    "[data-menu=other]": !isOwn,
    "[data-act=ignore]": !message.keeper,
    "[data-keep]": !isOwn && !message.keeper,
  };
  for (const [selector, stays] of Object.entries(unless)) if (!stays) part(selector)?.remove();
}

/** The template's addresses stand without an id; its forms must work as the server's do. */
function retarget(row, id) {
  row.querySelector("[data-act=edit]")?.setAttribute("href", `?edit=${id}#words`);
  keeperLinks(row, id);
  const tell = row.querySelector("[data-tell]");
  tell?.setAttribute("href", tell.getAttribute("href").replace(/messages\/.*/, `messages/${id}/concern/`));
  const withdraw = row.querySelector("[data-act=withdraw]");
  withdraw?.setAttribute("formaction", withdraw.getAttribute("formaction").replace(/messages\/.*/, `messages/${id}/withdrawal/`));
}

/** At the desk each row leads to the page on which a keeper acts. */
function keeperLinks(row, id) {
  const links = Array.from(row.querySelectorAll("[data-keep]"));
  for (const link of links) link.setAttribute("href", link.getAttribute("href").replace(/messages\/.*/, `messages/${id}/`));
  return links;
}

/** What the row says, for its writer to change. */
export function readRow(row) {
  const wish = row.querySelector(".message__wish")?.textContent;
  return {
    message: row.dataset.message,
    text: row.querySelector(".message__text").textContent,
    cover: row.querySelector(".fold__words")?.textContent ?? "",
    tone: Object.keys(WISHES).find((tone) => WISHES[tone] === wish) ?? "",
  };
}

/** Lays the reader's own cover over the words, or takes it off; the writer's cover is only closed. */
export function coverRow(row, template, isOn) {
  const own = row.querySelector("[data-self-cover]");
  const text = row.querySelector(".message__text");
  const button = row.querySelector("[data-act=cover]");
  if (!text || !button) return;
  if (!own && row.querySelector(".fold")) {
    row.querySelector(".fold").open = false;
    return;
  }
  if (isOn && !own) {
    const fold = template.content.querySelector(".fold").cloneNode(true);
    fold.dataset.selfCover = "";
    fold.querySelector(".fold__words").textContent = SELF_COVER_WORDS;
    text.replaceWith(fold);
    fold.querySelector(".fold__inside").replaceChildren(text);
  } else if (!isOn && own) {
    own.replaceWith(text);
  }
  button.firstChild.data = isOn ? COVER_LABELS.on : COVER_LABELS.off;
}

/** Words that are not out yet, below the log: nothing one has written is ever out of sight. */
export class WaitingWords {
  #list;
  #takeBack;

  /** `takeBack(id)` gives the words back to their writer. */
  constructor(list, takeBack) {
    this.#list = list;
    this.#takeBack = takeBack;
  }

  get list() {
    return this.#list;
  }

  /** Whether these would look different from what stands there. */
  isNew(entries) {
    return keyOf(entries) !== (this.#list.dataset.waiting ?? "");
  }

  show(entries) {
    this.#list.dataset.waiting = keyOf(entries);
    this.#list.hidden = !entries.length;
    this.#list.replaceChildren(...entries.map((entry) => this.#row(entry)));
  }

  #row({ id, text, isUnsure }) {
    const row = make("li", "message message--waiting");
    const head = make("p", "message__head");
    head.append(make("span", "message__name", "わたし"), make("span", "message__edited", "もうすぐ出ます"));
    row.append(head, make("p", "message__text", text));
    if (isUnsure) return row;
    const button = make("button", "button button--small", "もどす");
    button.type = "button";
    button.addEventListener("click", () => this.#takeBack(id));
    row.append(button);
    return row;
  }
}

function keyOf(entries) {
  return entries.map(({ id, isUnsure }) => `${id}${isUnsure ? "?" : ""}`).join();
}

function make(name, className, textContent = "") {
  return Object.assign(document.createElement(name), { className, textContent });
}
