"""What would be found in a text typed to try it out, and what would follow from it. Nothing is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ibasho.house.own_words import own_words
from ibasho.house.queries import own_word_rows
from ibasho.rooms.screened import is_asked
from ibasho.screening import Action, Finding, Label, screen
from ibasho.screening.own_words import folded_word

_NAMES = {
    Label.CRISIS: "いのちのこと",
    Label.PERSONAL_INFO: "番号や住所",
    Label.CONTACT_EXCHANGE: "連絡先のやりとり",
    Label.SOLICITATION: "さそい",
    Label.ABUSE: "きつい言葉",
    Label.HOUSE_WORD: "この家の言葉",
}
_ASKED = "送る前に、書いた人に聞きます。"
_HELD = "スタッフが見てから出します。"
_TOLD = "そのまま出して、スタッフに知らせます。"
_HELD_IN_SOME = "そう決めた部屋では、スタッフが見てから出します。"
_LEVELS = {"now": "スタッフみんなに、いますぐ知らせます。", "look": "スタッフみんなに、見てもらいます。"}
_SHOWN = "そのまま出します。"
_AROUND = 12
# letters that stand together in one word, and in no word with what is beside them
_RUNS = re.compile("[ァ-ヺー]+|[ｦ-ﾟ]+|[A-Za-zＡ-Ｚａ-ｚ]+")


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as a keeper reads it: the place with what stands around it, why, and what follows."""

    name: str
    before: str
    piece: str
    after: str
    why: str
    follows: str


def read_aloud(text: str, audience: str) -> list[Told]:
    """By place; the house's own words at every place where they stand."""
    found = [*screen(text, audience=None if audience == "any" else audience), *_own(text)]
    words = {row.folded: row.word for row in own_word_rows()}
    return [_told(text, one, words) for one in sorted(found, key=lambda one: one.span)]


def what_follows(one: Finding) -> str:
    """From this alone, in a room with the usual stages."""
    if one.label == Label.CRISIS:
        other = "ほかの人のことのようです。" if one.about_other else ""
        return (_HELD if one.covers else _SHOWN) + _LEVELS.get(one.level or "", "") + other
    if is_asked(one):
        return _ASKED
    if one.label == Label.SOLICITATION or one.action == Action.HOLD:
        return _HELD
    return _TOLD + (_HELD_IN_SOME if one.label == Label.ABUSE else "")


def _own(text: str) -> Iterator[Finding]:
    """One look tells the first place of each word, so each next one begins behind the nearest."""
    words, begun = own_words(), 0
    known: set[tuple[tuple[int, int], str]] = set()
    while found := words.find(text[begun:]):
        for one in found:
            span = (one.span[0] + begun, one.span[1] + begun)
            if (span, one.why) not in known:
                known.add((span, one.why))
                yield replace(one, span=span)
        begun += min(one.span[0] for one in found) + 1


def _told(text: str, one: Finding, words: dict[str, str]) -> Told:
    start, end = one.span
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return Told(
        name=_NAMES[one.label],
        before=f"…{before}" if start > _AROUND else before,
        piece=text[start:end],
        after=f"{after}…" if len(text) > end + _AROUND else after,
        why=_why_own(text, one, words) if one.label == Label.HOUSE_WORD else one.why,
        follows=what_follows(one),
    )


def _why_own(text: str, one: Finding, words: dict[str, str]) -> str:
    piece = text[slice(*one.span)]
    inside = _word_around(text, one.span)
    why = f"「{words.get(folded_word(piece), piece)}」が入っています。"
    return why + (f"ほかの言葉「{inside}」の中にあります。" if inside else "")


def _word_around(text: str, span: tuple[int, int]) -> str:
    """The longer word of katakana or Latin letters in which it lies; hiragana and kanji do not tell."""
    start, end = span
    for run in _RUNS.finditer(text):
        if run.start() < start < run.end() or run.start() < end < run.end():
            return run[0]
    return ""
