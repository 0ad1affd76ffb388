"""All identifiers of one text, those that go on from earlier ones included."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded
from ibasho.screening.gates import Way, Words
from ibasho.screening.identifiers import accounts, numbers, pieces, places
from ibasho.screening.identifiers.digits import figures_of
from ibasho.screening.text import Text

_FEWEST_FIGURES = 5
_KINDS = (*accounts.KINDS, *places.KINDS)
_WAYS: list[tuple[int, Way]] = [(number, way) for number, (gate, _) in enumerate(_KINDS) for way in gate.ways]
_BY_RARE: dict[str, list[int]] = defaultdict(list)
for _number, (_, _way) in enumerate(_WAYS):
    for _word in _way.rarest:
        _BY_RARE[_word].append(_number)
_RARE = Words(frozenset(_BY_RARE).union(*(gate.rarest for gate, _ in numbers.NAMED)))
_LINE = re.compile("[^\n。]{1,200}")


def find(text: Text, earlier: Sequence[str]) -> list[Finding]:
    """One for each, none within another. `earlier` with digits for whatever says one, oldest first."""
    found: list[Finding] = []
    folded, digits = text.folded, text.digits
    for start, end, why in sorted(_all(text), key=lambda one: (one[0], -one[1])):
        span = folded.span(start, end)
        if not found or span[1] > found[-1].span[1]:
            found.append(Finding(Label.PERSONAL_INFO, span, why))
    if not found and earlier and folded.text:
        ended = pieces.find(digits.text, earlier)
        if ended is not None:
            span = folded.span(0, len(folded.text))
            found.append(Finding(Label.PERSONAL_INFO, span, ended[0]))
            if ended[1]:
                found.append(Finding(Label.CONTACT_EXCHANGE, span, ended[0]))
    return found


def _all(text: Text) -> list[tuple[int, int, str]]:
    folded, figures, digits = text.folded, text.figures, text.digits
    found: list[tuple[int, int, str]] = []
    rare = _RARE.within(folded.text)
    count = len(figures_of(digits.text))
    if count >= _FEWEST_FIGURES:
        # Before figures に and く may be words of their own: 「ここに090」 is no 2.
        found += numbers.find(figures.text, count, rare)
        for start, end, why in numbers.find(digits.text, count, rare) if digits.text != figures.text else ():
            found.append((*_back(folded, digits, start, end), why))
    needed = rare & _BY_RARE.keys()
    if needed:
        found += _kinds(folded.text, needed)
    return found


def _kinds(text: str, rare: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Each kind in the lines that hold what it needs."""
    lines = list(_LINE.finditer(text))
    for line, number in sorted(_worth_a_look(text, rare, lines)):
        gate, why = _KINDS[number]
        start = lines[line].start()
        for found in gate.look_within(lines[line][0]):
            yield start + found.start(), start + found.end(), why


def _worth_a_look(text: str, rare: Iterable[str], lines: Sequence[re.Match[str]]) -> set[tuple[int, int]]:
    """Which lines and kinds: most texts hold nothing of what any kind needs."""
    starts = [line.start() for line in lines]
    begun: set[tuple[int, int]] = set()
    for word in rare:
        at = text.find(word)
        while at >= 0:
            line = bisect_right(starts, at) - 1
            begun.update((line, number) for number in _BY_RARE[word])
            at = text.find(word, max(at + 1, lines[line].end()))
    ways = ((line, *_WAYS[number]) for line, number in begun)
    return {(line, kind) for line, kind, way in ways if way.goes(lines[line][0])}


def _back(folded: Folded, digits: Folded, start: int, end: int) -> tuple[int, int]:
    """The same place before digits took the place of words."""
    if len(folded.text) == len(digits.text):
        return start, end
    at = folded.at
    last = bisect_left(at, digits.at[end - 1]) + 1
    behind = bisect_left(at, digits.at[end]) if end < len(digits.at) else len(at)
    return bisect_left(at, digits.at[start]), max(last, behind)
