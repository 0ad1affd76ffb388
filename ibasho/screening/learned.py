"""How much a text is like lines of each kind: weights of short runs of letters, learned from lines of our own.

`bin/learn` writes `learned.tsv` from tests/screening/corpus; nobody else's words are in it. Linear in the length
of the text: one look at each letter finds all the runs that begin there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt
from operator import add
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("learned.tsv")
LABELS = ("crisis", "personal_info", "contact_exchange", "solicitation", "abuse")
BEFORE = 3
_END = 60
_BEFORE = "<"  # stands in no text in the spelling of the rules
# Sentences are weighed together, as many as fit into one portion: what one begins the next may end.
PORTION = 90
# Each is weighed alone as well, so that what is harmless around it does not make it weigh less; it must then weigh more.
ALONE = 0.3
# How far what was written before can carry a text, by label: harmless words add up to no danger, and numbers that
# only follow each other are nobody's. Towards danger it carries further, the nearer it was to one itself.
REACH = (0.2, 0.15, 0.5, 9.0, 9.0)
NEAR = 1.0
# How much each block of runs counts beside the others: the words, what was written before, what the rules say.
BLOCKS = (1.0, 0.8, 0.5)
_SENTENCE = re.compile(f"[^。]{{1,{PORTION}}}")
_SAME = {**{ord(digit): "0" for digit in "123456789"}, ord("、"): None}


# What little is said weighs little: as if so much were there that speaks for nothing.
LITTLE = 500
# Rows are numbers with a field of so many bits for each column, so that they are added at once: as many as one digit
# of Python's own numbers has. A field below zero borrows from its neighbour until `_unpacked` raises each by half.
_BITS = 30
_HALF = 1 << _BITS - 1
_FIELD = (1 << _BITS) - 1
_SHIFTS = range(0, _BITS * (len(LABELS) + 1), _BITS)
_RAISED = sum(_HALF << shift for shift in _SHIFTS)
_LONGEST = 3
_WINDOWS = [slice(at, at + _LONGEST) for at in range(PORTION + len("^$"))]


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
    scores: tuple[float, ...]


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
        if run[0] == _BEFORE:
            before[run[1:]] = packed + before[run[1:-1]]
        elif len(run) > _LONGEST:
            names[run] = packed
        else:
            runs[run] = packed + runs[run[:-1]]
    _now[:] = [Weights(runs, before, names, tuple(int(number) / 1000 for number in bias), lines)]


def of_words(text: str) -> tuple[Likeness, ...]:
    """For each portion of a text in the spelling of the rules, what its words weigh by themselves."""
    return tuple(_of_words(text))


def as_earlier(text: str, alone: Iterable[Likeness]) -> Earlier:
    """What a text in the spelling of the rules is to those that follow it; `alone` as `of_words` tells it."""
    known = weights()
    danger = max(one.scores[0] for one in alone) + known.bias[0]
    return Earlier(_sum(known.before, windows_before(text)), danger)


def likeness(
    alone: Iterable[Likeness],
    earlier: Sequence[Earlier],
    audience: str | None,
    signals: Iterable[str],
) -> list[Likeness]:
    """The same with all that is not in the words: `earlier` is what was said before, oldest first, and `signals`
    what the rules found in the text, as names.
    """
    known = weights()
    recent = earlier[-BEFORE:]
    reach = (max([REACH[0], *(one.danger + NEAR for one in recent)]), *REACH[1:])
    told = sum(one.added for one in recent) + _named(known.names, whom(audience))
    before, said = _weigh(told), _weigh(_named(known.names, marked(signals)))
    around = [
        min(BLOCKS[1] * one, most) + BLOCKS[2] * two + three
        for one, most, two, three in zip(before, reach, said, known.bias)
    ]
    return [Likeness(start, end, tuple(map(add, scores, around))) for start, end, scores in alone]


def _of_words(text: str) -> Iterator[Likeness]:
    runs = weights().runs
    for portion in portions(text):
        sums = [_sum(runs, windows(text[start:end])) for start, end in portion]
        yield Likeness(portion[0][0], portion[-1][1], tuple(_weigh(sum(sums))))
        if len(portion) > 1:
            for (start, end), one in zip(portion, sums):
                yield Likeness(start, end, tuple(weight - ALONE for weight in _weigh(one)))


def windows(sentence: str) -> Iterator[str]:
    """The letters from each place on, as many as the longest run has; digits are all the same, and ^ $ mark the ends."""
    return _windows(f"^{sentence.translate(_SAME)}$")


def windows_before(text: str) -> Iterator[str]:
    """The same of what was written before; its end says what was asked for."""
    return _windows(text.translate(_SAME)[-_END:])


def runs_of(sentence: str) -> Iterator[str]:
    """Every run of one to three letters."""
    return (window[:end] for window in windows(sentence) for end in range(1, len(window) + 1))


def runs_before(text: str) -> Iterator[str]:
    """Those of two and three, apart from what is written now."""
    return (_BEFORE + window[:end] for window in windows_before(text) for end in range(2, len(window) + 1))


def whom(audience: str | None) -> set[str]:
    """Whom the room is for."""
    return {f"@{audience}"} if audience else set()


def marked(signals: Iterable[str]) -> set[str]:
    """Names of rules, apart from runs of letters."""
    return {f"%{signal}" for signal in signals}


def portions(text: str) -> Iterator[list[tuple[int, int]]]:
    """The places of sentences, without what ends them, as many as fit together; what goes on without an end is cut."""
    portion: list[tuple[int, int]] = []
    for found in _SENTENCE.finditer(text):
        if portion and found.end() - portion[0][0] > PORTION:
            yield portion
            portion = []
        portion.append(found.span())
    yield portion or [(0, 0)]


def _windows(text: str) -> Iterator[str]:
    return map(text.__getitem__, _WINDOWS[: len(text)])


def _sum(runs: Runs, found: Iterable[str]) -> int:
    return sum(map(runs.__getitem__, found))


def _named(names: Mapping[str, int], found: Iterable[str]) -> int:
    return sum(names.get(name, 0) for name in found)


def _weigh(packed: int) -> list[float]:
    own, *sums = _unpacked(packed)
    length = sqrt(own * 1000 + LITTLE * 1_000_000)
    return [one / length for one in sums]


def _unpacked(packed: int) -> list[int]:
    """The columns, in thousandths."""
    raised = packed + _RAISED
    return [(raised >> shift & _FIELD) - _HALF for shift in _SHIFTS]
