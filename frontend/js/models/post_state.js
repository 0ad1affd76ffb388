/** What the room says about itself, and whether one may write now. */

import { whenText } from "../lib/text.js";

const CROWDS = { quiet: "しずか", some: "すこし", many: "にぎやか" };
const WORDS = { paused: "休けい", preparing: "準備中", closed: "おわりました" };
const WRITABLE = new Set(["open", "closing"]);
const TOLD_ELSEWHERE = new Set(["room_closed", "room_paused"]); // the room's own state tells these
const MINUTE_MS = 60_000;
const LAST_MINUTES = [5, 1, 0, -1]; // before the end something else is said; after it comes a minute of grace
const TALK_IS_OVER = "静かな部屋を、おわりました。来てくれて、ありがとうございました。つらいときは、「困ったとき」に窓口があります。";
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
export function postState(room, you = {}, now = Date.now()) {
  if (!WRITABLE.has(room.state)) return { mayPost: false, line: roomLine(room, now) };
  const reason = TOLD_ELSEWHERE.has(you.why_not) ? null : you.why_not;
  if (reason) return { mayPost: false, line: personLine(reason, you.until) };
  const isSaid = room.checked && you.waiting?.length > 0; // with the words that wait
  return { mayPost: true, line: roomLine(isSaid ? { ...room, checked: false, because: "" } : room, now) };
}

/** Milliseconds until the line says something else by itself, or null. */
export function nextLineMs({ state, closes_at: closes }, now = Date.now()) {
  const turns = state === "closing" && closes ? LAST_MINUTES.map((minutes) => Date.parse(closes) - minutes * MINUTE_MS - now) : [];
  return turns.find((ms) => ms > 0) ?? null;
}

function roomLine({ state, why, closes_at: closes, opens_at: opens, checked, pace, because }, now) {
  if (state === "closing" && closes) return closingLine(closes, Date.parse(closes) - now);
  if (state === "paused" && why === "no_keepers") return "いま、スタッフがそろっていません。少しお休みします。読むことはできます。";
  if (state === "paused") return `${restLine(opens)}${because ?? ""}`;
  if (state === "closed" && why === "talk_over") return TALK_IS_OVER;
  if (state === "closed") return `今日の部屋は、おわりました。読むことはできます。${next(opens)}`;
  if (state === "preparing") return `いまは、準備中です。${next(opens)}`;
  if (checked) return `いまは、スタッフが見てから、書き込みが出ます。少し時間がかかります。${because ?? ""}`;
  return because ? `いまは、${pace}秒に1回、ゆっくり書く時間です。${because}` : "";
}

function restLine(opens) {
  return opens ? `${whenText(opens)}まで、お休みします。お茶でもどうぞ。読むことはできます。` : "少しお休みします。書きかけの言葉は、そのまま残ります。";
}

function closingLine(closes, leftMs) {
  if (leftMs > 5 * MINUTE_MS) return `${whenText(closes)}に、部屋をしめます。`;
  if (leftMs > MINUTE_MS) return `5分以内に、部屋をしめます。${whenText(closes)}までです。`;
  if (leftMs > 0) return "1分以内に、部屋をしめます。書いた言葉は、いま送れます。";
  if (leftMs > -MINUTE_MS) return "部屋をしめる時間です。書きかけの言葉は、あと1分送れます。";
  return "部屋をしめています。書きかけの言葉は、そのまま残ります。";
}

function personLine(reason, until) {
  const line = REASONS[reason] ?? "いまは、書くことをお休みしています。";
  return until ? `${line}${whenText(until)}から、また書けます。` : line;
}

function next(opens) {
  return opens ? `次は、${whenText(opens)}からです。` : "";
}
