"""Patterns that are looked for only when words they cannot do without are there: most lines meet none.

No pattern has an unbounded gap.
"""

from __future__ import annotations

import importlib
import re
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# How the standard library reads a pattern; not promised to stay, so nothing but speed hangs on it.
_PARSER: Any = importlib.import_module("re._parser")
_MOST = 30
_SETS = 3


def compiled(source: str) -> re.Pattern[str]:
    """A pattern in the spelling of folded text: written with katakana, it reads hiragana."""
    return re.compile(re.sub(r"\s*\n\s*", "", source).translate(_KATAKANA_TO_HIRAGANA))


class Gate:
    """One pattern behind the words it needs, and `also`, a quicker pattern that is found wherever it is."""

    def __init__(self, source: str, also: str = "") -> None:
        self.pattern = compiled(source)
        self._also = compiled(also)
        ways = needed(self.pattern.pattern)
        self.rarest = frozenset[str]().union(*(way[0] for way in ways))
        # Letters are compared at once, so that words are only looked for where their first letters are.
        self._ways = [([frozenset(word[0] for word in words) for words in way], _longer(way)) for way in ways]

    def opens(self, text: str, letters: frozenset[str]) -> bool:
        """Whether the pattern can find anything in this text of these letters."""
        return any(
            not any(map(letters.isdisjoint, firsts))
            and all(any(map(text.__contains__, one)) for one in words)
            for firsts, words in self._ways
        )

    def finditer(self, text: str, letters: frozenset[str]) -> Iterator[re.Match[str]]:
        if self.opens(text, letters) and self._also.search(text):
            return self.pattern.finditer(text)
        return iter(())


def _longer(way: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    return [words for words in way if max(map(len, words)) > 1]


def any_of(gates: Iterable[Gate], *more: str) -> re.Pattern[str]:
    """Finds a word without which none of these patterns, nor any of the words `more`, can be found."""
    words = frozenset(more).union(*(gate.rarest for gate in gates))
    return re.compile("|".join(map(re.escape, sorted(words))))


class Words:
    """Many words that are looked for at once.

    Two letters side by side are one number: made and compared as such they cost a third of two letters as text, and
    a fifth of one pattern of all the words.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._letters: list[str] = []
        self._by_pair: dict[int, list[str]] = {}
        for word in words:
            pairs = _pairs(word)
            if pairs:
                self._by_pair.setdefault(pairs[0], []).append(word)
            else:
                self._letters.append(word)
        self._pairs = frozenset(self._by_pair)

    def within(self, text: str) -> list[str]:
        """Those that a text holds."""
        longer = (word for pair in self._pairs.intersection(_pairs(text)) for word in self._by_pair[pair])
        return [word for word in (*self._letters, *longer) if word in text]


def _pairs(text: str) -> array[int]:
    units = text.encode("utf-16-le", "surrogatepass")
    even, odd = len(units) & ~3, len(units) - 2 & ~3
    return array("I", units[:even] + units[2 : odd + 2])


def needed(source: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """For each way in which `source` can be met, sets of words, the rarest first: it holds at least one of each."""
    items = list(_PARSER.parse(source))
    is_branch = len(items) == 1 and str(items[0][0]) == "BRANCH"
    ways = items[0][1][1] if is_branch else [items]
    return tuple(tuple(sorted(dict.fromkeys(_of_sequence(way)), key=_how_common)[:_SETS]) for way in ways)


def _of_sequence(items: Iterable[Any]) -> list[frozenset[str]]:
    sets: list[frozenset[str]] = []
    word = ""
    for kind, value in items:
        if str(kind) == "LITERAL":
            word += chr(value)
            continue
        sets += [frozenset([word])] if word else []
        word = ""
        sets += _of_item(str(kind), value)
    return [*sets, frozenset([word])] if word else sets


def _of_item(kind: str, value: Any) -> list[frozenset[str]]:
    if kind == "IN":
        letters = [_letters_of_part(str(part), what) for part, what in value]
        return [frozenset().union(*letters)] if all(letters) else []
    if kind == "ASSERT":
        return _of_sequence(value[1])
    if kind == "SUBPATTERN":
        return _of_sequence(value[3])
    if kind in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"} and value[0] > 0:
        return _of_sequence(value[2])
    if kind == "BRANCH":
        each = [_of_sequence(branch) for branch in value[1]]
        if all(each):
            return [frozenset().union(*(min(sets, key=_how_common) for sets in each))]
    return []


def _letters_of_part(part: str, what: Any) -> frozenset[str]:
    """Empty where there are too many to look for."""
    match part:
        case "LITERAL":
            return frozenset(chr(what))
        case "RANGE" if what[1] - what[0] < _MOST:
            return frozenset(map(chr, range(what[0], what[1] + 1)))
        case _:
            return frozenset()


def _how_common(words: frozenset[str]) -> float:
    return sum(map(_how_common_is, words))


def _how_common_is(word: str) -> float:
    """Roughly how often a word, of kana or not, stands in a sentence."""
    return (0.5 if any("ぁ" <= letter <= "ゖ" for letter in word) else 0.04) * 0.1 ** (len(word) - 1)
