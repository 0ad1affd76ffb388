"""All identifiers of one text, those that go on from earlier ones included."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded
from ibasho.screening.gates import Words
from ibasho.screening.identifiers import accounts, numbers, pieces, places
from ibasho.screening.text import Text

_FEWEST_DIGITS = 5
_KINDS = (*accounts.KINDS, *places.KINDS)
_BY_RARE = {
    rare: [number for number, (gate, _) in enumerate(_KINDS) if rare in gate.rarest]
    for rare in frozenset[str]().union(*(gate.rarest for gate, _ in _KINDS))
}
_RARE = Words(_BY_RARE)
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


def _all(text: Text) -> Iterator[tuple[int, int, str]]:
    folded, figures, digits = text.folded, text.figures, text.digits
    count = sum(map(digits.text.count, "0123456789"))
    if count >= _FEWEST_DIGITS:
        # Before figures に and く may be words of their own: 「ここに090」 is no 2.
        yield from numbers.find(figures.text, count)
        for start, end, why in numbers.find(digits.text, count) if digits.text != figures.text else ():
            yield (*_back(folded, digits, start, end), why)
    for line, number in _worth_a_look(folded.text):
        gate, why = _KINDS[number]
        for found in gate.finditer(line[0], frozenset(line[0])):
            yield line.start() + found.start(), line.start() + found.end(), why


def _worth_a_look(text: str) -> Iterable[tuple[re.Match[str], int]]:
    """Lines and kinds that may be in them, in their order: most texts hold nothing of what any kind needs."""
    rare = _RARE.within(text)
    lines = list(_LINE.finditer(text)) if rare else []
    starts = [line.start() for line in lines]
    worth: set[tuple[int, int]] = set()
    for word in rare:
        at = text.find(word)
        while at >= 0:
            line = bisect_right(starts, at) - 1
            worth.update((line, number) for number in _BY_RARE[word])
            at = text.find(word, max(at + 1, lines[line].end()))
    return ((lines[line], number) for line, number in sorted(worth))


def _back(folded: Folded, digits: Folded, start: int, end: int) -> tuple[int, int]:
    """The same place before digits took the place of words."""
    if len(folded.text) == len(digits.text):
        return start, end
    at = folded.at
    last = bisect_left(at, digits.at[end - 1]) + 1
    behind = bisect_left(at, digits.at[end]) if end < len(digits.at) else len(at)
    return bisect_left(at, digits.at[start]), max(last, behind)
