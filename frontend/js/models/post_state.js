/** What the room says about itself, and whether one may write now. */

import { whenText } from "../lib/text.js";

const CROWDS = { quiet: "しずか", some: "すこし", many: "にぎやか" };
const WORDS = { paused: "休けい", preparing: "準備中", closed: "おわりました" };
const WRITABLE = new Set(["open", "closing"]);
const TOLD_ELSEWHERE = new Set(["room_closed", "room_paused"]); // the room's own state tells these
const REASONS = {
  observing: "", // stands where the composer would be
  resting: "いまは、書くことをお休みしています。読むことはできます。",
  removed: "いまは、この部屋では書けません。",
  suspended: "いまは、この場所の利用を止めています。",
  phase: "いまは、進行役が話す時間です。書きかけの言葉は、そのまま残ります。",
  rules_changed: "約束が新しくなりました。読むと、また書けます。",
};

/** The word beside the little window, and the window's look. */
export function stateSign({ state, crowd }) {
  if (WRITABLE.has(state)) return { word: CROWDS[crowd] ?? CROWDS.quiet, look: "open" };
  return { word: WORDS[state] ?? WORDS.preparing, look: state === "paused" ? "paused" : "preparing" };
}

/** `{mayPost, line}`: the line is a kind sentence, or empty. */
export function postState(room, you = {}) {
  if (!WRITABLE.has(room.state)) return { mayPost: false, line: roomLine(room) };
  const reason = TOLD_ELSEWHERE.has(you.why_not) ? null : you.why_not;
  if (reason) return { mayPost: false, line: personLine(reason, you.until) };
  return { mayPost: true, line: roomLine(room) };
}

function roomLine({ state, why, closes_at: closes, opens_at: opens }) {
  if (state === "closing" && closes) return `${whenText(closes)}に、部屋をしめます。`;
  if (state === "paused" && why === "no_keepers") return "スタッフがもどるまで、お休みします。読むことはできます。";
  if (state === "paused") return opens ? `少しお休みします。${whenText(opens)}から、また書けます。` : "少しお休みします。書きかけの言葉は、そのまま残ります。";
  if (state === "closed") return `今日の部屋は、おわりました。読むことはできます。${next(opens)}`;
  if (state === "preparing") return `いまは、準備中です。${next(opens)}`;
  return "";
}

function personLine(reason, until) {
  const line = REASONS[reason] ?? "いまは、書くことをお休みしています。";
  return until ? `${line}${whenText(until)}から、また書けます。` : line;
}

function next(opens) {
  return opens ? `次は、${whenText(opens)}からです。` : "";
}
