"""Patterns that are looked for only when letters they cannot do without are there: most lines meet none.

No pattern has an unbounded gap.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable
from functools import cache
from typing import Any

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# How the standard library reads a pattern; not promised to stay, so nothing but speed hangs on it.
_PARSER: Any = importlib.import_module("re._parser")
_MOST = 400


def compiled(source: str) -> re.Pattern[str]:
    """A pattern in the spelling of folded text: written with katakana, it reads hiragana."""
    return re.compile(re.sub(r"\s*\n\s*", "", source).translate(_KATAKANA_TO_HIRAGANA))


class Gate:
    """One pattern behind the letters it needs."""

    def __init__(self, source: str) -> None:
        self.pattern = compiled(source)
        self._needed = needed(self.pattern.pattern)
        self.rarest = self._needed[0]

    def opens(self, letters: frozenset[str]) -> bool:
        return not any(map(letters.isdisjoint, self._needed))


def one_of(words: Iterable[str]) -> re.Pattern[str]:
    """Finds any of these letters and pairs of letters."""
    seconds: dict[str, set[str]] = {}
    for word in words:
        seconds.setdefault(word[0], set()).add(word[1:])
    alone = "".join(first for first, rest in seconds.items() if "" in rest)
    pairs = [f"{first}[{''.join(sorted(rest))}]" for first, rest in sorted(seconds.items()) if "" not in rest]
    return re.compile("|".join([f"[{alone}]", *pairs] if alone else pairs))


def first_letters(source: str) -> str:
    """The letters one of which begins whatever `source` finds, as a set for a pattern.

    Raises ValueError where a pattern can begin with anything.
    """
    return "[" + "".join(sorted(_first_of(_PARSER.parse(source)))) + "]"


def _first_of(items: Iterable[Any]) -> set[str]:
    """Empty where nothing is taken, only looked at."""
    first: set[str] = set()
    for kind, value in items:
        match str(kind):
            case "LITERAL":
                first = {chr(value)}
            case "IN" if all(str(part) == "LITERAL" for part, _ in value):
                first = {chr(letter) for _, letter in value}
            case "SUBPATTERN":
                first = _first_of(value[3])
            case "BRANCH":
                first = set().union(*map(_first_of, value[1]))
            case "AT" | "ASSERT" | "ASSERT_NOT":
                pass
            case _:
                raise ValueError(f"may begin with anything: {items}")
        if first:
            break
    return first


@cache
def needed(source: str) -> tuple[frozenset[str], ...]:
    """Sets of letters and pairs, the rarest first: whatever `source` finds holds at least one of each."""
    sets = {one for one in _of_sequence(_PARSER.parse(source)) if len(one) <= _MOST}
    return tuple(sorted(sets, key=_how_common)[:3])


def _of_sequence(items: Iterable[Any]) -> list[frozenset[str]]:
    sets: list[frozenset[str]] = []
    before = ""
    for kind, value in items:
        letter = chr(value) if str(kind) == "LITERAL" else ""
        if before and letter:
            sets.append(frozenset([before + letter]))
        sets += _of_item(str(kind), value)
        before = letter
    return sets


def _of_item(kind: str, value: Any) -> list[frozenset[str]]:
    if kind == "LITERAL":
        return [frozenset(chr(value))]
    if kind == "IN" and all(str(part) == "LITERAL" for part, _ in value):
        return [frozenset(chr(letter) for _, letter in value)]
    if kind == "ASSERT":
        return _of_sequence(value[1])
    if kind == "SUBPATTERN":
        return _of_sequence(value[3])
    if kind in {"MAX_REPEAT", "MIN_REPEAT"} and value[0] > 0:
        return _of_sequence(value[2])
    if kind == "BRANCH":
        each = [_of_sequence(branch) for branch in value[1]]
        if all(each):
            return [frozenset().union(*(min(sets, key=_how_common) for sets in each))]
    return []


def _how_common(letters: frozenset[str]) -> float:
    return sum(_how_common_is(one) for one in letters)


def _how_common_is(one: str) -> float:
    """Roughly how often a letter, or a pair, of kana or not, stands in a sentence."""
    if one in _USUAL:
        return 0.1
    return _COMMON[len(one), any("ぁ" <= letter <= "ゖ" for letter in one)]


_COMMON = {(1, True): 0.5, (1, False): 0.04, (2, True): 0.03, (2, False): 0.005}
_USUAL = frozenset(
    [
        "って",
        "った",
        "ない",
        "した",
        "から",
        "てる",
        "です",
        "して",
        "ます",
        "まし",
        "もう",
        "れた",
        "たら",
        "たい",
        "だけ",
        "いて",
        "いま",
        "かっ",
        "んだ",
        "れて",
        "んで",
        "いい",
        "いた",
        "てい",
        "てた",
        "けど",
        "なっ",
        "にな",
        "こと",
        "っと",
        "さん",
        "りま",
        "しい",
        "いで",
        "くな",
        "てく",
        "るの",
        "われ",
        "られ",
        "くて",
        "きた",
        "なく",
        "しま",
        "だっ",
        "かな",
    ]
)
