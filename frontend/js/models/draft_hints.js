/** Looks through a draft, in this browser alone, for words that call for a helpline. Keeps, sends and counts nothing. */

const KATAKANA = /[ァ-ヶヽ]/g;
const KANA_APART = 0x60;
const UNSEEN = /(?!\n)[\p{Cf}\p{Cc}]/gu;
const BETWEEN = "[\\s、。,・･.…*_ー〜~\\-‐−–—/|=+「」『』“”\"'’‘()\\[\\]【】☆★♪♡♥!?\\u{1f300}-\\u{1faff}\\u2600-\\u27bf]";
const LETTER = "[\\p{L}\\p{N}]";
// し.に.た.い: three letters or more, each by itself
const SPELLED_OUT = new RegExp(`(^|[^\\p{L}\\p{N}])((?:${LETTER}${BETWEEN}{1,3}){2,}${LETTER})(?!${LETTER})`, "gu");
const GAPS = new RegExp(`${BETWEEN}+`, "gu");
const ENDS = /[\n!?.]/g;
const PAUSES = /[…,;:]/g;
const ORNAMENTS = /[\s・*_〜~‐−–—|=+「」『』“”"'’‘()[\]【】☆★♪♡♥^<>《》〈〉\-\u{1f300}-\u{1faff}\u2600-\u27bf]+/gu;
const STRETCHED = /([ぁ-ゖ一-鿿])(?:[ー〜~]+)|([ぁ-ん])[ぁぃぅぇぉ]{2,}/gu;
const AGAIN = /(.)\1{2,}/gu;
const TAKEN_APART = /[た夕][ひ匕](?=[にぬねのんりるっ])/g;

/** One spelling, as the house's own screening makes it: width, case, kana, and nothing between the letters. */
export function fold(text) {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(KATAKANA, (letter) => String.fromCharCode(letter.charCodeAt(0) - KANA_APART))
    .replace(UNSEEN, "")
    .replace(SPELLED_OUT, (_, before, run) => before + run.replace(GAPS, ""))
    .replace(ENDS, "。")
    .replace(PAUSES, "、")
    .replace(ORNAMENTS, "")
    .replace(STRETCHED, "$1$2")
    .replace(AGAIN, "$1$1")
    .replace(TAKEN_APART, "死");
}

/** One draft after the other: the line is shown once in each, and no more once it was closed. */
export class DraftHints {
  #hints;
  #not;
  #wasShown = false;

  constructor({ hints, not }) {
    this.#hints = hints;
    this.#not = [...not].sort((one, other) => other.length - one.length); // what holds another goes first
  }

  /** Whether to show the line now. */
  shows(text) {
    if (!text.trim()) this.#wasShown = false; // the next draft
    if (this.#wasShown || !this.#calls(fold(text))) return false;
    this.#wasShown = true;
    return true;
  }

  #calls(words) {
    const meant = this.#not.reduce((rest, phrase) => rest.replaceAll(phrase, "\n"), words);
    return this.#hints.some((phrase) => meant.includes(phrase));
  }
}
