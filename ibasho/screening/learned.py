"""How much a text is like lines of each kind: weights of short runs of letters, learned from lines of our own.

`bin/learn` writes `learned.tsv` from tests/screening/corpus; nobody else's words are in it. Linear in the length
of the text: at most three runs begin at each letter, and each is looked up once.
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
REACH = (0.2, 0.15, 0.15, 9.0, 9.0)
NEAR = 1.0
# How much each block of runs counts beside the others: the words, what was written before, what the rules say.
BLOCKS = (1.0, 0.8, 0.5)
_SENTENCE = re.compile(f"[^。]{{1,{PORTION}}}")
_SAME = {**{ord(digit): "0" for digit in "123456789"}, ord("、"): None}


# What little is said weighs little: as if so much were there that speaks for nothing.
LITTLE = 500
# A row of the table is one number, a field of so many bits for each column, so that rows are added at once.
# Each field is raised by half its range, as a field below zero would borrow from its neighbour.
_BITS = 32
_HALF = 1 << 20
_FIELD = (1 << _BITS) - 1
_SHIFTS = range(0, _BITS * (len(LABELS) + 1), _BITS)


class Weights(NamedTuple):
    """`runs`: run of letters → its own weight, then what it says for each label, in thousandths, packed; `before`:
    the same of what was written before. `bias`: by label. `lines`: of which lines.
    """

    runs: Mapping[str, int]
    before: Mapping[str, int]
    bias: tuple[float, ...]
    lines: str


class Likeness(NamedTuple):
    """`scores` by label, of what stands from `start` to `end` of the text."""

    start: int
    end: int
    scores: tuple[float, ...]


class Sum(NamedTuple):
    """Rows of the table, added, and how many they are."""

    packed: int
    rows: int


class Earlier(NamedTuple):
    """What a text adds to those that follow it, and how much it was like a danger by itself."""

    added: Sum
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
    runs: dict[str, int] = {}
    before: dict[str, int] = {}
    for row in rows:
        run, *numbers = row.split("\t")
        packed = sum((int(number) + _HALF) << shift for number, shift in zip(numbers, _SHIFTS))
        if run[0] == _BEFORE:
            before[run[1:]] = packed
        else:
            runs[run] = packed
    _now[:] = [Weights(runs, before, tuple(int(number) / 1000 for number in bias), lines)]


def of_words(text: str) -> tuple[Likeness, ...]:
    """For each portion of a text in the spelling of the rules, what its words weigh by themselves."""
    return tuple(_of_words(text))


def as_earlier(text: str, alone: Iterable[Likeness]) -> Earlier:
    """What a text in the spelling of the rules is to those that follow it; `alone` as `of_words` tells it."""
    known = weights()
    danger = max(one.scores[0] for one in alone) + known.bias[0]
    return Earlier(_sum(known.before, _runs_at_end(text)), danger)


def likeness(
    alone: Iterable[Likeness],
    earlier: Sequence[Earlier],
    audience: str | None,
    signals: Iterable[str],
) -> list[Likeness]:
    """The same with all that is not in the words: `earlier` is what was said before, oldest first, and `signals`
    what the rules found in the text, as names.
    """
    runs, _, bias, _ = weights()
    recent = earlier[-BEFORE:]
    reach = (max([REACH[0], *(one.danger + NEAR for one in recent)]), *REACH[1:])
    told = [*(one.added for one in recent), _sum(runs, whom(audience))]
    before, said = _weigh(_together(told)), _weigh(_sum(runs, marked(signals)))
    around = [
        min(BLOCKS[1] * one, most) + BLOCKS[2] * two + three
        for one, most, two, three in zip(before, reach, said, bias)
    ]
    return [Likeness(start, end, tuple(map(add, scores, around))) for start, end, scores in alone]


def _of_words(text: str) -> Iterator[Likeness]:
    runs = weights().runs
    for portion in portions(text):
        sums = [_sum(runs, runs_of(text[start:end])) for start, end in portion]
        yield Likeness(portion[0][0], portion[-1][1], tuple(_weigh(_together(sums))))
        if len(portion) > 1:
            for (start, end), one in zip(portion, sums):
                yield Likeness(start, end, tuple(weight - ALONE for weight in _weigh(one)))


def runs_of(sentence: str) -> set[str]:
    """Every run of one to three letters; digits are all the same, and ^ $ mark the ends."""
    return set().union(*_runs(f"^{sentence.translate(_SAME)}$"))


def runs_before(text: str) -> set[str]:
    """The same of what was written before, apart from what is written now; its end says what was asked for."""
    return {f"{_BEFORE}{run}" for run in _runs_at_end(text)}


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


def _runs(text: str) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    """Of one, two and three letters."""
    pairs = list(map(add, text, text[1:]))
    return text, pairs, map(add, pairs, text[2:])


def _runs_at_end(text: str) -> set[str]:
    return set().union(*_runs(text.translate(_SAME)[-_END:])[1:])


def _sum(runs: Mapping[str, int], found: Iterable[str]) -> Sum:
    known = list(filter(None, map(runs.get, found)))
    return Sum(sum(known), len(known))


def _together(sums: Sequence[Sum]) -> Sum:
    return Sum(sum(packed for packed, _ in sums), sum(rows for _, rows in sums))


def _weigh(found: Sum) -> list[float]:
    own, *sums = _unpacked(*found)
    length = sqrt(own * 1000 + LITTLE * 1_000_000)
    return [one / length for one in sums]


def _unpacked(packed: int, rows: int) -> list[int]:
    """The columns of so many rows added, in thousandths."""
    return [(packed >> shift & _FIELD) - rows * _HALF for shift in _SHIFTS]
