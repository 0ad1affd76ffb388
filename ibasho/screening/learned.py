"""How much a text is like lines of each kind: weights of short runs of letters, learned from lines of our own.

`bin/learn` writes `learned.tsv` from tests/screening/corpus; nobody else's words are in it. Linear in the length
of the text: one look at each letter finds all the runs that begin there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import compress
from math import sqrt
from operator import add
from pathlib import Path
from typing import NamedTuple

from ibasho.screening.runs import (
    BEFORE,
    BLOCKS,
    LITTLE,
    LONGEST,
    TEXTS_BEFORE,
    WINDOWS,
    end_of,
    marked,
    portions,
    whom,
    windows,
)

FILE = Path(__file__).with_name("learned.tsv")
LABELS = ("crisis", "personal_info", "contact_exchange", "solicitation", "abuse")
# Each sentence is weighed alone as well, so that what is harmless around it does not make it weigh less; it must then weigh more.
ALONE = 0.3
# How far what was written before can carry a text, by label: harmless words add up to no danger, and numbers that
# only follow each other are nobody's. Towards danger it carries further, the nearer it was to one itself.
REACH = (0.2, 0.15, 0.5, 9.0, 9.0)
NEAR = 1.0

# Rows are numbers with a field of 32 bits for each column, so that they are added at once. A field below zero
# borrows from its neighbour until `_unpacked` raises each by half.
_COLUMNS = struct.Struct(f"<{len(LABELS) + 1}i")
_SHIFTS = range(0, 8 * _COLUMNS.size, 32)
_RAISED = sum(1 << 31 << shift for shift in _SHIFTS)


class Runs(dict[str, int]):
    """Row by run, together with those of the runs that it begins with; of a run that is unknown, only those."""

    def __missing__(self, run: str) -> int:
        return self.get(run[:-1]) or self.get(run[:1], 0)


class Weights(NamedTuple):
    """Packed rows: its own weight, then what it says for each label, in thousandths. `runs`: by run of letters;
    `before`: of what was written before; `names`: whom the room is for, and rules. `bias`: by label. `lines`: of which lines.
    """

    runs: Runs
    before: Runs
    names: Mapping[str, int]
    bias: tuple[float, ...]
    lines: str


class Likeness(NamedTuple):
    """`scores` by label, of what stands from `start` to `end` of the text."""

    start: int
    end: int
    scores: Sequence[float]

    def with_all(self, around: Sequence[float]) -> Likeness:
        """The same with what is not in the words."""
        return self._replace(scores=list(map(add, self.scores, around)))


class Alone(NamedTuple):
    """What the words of a text weigh, whatever stands before them: each portion and sentence, and by label the most."""

    places: Sequence[Likeness]
    most: Sequence[float]


class Earlier(NamedTuple):
    """The rows that a text adds to those that follow it, and how much it was like a danger by itself."""

    added: int
    danger: float


_now: list[Weights] = []


def weights() -> Weights:
    """The table as it was learned; read once."""
    if not _now:
        # line by line: the whole text at once would leave a third more memory behind
        with FILE.open(encoding="utf-8", newline="\n") as file:
            use(file)
    return _now[0]


def use(table: Iterable[str]) -> None:
    """Weigh by the lines of this table from now on."""
    rows = iter(table)
    lines, *bias = next(rows).split("\t")
    runs, before, names = Runs(), Runs(), dict[str, int]()
    for row in rows:
        run, *numbers = row.split("\t")
        packed = sum(int(number) << shift for number, shift in zip(numbers, _SHIFTS))
        if run[0] == BEFORE:
            # known, so that `_sum_before` looks at what begins with it
            before.setdefault(run[1:3], 0)
            before[run[1:]] = packed + before[run[1:-1]]
        elif len(run) > LONGEST:
            names[run] = packed
        else:
            runs[run] = packed + runs[run[:-1]]
    _now[:] = [Weights(runs, before, names, tuple(int(number) / 1000 for number in bias), lines)]


def of_words(text: str) -> Alone:
    """Of a text in the spelling of the rules."""
    places = list(_of_words(text))
    return Alone(places, list(map(max, zip(*(one.scores for one in places)))))


def as_earlier(text: str, alone: Alone) -> Earlier:
    """What a text in the spelling of the rules is to those that follow it; `alone` as `of_words` tells it."""
    known = weights()
    return Earlier(_sum_before(known.before, end_of(text)), alone.most[0] + known.bias[0])


def around(earlier: Sequence[Earlier], audience: str | None, signals: Iterable[str]) -> list[float]:
    """By label, all that is not in the words: `earlier` is what was said before, oldest first, and `signals`
    what the rules found in the text, as names.
    """
    known = weights()
    recent = earlier[-TEXTS_BEFORE:]
    reach = (max([REACH[0], *(one.danger + NEAR for one in recent)]), *REACH[1:])
    told = sum(one.added for one in recent) + _named(known.names, whom(audience))
    before, said = _weigh(told), _weigh(_named(known.names, marked(signals)))
    return [
        min(BLOCKS[1] * one, most) + BLOCKS[2] * two + three
        for one, most, two, three in zip(before, reach, said, known.bias)
    ]


def _of_words(text: str) -> Iterator[Likeness]:
    # Whoever writes thousands of sentences writes most of them again.
    sentences, alone = _Sentences(), _Alone()
    for portion in portions(text):
        sums = [sentences[text[start:end]] for start, end in portion]
        yield Likeness(portion[0][0], portion[-1][1], _weigh(sum(sums)))
        if len(portion) > 1:
            for (start, end), one in zip(portion, sums):
                yield Likeness(start, end, alone[one])


class _Sentences(dict[str, int]):
    """What each adds up to."""

    def __missing__(self, sentence: str) -> int:
        packed = self[sentence] = sum(map(weights().runs.__getitem__, windows(sentence)))
        return packed


class _Alone(dict[int, list[float]]):
    """What each such sum weighs by itself."""

    def __missing__(self, packed: int) -> list[float]:
        scores = self[packed] = _weigh(packed, ALONE)
        return scores


def _sum_before(before: Runs, text: str) -> int:
    """Most pairs of letters are in no row, and then no longer run is."""
    known = compress(WINDOWS, map(before.__contains__, map(add, text, text[1:])))
    return sum(map(before.__getitem__, map(text.__getitem__, known)))


def _named(names: Mapping[str, int], found: Iterable[str]) -> int:
    return sum(names.get(name, 0) for name in found)


def _weigh(packed: int, less: float = 0.0) -> list[float]:
    if not packed:
        return [-less] * len(LABELS)
    own, *sums = _unpacked(packed)
    length = sqrt(own * 1000 + LITTLE * 1_000_000)
    return [one / length - less for one in sums]


def _unpacked(packed: int) -> tuple[int, ...]:
    """The columns, in thousandths."""
    # raised no field is below zero; with its first bit turned each reads as a signed number
    raised = packed + _RAISED
    return _COLUMNS.unpack((raised ^ _RAISED).to_bytes(_COLUMNS.size, "little"))
