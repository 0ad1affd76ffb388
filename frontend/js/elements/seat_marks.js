/** What stands beside a seat now (「はじめて」, お休み), on each of its rows in a room's log at the desk: also on those that came by the line. */

const log = document.querySelector("main[data-room] [role=log]");
const panel = "[data-panel=seat-marks]";

function show() {
  for (const list of document.querySelectorAll(`${panel} [data-marks-of]`)) {
    for (const row of log.querySelectorAll(`[data-by="${CSS.escape(list.dataset.marksOf)}"]`)) mark(row, list);
  }
}

/** A seat the list does not name keeps what it has: it wrote longer ago than the list reaches. */
function mark(row, list) {
  const head = row.querySelector(".message__head"); // a hidden row has none
  if (!head || words(head) === words(list)) return;
  for (const tag of head.querySelectorAll(".tag")) tag.remove();
  head.append(...list.cloneNode(true).children);
}

function words(place) {
  return Array.from(place.querySelectorAll(".tag"), ({ textContent }) => textContent).join("\n");
}

if (log && document.querySelector(panel)) {
  new MutationObserver(show).observe(document.querySelector("main"), { childList: true, subtree: true });
}
