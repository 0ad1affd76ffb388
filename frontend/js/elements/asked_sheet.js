/** Before anybody sees them: what was found in one's words, above the composer. Asked for when the house asks. */

import { piecesOf } from "../lib/pieces.js";

const COVER = "\n（おおい）";

/** `choose("without" | "to_keepers")`, or `choose("")` for 送らない; the sheet goes either way. */
export function showAsked(composer, { text, spans, cover_spans: coverSpans = [], left }, words, choose) {
  composer.querySelector("[data-asked]")?.remove();
  const sheet = composer.querySelector("[data-asked-template]").content.querySelector("[data-asked]").cloneNode(true);
  sheet.querySelector("[data-say]").textContent = text;
  const cover = coverSpans.length ? [COVER, ...marked(words.cover, coverSpans)] : [];
  sheet.querySelector("[data-found]").replaceChildren(...marked(words.text, spans), ...cover);
  for (const part of sheet.querySelectorAll("[data-left]")) part.hidden = !left;
  sheet.querySelector("[data-nothing-left]").hidden = Boolean(left);
  sheet.querySelector("[data-left-words]").textContent = `${left?.text ?? ""}${left?.cover && coverSpans.length ? COVER + left.cover : ""}`;
  const end = (choice) => {
    sheet.remove();
    choose(choice);
  };
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    end(event.submitter.value);
  });
  sheet.querySelector("[data-drop]").addEventListener("click", (event) => {
    event.preventDefault();
    end("");
  });
  composer.prepend(sheet);
  sheet.querySelector("h2").focus({ preventScroll: true });
  sheet.querySelector("mark")?.scrollIntoView({ block: "nearest" }); // in long words it may lie far down
  const isAtFoot = getComputedStyle(sheet.closest(".room-foot")).position === "sticky";
  sheet.querySelector("h2").scrollIntoView({ block: isAtFoot ? "nearest" : "start" }); // with large letters not all is seen at once: the question first
}

function marked(text, spans) {
  return piecesOf(text, spans).map(({ piece, isFound }) => {
    if (!isFound) return piece;
    return Object.assign(document.createElement("mark"), { className: "found", textContent: piece });
  });
}
