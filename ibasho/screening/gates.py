"""Patterns that are looked for only when words they cannot do without are there: most lines meet none.

No pattern has an unbounded gap.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ibasho.screening.side_by_side import pairs

_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
# How the standard library reads a pattern; not promised to stay, so nothing but speed hangs on it.
_PARSER: Any = importlib.import_module("re._parser")
_MOST = 30
_FAR = 1 << 32
_SETS = 3


def compiled(source: str) -> re.Pattern[str]:
    """A pattern in the spelling of folded text: written with katakana, it reads hiragana."""
    return re.compile(re.sub(r"\s*\n\s*", "", source).translate(_KATAKANA_TO_HIRAGANA))


class Way(NamedTuple):
    """One way in which a pattern can be met: with one of the rarest words, and with one of each of the others."""

    rarest: frozenset[str]
    one_of_rarest: re.Pattern[str]
    others: Sequence[re.Pattern[str]]

    def goes(self, text: str) -> bool:
        """Whether the others are there, once one of the rarest is."""
        return all(one.search(text) for one in self.others)

    def places(self, text: str) -> Sequence[int]:
        """Where the rarest words begin; none if the others are not there."""
        places = [found.start() for found in self.one_of_rarest.finditer(text)]
        return places if places and self.goes(text) else ()


class Gate:
    """One pattern behind the words it needs, and `also`, a quicker pattern that is found wherever it is."""

    def __init__(self, source: str, also: str = "") -> None:
        self.pattern = compiled(source)
        self._also = compiled(also)
        each = needed(self.pattern.pattern)
        self.ways = [Way(way[0], one_of(way[0]), list(map(one_of, way[1:]))) for way in each]
        self.rarest = frozenset[str]().union(*(way.rarest for way in self.ways))
        self._reach = reach(self.pattern.pattern)

    def opens(self, text: str) -> bool:
        """Whether the pattern can find anything in this text."""
        return any(way.one_of_rarest.search(text) and way.goes(text) for way in self.ways)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """It is looked for no farther from the words it needs than it reaches."""
        around = sorted(
            (max(0, at - self._reach), at + self._reach) for way in self.ways for at in way.places(text)
        )
        for start, end in joined(around):
            if self._also.search(text, start, end):
                yield from self.pattern.finditer(text, start, end)

    def look_within(self, line: str) -> Iterator[re.Match[str]]:
        """All over a line in which one of its ways goes."""
        return self.pattern.finditer(line) if self._also.search(line) else iter(())


def joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those that touch are one. `places` by their beginning."""
    apart: list[tuple[int, int]] = []
    for start, end in places:
        if apart and start <= apart[-1][1]:
            start, end = apart[-1][0], max(end, apart.pop()[1])
        apart.append((start, end))
    return apart


def any_of(gates: Iterable[Gate], *more: str) -> re.Pattern[str]:
    """Finds a word without which none of these patterns, nor any of the words `more`, can be found."""
    return one_of(frozenset(more).union(*(gate.rarest for gate in gates)))


def one_of(words: Collection[str]) -> re.Pattern[str]:
    """Finds one of these words, or what it begins with if that is another one."""
    letters = "".join(sorted(word for word in words if len(word) == 1))
    either = [re.escape(word) for word in sorted(words) if word[0] not in letters]
    if letters:
        either.append(f"[{re.escape(letters)}]")
    return re.compile("|".join(either) or "(?!)")


class Words:
    """Many words that are looked for at once, by their first two letters: a fifth of one pattern of all the words."""

    def __init__(self, words: Iterable[str]) -> None:
        letters: set[str] = set()
        self._by_pair: dict[int, list[str]] = {}
        for word in words:
            found = pairs(word)
            if found:
                self._by_pair.setdefault(found[0], []).append(word)
            else:
                letters.add(word)
        self._letters = one_of(letters)
        self._pairs = frozenset(self._by_pair)

    def within(self, text: str) -> set[str]:
        """Those that a text holds."""
        found = set(self._letters.findall(text))
        for pair in self._pairs.intersection(pairs(text)):
            found.update(word for word in self._by_pair[pair] if word in text)
        return found


def needed(source: str) -> tuple[tuple[frozenset[str], ...], ...]:
    """For each way in which `source` can be met, sets of words, the rarest first: it holds at least one of each."""
    items = list(_PARSER.parse(source))
    is_branch = len(items) == 1 and str(items[0][0]) == "BRANCH"
    ways = items[0][1][1] if is_branch else [items]
    return tuple(tuple(sorted(dict.fromkeys(_of_sequence(way)), key=_how_common)[:_SETS]) for way in ways)


def reach(source: str) -> int:
    """How many letters it reads at the most, with those behind its end that it only looks at, and one more."""
    with_looks = re.sub(r"\(\?[=!]", "(?:", source)
    return min(int(_PARSER.parse(with_looks).getwidth()[1]), _FAR) + 1


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
