"""One spelling for matching, each letter knowing where it stood in the words as written.

Width, case, katakana, keycaps, letters in badges, what cannot be seen, a few pictures that stand
for a word. Nothing here is kept or shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain

_KATAKANA = {code: chr(code - 0x60) for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
_BADGES = {
    chr(first + step): chr(97 + step) for first in (0x1F130, 0x1F150, 0x1F170, 0x1F1E6) for step in range(26)
}
_BLACK_DIGITS = {chr(0x2776 + step): str(step + 1) for step in range(10)} | {
    chr(first + step): str(step + 1) for first in (0x2780, 0x278A) for step in range(10)
}
# Pictures written instead of a word, in the spelling that the rules read.
_PICTURES = {
    "💀": "死", "☠": "死", "⚰": "墓", "💊": "薬", "🔪": "包丁", "🗡": "刃物", "🩸": "血", "🌉": "橋", "🚃": "電車",
    "🚆": "電車", "🚉": "駅", "🪢": "縄", "🌊": "海", "🏢": "びる", "👋": "さようなら", "🔟": "10", "📞": "電話", "☎": "電話",
    "📱": "電話", "📧": "めーる", "✉": "めーる", "📩": "めーる", "💚": "緑", "🟢": "緑", "🟩": "緑", "💰": "金", "💴": "金",
    "💸": "金", "🐷": "豚", "🐖": "豚", "🗑": "ごみ", "👊": "殴", "🆔": "id", "🔗": "りんく", "💬": "ちゃっと",
    "🏠": "家", "📍": "場所", "🐝": "8", "💩": "うんこ", "🤮": "きもい", "🖕": "死ね", "⓪": "0", "⓿": "0",
}  # fmt: skip
# After hiragana and kanji they only draw a word out (死にたーい); after katakana they spell it (ロープ).
_STRETCHES = frozenset("ー〜~")
_VOICED, _HALF_VOICED = "\u3099", "\u309a"
_UNSEEN = frozenset(["Cf", "Cc", "Mn", "Me"])
# A letter that stands for many, as ㌔ does for キロ; none that means something here stands for more.
_LONGEST = 6
_MOST_KNOWN = 4_000
_JOINS = "\u200d\ufe0e\ufe0f\u20e3"
_MARKS_OF_LETTERS = _JOINS + _VOICED + _HALF_VOICED


def _spell(character: str) -> str:
    """What one character is read as; nothing for what cannot be seen."""
    if character in _PICTURES:
        return _PICTURES[character]
    if character in _BADGES:
        return _BADGES[character]
    if character in _BLACK_DIGITS:
        return _BLACK_DIGITS[character]
    plain = unicodedata.normalize("NFKC", character).lower().translate(_KATAKANA)[:_LONGEST]
    if character in "\n\r\u2028\u2029":
        return "\n"
    return "".join(" " if one.isspace() else one for one in plain if not _is_unseen(one))


def _is_unseen(character: str) -> bool:
    """What cannot be seen, or only draws through, under or over the letter before it; 濁点 and 半濁点 are letters' own."""
    return character not in _VOICED + _HALF_VOICED and unicodedata.category(character) in _UNSEEN


class _Spellings(dict[str, str]):
    """Those that people use are soon known; the rest of Unicode would only fill the memory."""

    def __missing__(self, character: str) -> str:
        spelled = "" if character in _JOINS else _spell(character)
        if len(self) < _MOST_KNOWN:
            self[character] = spelled
        return spelled


_SPELLINGS = _Spellings()


Reading = Callable[[re.Match[str]], str]


class Folded:
    """`text` for the rules; `at[i]` is where its letter i began in the words as `written`.

    The places are counted out only for whoever asks: in most texts nothing is found.
    """

    __slots__ = ("_at", "text", "written")

    def __init__(self, text: str, at: Sequence[int] | Callable[[], Sequence[int]], written: str) -> None:
        self.text = text
        self.written = written
        self._at = at

    @property
    def at(self) -> Sequence[int]:
        if callable(self._at):
            self._at = self._at()
        return self._at

    def span(self, start: int, end: int) -> tuple[int, int]:
        """As written; all of it, if nothing is left to read."""
        if end <= start:
            return 0, len(self.written)
        last = self.at[end - 1] + 1
        behind = self.at[end] if end < len(self.at) else len(self.written)
        # what was read together with the last letter: its marks, and the rest of a word read as one letter
        while last < behind and (self.written[last].isalnum() or self.written[last] in _MARKS_OF_LETTERS):
            last += 1
        return self.at[start], last

    def letter_by_letter(self, text: str) -> Folded:
        """`text`, which has another letter for each of ours."""
        return Folded(text, lambda: self.at, self.written)

    def without(self, pattern: re.Pattern[str]) -> Folded:
        """The same without what `pattern` finds."""
        text, times = pattern.subn("", self.text)
        return Folded(text, partial(self._places, pattern, lambda _: ""), self.written) if times else self

    def replaced(self, pattern: re.Pattern[str], read_as: Reading) -> Folded:
        """The same with what is read for each place that `pattern` finds; its letters point into what was there,
        the last of several at its end.
        """
        text, times = pattern.subn(read_as, self.text)
        return Folded(text, partial(self._places, pattern, read_as), self.written) if times else self

    def _places(self, pattern: re.Pattern[str], read_as: Reading) -> Sequence[int]:
        before = self.at
        at: list[int] = []
        done = 0
        for found in pattern.finditer(self.text):
            start, done_before = found.start(), done
            done = found.end()
            at += before[done_before:start]
            letters = len(read_as(found))
            if letters:
                at += (before[place] for place in _spread(start, done, letters))
        return [*at, *before[done:]]


def _spread(start: int, end: int, letters: int) -> Iterator[int]:
    """Where each of so many letters points that stand for those from `start` to `end`."""
    if letters == 1:
        yield start
    else:
        yield from (min(start + step, end - 1) for step in range(letters - 1))
        yield end - 1


# Nearly every letter is read as one letter; one that draws a word out needs a second look. Nothing of a run is given
# back: read as one run or as several, it would double the time with each letter.
_PLAIN = re.compile(
    "(?:[\n -}\u3000-\u301b\u3041-\u3096\u30a1-\u30fb\u4e00-\u9fff\uff01-\uff5d]++|(?<=[\u30a1-\u30fa])\u30fc(?!\u30fc))++"
)
_LETTERS = {
    **_KATAKANA,
    **{code: chr(code + 32) for code in range(0x41, 0x5B)},
    **{code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5E)},
    0x3000: " ",
}


# Most letters are in the one spelling already, and `translate` is slow at every letter.
_TO_SPELL = re.compile("([\u30a1-\u30f6\u30fd\u30feA-Z\uff01-\uff5d\u3000]+)")


def fold(written: str) -> Folded:
    """Width, case and kana made one; everything else still stands where it stood."""
    if _PLAIN.fullmatch(written):
        return Folded(_spell_plain(written), range(len(written)), written)
    pieces: list[str] = []
    at: list[Sequence[int]] = []
    done = 0
    for plain in _PLAIN.finditer(written):
        start, end = plain.span()
        _fold_rare(written, done, start, pieces, at)
        pieces.append(_spell_plain(plain[0]))
        at.append(range(start, end))
        done = end
    _fold_rare(written, done, len(written), pieces, at)
    return Folded("".join(pieces), lambda: list(chain.from_iterable(at)), written)


def _spell_plain(text: str) -> str:
    pieces = _TO_SPELL.split(text)
    if len(pieces) > 1:  # every second one is to be spelled, and none holds the mark between them
        pieces[1::2] = "\n".join(pieces[1::2]).translate(_LETTERS).split("\n")
    return "".join(pieces)


def _fold_rare(written: str, start: int, end: int, pieces: list[str], at: list[Sequence[int]]) -> None:
    """Adds what stands between two places of what was written."""
    before = written[start - 1] if start else ""
    for index in range(start, end):
        character = written[index]
        spelled = _SPELLINGS[character]
        if spelled in _STRETCHES and (
            before in _STRETCHES or "ぁ" <= before <= "ゖ" or "一" <= before <= "鿿"
        ):
            continue
        before = character
        if spelled and spelled in "\u3099\u309a" and pieces:
            last = pieces[-1]
            pieces[-1] = last[:-1] + unicodedata.normalize("NFC", last[-1] + spelled)[:1]
        elif spelled:
            pieces.append(spelled)
            at.append([index] * len(spelled))


_BETWEEN = r"[\s、。,・･.…*_＿ー〜~\-‐−–—/／|=+「」『』“”\"'’‘()（）\[\]【】☆★♪♡♥!?\U0001f300-\U0001faff\u2600-\u27bf]"
# Nothing is both, or a run of it could be read in endless ways.
_LETTER = rf"(?!{_BETWEEN})[^\W_]"
# し.に.た.い: three letters or more, each by itself; where no two are, none is looked for.
_SPELLED_OUT = re.compile(rf"(?<![^\W_])(?:{_LETTER}{_BETWEEN}{{1,3}}){{2,}}{_LETTER}(?!{_LETTER})")
_TWO_ALONE = re.compile(rf"{_BETWEEN}{_LETTER}{_BETWEEN}{{1,3}}{_LETTER}(?!{_LETTER})")
_GAPS = re.compile(rf"{_BETWEEN}+")
_THRICE = re.compile(r"(.)\1\1")
_SMALL = re.compile(r"[ぁぃぅぇぉ]{2}")
_STRETCHED = re.compile(r"[ぁぃぅぇぉ](?<=[ぁ-ん].)[ぁぃぅぇぉ]+|(.)(?=\1\1)\1*(?=\1\1)")

_ENDS = dict.fromkeys("\n!?.", "。") | dict.fromkeys(",;:", "、")
_ORNAMENTS = re.compile(
    r"[\s・･*_＿〜~‐−–—|=+「」『』“”\"'’‘()\[\]【】☆★♪♡♥^<>《》〈〉\-\U0001f300-\U0001faff\u2190-\u21ff\u2600-\u27bf\u2b00-\u2bff]+"
)

# Whatever _ENDS and _ORNAMENTS change.
_MARKS = re.compile(_ORNAMENTS.pattern.removesuffix("]+") + re.escape("".join(_ENDS)) + "]")
# タヒ is 死 taken apart; タヒチ is an island.
_TAKEN_APART = re.compile(r"[た夕][ひ匕](?=[にぬねのんりるっ])")


def for_words(folded: Folded) -> Folded:
    """For rules about meaning: nothing between the letters, no stretched vowels, 。 where a sentence ends."""
    if _TWO_ALONE.search(folded.text):
        folded = _join_spelled_out(folded)
    text = folded.text
    if _MARKS.search(text):
        folded = folded.letter_by_letter(_with_ends(text)).without(_ORNAMENTS)
    if _THRICE.search(folded.text) or _SMALL.search(folded.text):
        folded = folded.without(_STRETCHED)
    if "ひ" in text or "匕" in text:
        folded = folded.replaced(_TAKEN_APART, lambda _: "死")
    return folded


def _with_ends(text: str) -> str:
    for mark, end in _ENDS.items():
        text = text.replace(mark, end)
    return text


def _join_spelled_out(folded: Folded) -> Folded:
    kept: list[str] = []
    at: list[int] = []
    done = 0
    for run in _SPELLED_OUT.finditer(folded.text):
        for gap in _GAPS.finditer(folded.text, *run.span()):
            kept.append(folded.text[done : gap.start()])
            at += folded.at[done : gap.start()]
            done = gap.end()
    if not done:
        return folded
    return Folded("".join((*kept, folded.text[done:])), [*at, *folded.at[done:]], folded.written)
