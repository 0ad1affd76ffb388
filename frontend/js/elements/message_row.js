/** One message as the page draws it: the same shape as the server's, cloned and filled with text only. */

import { whenText } from "../lib/text.js";

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
  if (message.state !== "shown" || message.text === undefined) quieten(row, message);
  else fill(row, message, isOwn);
  return row;
}

function quieten(row, { state }) {
  const line = document.createElement("p");
  line.textContent = QUIET_WORDS[state] ?? QUIET_WORDS.hidden;
  row.classList.add("message--quiet");
  row.removeAttribute("aria-labelledby");
  row.replaceChildren(line);
}

function fill(row, message, isOwn) {
  const part = (selector) => row.querySelector(selector);
  const time = whenText(message.at);
  const name = part(".message__name");
  name.id = `by-${message.id}`;
  name.textContent = message.call_name;
  row.setAttribute("aria-labelledby", name.id);
  part("time").dateTime = message.at;
  part("time").textContent = time;
  for (const summary of row.querySelectorAll(".menu > summary")) {
    summary.setAttribute("aria-label", `${message.call_name} ${time} の書き込みのメニュー`);
  }
  part(".message__wish").textContent = WISHES[message.tone] ?? "";
  part(".fold__words").textContent = message.cover ?? "";
  for (const text of row.querySelectorAll(".message__text")) text.textContent = message.text ?? "";
  retarget(row, message.id);
  const unless = {
    ".message__mark": message.keeper,
    ".message__mine": isOwn,
    ".message__edited": message.edited,
    ".message__wish": WISHES[message.tone],
    ".fold": message.cover,
    ":scope > .message__text": !message.cover,
    "[data-menu=own]": isOwn,
    "[data-menu=other]": !isOwn,
  };
  for (const [selector, stays] of Object.entries(unless)) if (!stays) part(selector)?.remove();
}

/** The template's addresses stand without an id; its forms must work as the server's do. */
function retarget(row, id) {
  row.querySelector("[data-act=edit]")?.setAttribute("href", `?edit=${id}#words`);
  const withdraw = row.querySelector("[data-act=withdraw]");
  withdraw?.setAttribute("formaction", withdraw.getAttribute("formaction").replace(/messages\/.*/, `messages/${id}/withdrawal/`));
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
