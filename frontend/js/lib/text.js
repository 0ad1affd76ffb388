/** Letters as readers count them, and times as the house writes them: Asia/Tokyo, whatever the device believes. */

const SEGMENTER = Intl.Segmenter ? new Intl.Segmenter("ja", { granularity: "grapheme" }) : null;
const LETTER = /\r\n|\p{Regional_Indicator}{2}|\P{M}(?:\p{M}|\p{Emoji_Modifier}|\u200d\P{M})*/gu;
const CLOCK = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", hour: "numeric", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("ja-JP", { timeZone: "Asia/Tokyo", month: "long", day: "numeric", weekday: "short" });

const NAMELESS = "（名前は見せていません）"; // the same as in rooms/call_names.py

/** What stands over words where a name would: a keeper may have taken it. */
export function nameOver(message) {
  return message.call_name || NAMELESS;
}

export function countRoughly(text) {
  return (text.match(LETTER) ?? []).length;
}

/** What a reader would call letters. The server decides; this only warns. */
export function countGraphemes(text) {
  if (!SEGMENTER) return countRoughly(text);
  let count = 0;
  for (const _ of SEGMENTER.segment(text)) count += 1;
  return count;
}

export function countBytes(text) {
  return new TextEncoder().encode(text).length;
}

export function clockText(at) {
  return CLOCK.format(new Date(at));
}

export function dayText(at) {
  return DAY.format(new Date(at)).replace("(", "（").replace(")", "）");
}

/** The clock alone today, with the day otherwise. */
export function whenText(at, now = Date.now()) {
  return dayText(at) === dayText(now) ? clockText(at) : `${dayText(at)} ${clockText(at)}`;
}
