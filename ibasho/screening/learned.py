"""How much a text is like lines of each kind: weights of short runs of letters, learned from lines of our own.

`bin/learn` writes `learned.tsv` from tests/screening/lines; nobody else's words are in it. Linear in the length
of the text: at most three runs begin at each letter, and each is looked up once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from math import sqrt
from operator import add
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_name("learned.tsv")
_CRISIS = 0
LABELS = ("crisis", "personal_info", "contact_exchange", "solicitation", "abuse")
BEFORE = 3
# Longer words are read in portions, so that what is harmless around them does not make them weigh less.
PORTION = 90
# A portion that weighs more than this is looked at sentence by sentence, and one alone must weigh so much more.
DOUBT = -0.3
ALONE = 0.5
# How much each block of runs counts beside the others: the words, what was written before, what the rules say.
BLOCKS = (1.0, 0.8, 0.5)
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
    """`runs`: run of letters → its own weight, then what it says for each label, in thousandths, packed.
    `bias`: by label. `lines`: of which lines.
    """

    runs: Mapping[str, int]
    bias: tuple[float, ...]
    lines: str


class Likeness(NamedTuple):
    """`scores` by label, of the portion from `start` to `end` of the text."""

    start: int
    end: int
    scores: tuple[float, ...]


_now: list[Weights] = []


def weights() -> Weights:
    """The table as it was learned; read once."""
    if not _now:
        use(FILE.read_text())
    return _now[0]


def use(table: str) -> None:
    """Weigh by this table from now on."""
    head, *rows = table.split("\n")
    lines, *bias = head.split("\t")
    runs: dict[str, int] = {}
    for row in rows:
        run, *numbers = row.split("\t")
        runs[run] = sum((int(number) + _HALF) << shift for number, shift in zip(numbers, _SHIFTS))
    _now[:] = [Weights(runs, tuple(int(number) / 1000 for number in bias), lines)]


def likeness(
    text: str,
    earlier: Sequence[str],
    audience: str | None,
    signals: Iterable[str],
) -> Iterator[Likeness]:
    """For each portion of a text in the spelling of the rules; `earlier` oldest first, in the same.

    `signals` is what the rules found in the text, as names.
    """
    runs, bias, _ = weights()
    before, said = _weigh(runs, runs_before(earlier, audience)), _weigh(runs, marked(signals))
    around = [BLOCKS[1] * one + BLOCKS[2] * two + three for one, two, three in zip(before, said, bias)]
    for start, end in portions(text):
        scores = tuple(map(add, _weigh(runs, runs_of(text[start:end])), around))
        yield Likeness(start, end, scores)
        if scores[_CRISIS] > DOUBT:
            # What is said before and after a danger must not outweigh it.
            for first, last in _sentences(text, start, end):
                own = _weigh(runs, runs_of(text[first:last]))[_CRISIS]
                crisis = own + around[_CRISIS] - BLOCKS[2] * said[_CRISIS] - ALONE
                yield Likeness(first, last, (crisis, *scores[1:]))


def runs_of(text: str) -> set[str]:
    """Every run of one to three letters; digits are all the same, and ^ $ mark the ends."""
    return set().union(*_runs(f"^{text.translate(_SAME)}$"))


def runs_before(earlier: Sequence[str], audience: str | None) -> set[str]:
    """The same of what was written before, apart from what is written now; and whom the room is for."""
    joined = "|".join(one.translate(_SAME)[-60:] for one in earlier[-BEFORE:])
    found = {f"<{run}" for run in chain(*_runs(joined)[1:])} if joined else set()
    return found | {f"@{audience}"} if audience else found


def marked(signals: Iterable[str]) -> set[str]:
    """Names of rules, apart from runs of letters."""
    return {f"%{signal}" for signal in signals}


def portions(text: str) -> Iterator[tuple[int, int]]:
    """Whole sentences, as many as fit into one portion; what goes on without an end is cut."""
    start = 0
    while len(text) - start > PORTION:
        stop = text.rfind("。", start + 1, start + PORTION) + 1 or start + PORTION
        yield start, stop
        start = stop
    yield start, len(text)


def strongest(text: str, label: int) -> tuple[int, int]:
    """The sentence of one portion whose words speak most for a label; the portion must not be empty."""
    runs = weights().runs
    return max(
        _sentences(text, 0, len(text)), key=lambda ends: _weigh(runs, runs_of(text[slice(*ends)]))[label]
    )


def _sentences(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = text.find("。", start, end) + 1 or end
        yield start, stop
        start = stop


def _runs(text: str) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
    """Of one, two and three letters."""
    pairs = list(map(add, text, text[1:]))
    return text, pairs, map(add, pairs, text[2:])


def _weigh(runs: Mapping[str, int], found: Iterable[str]) -> list[float]:
    known = list(filter(None, map(runs.get, found)))
    if not known:
        return [0.0] * len(LABELS)
    own, *sums = _unpacked(sum(known), len(known))
    length = sqrt(own * 1000 + LITTLE * 1_000_000)
    return [one / length for one in sums]


def _unpacked(packed: int, rows: int) -> list[int]:
    """The columns of so many rows added, in thousandths."""
    return [(packed >> shift & _FIELD) - rows * _HALF for shift in _SHIFTS]
