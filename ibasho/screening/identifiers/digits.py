"""Digits however they are written: kanji, circles, keycaps, or read aloud."""

from __future__ import annotations

import re

from ibasho.screening.folding import Folded

_KANJI = dict(zip("〇零○一二三四五六七八九壱弐参肆伍陸漆捌玖", "000123456789123456789"))
_ANY_KANJI = re.compile(f"[{''.join(_KANJI)}]")
_RUN = re.compile("[0-9]+")
_SPOKEN = {
    "ぜろ": "0", "れい": "0", "まる": "0", "おー": "0", "いち": "1", "わん": "1", "に": "2", "にい": "2", "にー": "2", "ごお": "5", "よおん": "4", "に-": "2", "つー": "2", "さん": "3", "すりー": "3",
    "よん": "4", "し": "4", "ふぉー": "4", "ご": "5", "ごー": "5", "ふぁいぶ": "5", "ろく": "6", "なな": "7", "しち": "7", "はち": "8", "きゅう": "9", "きゅー": "9", "く": "9",
}  # fmt: skip
# いちに is one and two; にい is two only where no いち begins.
_WORD = "|".join(sorted(_SPOKEN, key=len, reverse=True)).replace("にい", "にい(?!ち)")
_ONE = re.compile(_WORD)
# 0120-783-556にかけて: behind figures it is no figure.
_PARTICLE = re.compile("[0-9][にしく]")
# ここにぜろきゅうぜろ, これから行くぜろきゅうぜろ: before a number it is none either.
_BEFORE = re.compile("[にしく](?:ぜろ|れい|まる|0)")
# Three or more side by side, or with a の and a mark between, are a number read aloud.
# Every pattern begins with letters, not with a set or a repetition: only so does `re` pass quickly over all others.
_FIGURES = "|".join("0123456789")
_PART = rf"(?:{_FIGURES}|{_WORD})[の、,\s・\-ー()「」/]{{0,3}}"
_ALOUD = re.compile(rf"{_PART}(?:{_PART}){{2,39}}")
_MANY = "いち|さん|よん|ろく|なな|はち|きゅう|ご|に"
_FOUR = "|".join(f"{one}(?:{_MANY}){{3}}" for one in _MANY.split("|"))
_HAS_ZERO_OR_MANY = re.compile(f"ぜろ|れい|まる|{_FIGURES}|{_FOUR}")


def figures_of(text: str) -> str:
    """All its figures, one behind the other."""
    return "".join(_RUN.findall(text))


def with_figures(folded: Folded) -> Folded:
    """The same with digits for kanji digits."""
    text, times = _ANY_KANJI.subn(lambda found: _KANJI[found[0]], folded.text)
    return folded.letter_by_letter(text) if times else folded


def with_digits(folded: Folded) -> Folded:
    """The same with digits for digits read aloud; `folded` has them for those in kanji."""
    text = folded.text
    if not _HAS_ZERO_OR_MANY.search(text):
        return folded
    kept: list[str] = []
    at: list[int] = []
    done = 0
    for run in _ALOUD.finditer(text):
        if not _HAS_ZERO_OR_MANY.search(run[0]) or not _ONE.search(run[0]):
            continue
        for word in _ONE.finditer(text, *run.span()):
            if word.end() == run.end() and _PARTICLE.match(text, word.start() - 1):
                continue
            if word.start() == run.start() and _BEFORE.match(text, word.start()):
                continue
            kept += [text[done : word.start()], _SPOKEN[word[0]]]
            at += [*folded.at[done : word.start()], folded.at[word.start()]]
            done = word.end()
    if not done:
        return folded
    return Folded("".join((*kept, text[done:])), [*at, *folded.at[done:]], folded.written)
