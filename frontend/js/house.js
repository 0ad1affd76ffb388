/** Every page: すぐ閉じる, pages that do not stay behind, and menus that close. */

import { tab } from "./lib/storage.js";

const LEAVING = /\/leave\/$|\/me\/(sign-out|erasure)\/$/;

let isGoing = false;
let hasLeft = false;

/** The page is on its way out: what the house says about that on other lines needs no answer. */
export function isLeaving() {
  return isGoing;
}

/** Nothing of an inside page stays on the glass. */
export function emptyPage() {
  document.title = "メモ";
  document.body.replaceChildren();
}

function leaveAtOnce(event) {
  event.preventDefault();
  if (hasLeft) return; // the second tap of a hurried hand
  hasLeft = isGoing = true;
  tab.wipe();
  emptyPage();
  location.replace("/away/");
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-quick-leave]")) return leaveAtOnce(event);
  for (const menu of document.querySelectorAll(".menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector(".menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// Browsers that do not know <details name> would leave every menu open.
document.addEventListener("toggle", ({ target }) => {
  if (!target.open || !target.matches(".menu")) return;
  for (const menu of document.querySelectorAll(".menu[open]")) if (menu !== target) menu.open = false;
}, true);

document.addEventListener("submit", ({ target, submitter }) => {
  const path = new URL(submitter?.hasAttribute("formaction") ? submitter.formAction : target.action, location.href).pathname;
  const [, room] = /^\/rooms\/([^/]+)\/leave\/$/.exec(path) ?? [];
  if (!LEAVING.test(path)) return;
  isGoing = true;
  tab.wipe(room);
});

if (document.querySelector("main[data-forget]")) tab.wipe();

if ("inside" in document.documentElement.dataset) {
  addEventListener("pagehide", emptyPage);
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}
