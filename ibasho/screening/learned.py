"""How much a text is like lines of each kind: weights of short runs of letters, learned from lines of our own.

`bin/learn` writes `learned.tsv` from tests/screening/corpus; nobody else's words are in it. Linear in the length
of the text: one look at each letter finds all the runs that begin there.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice, repeat
from math import sqrt
from operator import sub, truediv
from pathlib import Path
from typing import NamedTuple

from ibasho.screening.runs import (
    BEFORE,
    BLOCKS,
    LITTLE,
    LONGEST,
    TEXTS_BEFORE,
    _same,
    end_of,
    marked,
    portions,
    whom,
)
from ibasho.screening.side_by_side import ONE, TWO, number_of, threes, units_of

FILE = Path(__file__).with_name("learned.tsv")
LABELS = ("crisis", "personal_info", "contact_exchange", "solicitation", "abuse")
# Each sentence is weighed alone as well, so that what is harmless around it does not make it weigh less; it must then weigh more.
ALONE = 0.3
# How far what was written before can carry a text, by label: harmless words add up to no danger, and numbers that
# only follow each other are nobody's. Towards danger it carries further, the nearer it was to one itself.
REACH = (0.2, 0.15, 0.5, 9.0, 9.0)
NEAR = 1.0

# Rows are numbers with a field of 32 bits for each column, so that they are added at once. A field below zero
# borrows from its neighbour until `_fields` raises each by half.
_COLUMNS = len(LABELS) + 1
_FIELDS = struct.Struct(f"<{_COLUMNS}i")
_BYTES = _FIELDS.size
_SHIFTS = range(0, 8 * _BYTES, 32)
_NOTHING = (0.0,) * len(LABELS)
_RAISED = sum(1 << 31 << shift for shift in _SHIFTS)
# Stand in no text in the spelling of the rules.
_APART = "\n"
_BETWEEN = f"${_APART}^"


Runs = dict[int, int]


class Weights(NamedTuple):
    """Packed rows: its own weight, then what it says for each label, in thousandths. `runs`: by number of a run of
    letters, together with those of the runs that it begins with; `before`: of what was written before; `names`: whom
    the room is for, and rules. `bias`: by label. `lines`: of which lines.
    """

    runs: Runs
    before: Runs
    names: Mapping[str, int]
    bias: tuple[float, ...]
    lines: str


class Likeness(NamedTuple):
    """`score` by one label, of what stands from `start` to `end` of the text."""

    start: int
    end: int
    score: float


class Alone(NamedTuple):
    """What the words of a text weigh, whatever stands before them: by label each of its `places`, which are its
    portions and sentences, and by label the most.
    """

    places: Sequence[tuple[int, int]]
    scores: Sequence[Sequence[float]]
    most: Sequence[float]

    def above(self, limit: float, label: int, around: float) -> list[Likeness]:
        """Places that weigh more, together with what is not in the words."""
        scores = (score + around for score in self.scores[label])
        return [Likeness(*place, score) for place, score in zip(self.places, scores) if score > limit]


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
    runs: Runs = {}
    before: Runs = {}
    names: dict[str, int] = {}
    for row in rows:
        run, *numbers = row.split("\t")
        packed = sum(int(number) << shift for number, shift in zip(numbers, _SHIFTS))
        if run[0] == BEFORE:
            _add(before, run[1:], packed)
        elif len(run) > LONGEST:
            names[run] = packed
        else:
            _add(runs, run, packed)
    _now[:] = [Weights(runs, before, names, tuple(int(number) / 1000 for number in bias), lines)]


def _add(runs: Runs, run: str, packed: int) -> None:
    [beginning] = _rows(runs, [number_of(run[:-1])])
    runs[number_of(run)] = packed + beginning


def of_words(text: str) -> Alone:
    """Of a text in the spelling of the rules."""
    first, *others = portions(text)
    if len(first) == 1 and not others:
        [packed] = _sums([text[slice(*first[0])]])
        most = _weigh(packed)
        return Alone(first, [[one] for one in most], most)
    return _of_sentences(text, [first, *others])


def as_earlier(text: str, alone: Alone) -> Earlier:
    """What a text in the spelling of the rules is to those that follow it; `alone` as `of_words` tells it."""
    known = weights()
    added = sum(_rows(known.before, threes(units_of(end_of(text)))))
    return Earlier(added, alone.most[0] + known.bias[0])


def around(earlier: Sequence[Earlier], audience: str | None, signals: Iterable[str]) -> list[float]:
    """By label, all that is not in the words: `earlier` is what was said before, oldest first, and `signals`
    what the rules found in the text, as names.
    """
    known = weights()
    recent = earlier[-TEXTS_BEFORE:]
    reach = (max([REACH[0], *[one.danger + NEAR for one in recent]]), *REACH[1:])
    told = sum([one.added for one in recent], _named(known.names, whom(audience)))
    said = _named(known.names, marked(signals))
    before, beside = _weigh(told), _weigh(said) if said else _NOTHING
    return [
        min(BLOCKS[1] * one, most) + BLOCKS[2] * two + three
        for one, most, two, three in zip(before, reach, beside, known.bias)
    ]


def _of_sentences(text: str, together: Sequence[Sequence[tuple[int, int]]]) -> Alone:
    said = [[text[start:end] for start, end in portion] for portion in together]
    # Whoever writes thousands of sentences writes most of them again.
    different = dict.fromkeys(chain.from_iterable(said))
    sums = dict(zip(different, _sums(different)))
    places: list[tuple[int, int]] = []
    packed: list[int] = []
    less: list[float] = []
    for portion, sentences in zip(together, said):
        each = [sums[sentence] for sentence in sentences]
        places.append((portion[0][0], portion[-1][1]))
        packed.append(sum(each))
        less.append(0.0)
        if len(portion) > 1:
            places += portion
            packed += each
            less += [ALONE] * len(each)
    scores = _scores(packed, less)
    return Alone(places, scores, list(map(max, scores)))


def _sums(sentences: Iterable[str]) -> Iterable[int]:
    """What each adds up to. All are looked up in one go: sentence by sentence that took twice as long."""
    same = _same(f"^{_BETWEEN.join(sentences)}$")
    units = [units_of(one) for one in same.split(_APART)]
    rows = iter(_rows(weights().runs, threes(b"".join(units))))
    return [sum(islice(rows, len(one) // 2)) for one in units]


def _rows(runs: Runs, numbers: Iterable[int]) -> list[int]:
    """Of each, the row of the longest run that is known of those it begins with. None is nothing: each has a weight."""
    row = runs.get
    return [row(run) or row(run & TWO) or row(run & ONE, 0) for run in numbers]


def _named(names: Mapping[str, int], found: Iterable[str]) -> int:
    return sum(map(names.get, found, repeat(0)))


def _weigh(packed: int) -> list[float]:
    own, *sums = _FIELDS.unpack(_fields(packed))
    length = sqrt(own * 1000 + LITTLE * 1_000_000)
    return [one / length for one in sums]


def _scores(packed: Sequence[int], less: Sequence[float]) -> list[list[float]]:
    """By label, what each of these weighs, and so much less."""
    numbers = array("i", b"".join(map(_fields, packed)))
    lengths = [sqrt(own * 1000 + LITTLE * 1_000_000) for own in numbers[::_COLUMNS]]
    columns = (numbers[column::_COLUMNS] for column in range(1, _COLUMNS))
    return [list(map(sub, map(truediv, column, lengths), less)) for column in columns]


def _fields(packed: int) -> bytes:
    """The columns, in thousandths."""
    # raised no field is below zero; with its first bit turned each reads as a signed number
    return ((packed + _RAISED) ^ _RAISED).to_bytes(_BYTES, "little")
