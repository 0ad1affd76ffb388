"""Small rules over one sentence: what must stand in it, and why that means something.

A rule is looked at only when letters that it cannot do without are in the sentence: most lines meet none.
No rule has an unbounded gap, and a text is given a bounded amount of looking.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ibasho.screening.folding import Sentence

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# How the standard library reads a pattern; not promised to stay, so nothing but speed hangs on it.
_PARSER: Any = importlib.import_module("re._parser")
_MOST = 400


def compiled(source: str) -> re.Pattern[str]:
    """A pattern in the spelling of folded text: written with katakana, it reads hiragana."""
    return re.compile(re.sub(r"\s*\n\s*", "", source).translate(_KATAKANA_TO_HIRAGANA))


@dataclass(frozen=True, slots=True)
class Rule:
    """`firm`: stands although the sentence also speaks of the past, of news or of works."""

    pattern: re.Pattern[str]
    why: str
    level: Literal["now", "look"] = "look"
    covers: bool = False
    firm: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    rule: Rule
    start: int
    end: int


def rule(source: str, why: str, *, now: bool = False, covers: bool = False, firm: bool = False) -> Rule:
    return Rule(compiled(source), why, "now" if now else "look", covers, firm)


class Looking:
    """How much may still be looked at in one text: letters times rules."""

    __slots__ = ("left",)

    def __init__(self, left: int = 40_000) -> None:
        self.left = left


_SHELF: dict[str, list[RuleBook]] = {}


class Opened:
    """Which sentences each book has rules for, found in one look at their letters."""

    def __init__(self, sentences: Iterable[Sentence]) -> None:
        self._of: dict[int, list[Sentence]] = {}
        for sentence in sentences:
            books = {id(book) for letter in _SHELF.keys() & sentence.letters for book in _SHELF[letter]}
            for book in books:
                self._of.setdefault(book, []).append(sentence)

    def of(self, book: RuleBook) -> Sequence[Sentence]:
        return self._of.get(id(book), ())


class RuleBook:
    """Rules by the letters they need."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._others: list[tuple[frozenset[str], ...]] = []
        self._by_letter: dict[str, list[int]] = {}
        self._always: list[int] = []
        for number, one in enumerate(self.rules):
            first, *others = needed(one.pattern.pattern) or (frozenset[str](),)
            self._others.append(tuple(others))
            if not first:
                self._always.append(number)
            for letter in first:
                self._by_letter.setdefault(letter, []).append(number)
        self._letters = frozenset(self._by_letter)
        for letter in self._by_letter:
            _SHELF.setdefault(letter, []).append(self)

    def hits(self, sentence: str, letters: frozenset[str], looking: Looking) -> Iterator[Hit]:
        """Where each rule first holds; `letters` are `letters_of` the sentence."""
        present = self._letters & letters
        if not present and not self._always:
            return
        numbers = set(self._always)
        for letter in present:
            numbers.update(self._by_letter[letter])
        for number in sorted(numbers):
            if any(map(letters.isdisjoint, self._others[number])):
                continue
            if looking.left < 0:
                return
            looking.left -= len(sentence)
            one = self.rules[number]
            found = one.pattern.search(sentence)
            if found is not None:
                yield Hit(one, *found.span())


class Gate:
    """One pattern behind the letters it needs."""

    def __init__(self, source: str) -> None:
        self.pattern = compiled(source)
        self._needed = needed(self.pattern.pattern)
        self.rarest = self._needed[0]

    def opens(self, letters: frozenset[str]) -> bool:
        return not any(map(letters.isdisjoint, self._needed))


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
    return sum(_COMMON[len(one), any("ぁ" <= letter <= "ゖ" for letter in one)] for one in letters)


# Roughly how often a letter, or a pair, of kana or not, stands in a sentence.
_COMMON = {(1, True): 0.5, (1, False): 0.04, (2, True): 0.03, (2, False): 0.005}
