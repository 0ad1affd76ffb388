"""Learns `ibasho/screening/learned.tsv` from our lines. `bin/learn` runs it, a quarter of an hour; `--check` instead
learns from three quarters four times, says what is found in the fourth, and by which limits.

One straight cut a label through short runs of letters: a support vector machine with squared hinge loss, by dual
coordinate descent (Hsieh et al., ICML 2008). The same lines always give the same table.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from math import log, sqrt
from operator import mul
from pathlib import Path
from typing import NamedTuple

from ibasho.screening import Label, learned, runs
from ibasho.screening.engine import LIMITS, Reading, read, weigh
from ibasho.screening.text import Text
from tests.screening.corpus import FILES, LEARNED, Line, behind, harmless, lines

LEAST = 3
COST = 2.0
# The long files hold a few turns in many words; the others were written line by line, as people write.
LONG_FILES = "learned/n"
BY_HAND = 3.0
ROUNDS = 12
# So often each line is learned behind others: with once, which ones those were moved three flags in a hundred.
ROOMS = 3
FOLDS = 4
IDENTIFIERS = ("personal_info", "contact_exchange")
# There is room for so many runs: those that say most, of which common ones say a little more.
MOST = 64_000

Blocks = tuple[Counter[str], Counter[str], Counter[str]]


class Row(NamedTuple):
    """What a line says, and at which places of the weights."""

    places: list[int]
    values: list[float]


class Told(NamedTuple):
    """`is_known`: the rules were written beside it, so that it cannot say how far a rule can be trusted."""

    line: Line
    is_known: bool
    cost: float


def stamp() -> str:
    """Of every line that is learned from, and of how."""
    names = (*FILES, *LEARNED)
    files = [
        *(Path(__file__).parent / f"{name}.tsv" for name in names),
        Path(__file__),
        Path(runs.__file__),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def all_lines() -> Iterator[Told]:
    for names, is_known in ((FILES, True), (LEARNED, False)):
        for name in names:
            cost = COST if name.startswith(LONG_FILES) else COST * BY_HAND
            yield from (Told(line, is_known, cost) for line in lines(name))


def learn(every: Sequence[Told]) -> str:
    """The text of the table."""
    every = list(_in_a_room(every))
    # Each text is read once, wherever it stands.
    text = cache(Text)
    seen = (read(text(told.line.text), [*map(text, told.line.earlier)]) for told in every)
    found = [_blocks(told.line, one, told.is_known) for told, one in zip(every, seen)]
    counts = Counter(run for blocks in found for block in blocks for run in block)
    usual = sorted(run for run, count in counts.items() if count >= LEAST)
    rarity = {run: log(len(every) / counts[run]) + 1 for run in usual}

    def says(run: str, row: Sequence[float]) -> float:
        return max(map(abs, row)) * rarity[run] * sqrt(sqrt(counts[run]))

    columns = _columns(every, found, rarity)
    rows = dict(zip(usual, zip(*columns)))
    # Learned again without those that are left out, so that others say what these said.
    kept = sorted(sorted(usual, key=lambda run: -says(run, rows[run]))[:MOST])
    columns = _columns(every, found, {run: rarity[run] for run in kept})
    head = [stamp(), *(round(column[-1] * 1000) for column in columns)]
    table = []
    for run, *row in zip(kept, *columns):
        weights = (rarity[run] ** 2, *(rarity[run] * one for one in row))
        table.append([run, *(round(one * 1000) for one in weights)])
    # Common ones lie close together for the look-up; what a run begins with is as common, and shorter.
    table.sort(key=lambda row: (row[1], len(row[0])))
    return "\n".join("\t".join(map(str, row)) for row in (head, *table))


def _columns(
    every: Sequence[Told], found: Sequence[Blocks], rarity: Mapping[str, float]
) -> list[list[float]]:
    """By label, the weight of each run in the order of `rarity`, and what all lines have."""
    place = {run: number for number, run in enumerate(rarity)}
    rows = [_row(blocks, place, rarity) for blocks in found]
    # What can be reached says nothing about a danger or an offer beside it.
    without = [_row((*blocks[:2], Counter()), place, rarity) for blocks in found]
    return [
        _separate(
            rows if label in IDENTIFIERS else without,
            [label in told.line.labels for told in every],
            [told.cost for told in every],
            len(place),
        )
        for label in learned.LABELS
    ]


def _in_a_room(every: Sequence[Told]) -> Iterator[Told]:
    """Every line as it is, and those with nothing before them once more behind harmless ones.

    Without that, whatever was said before pulled a text towards danger: nearly all lines that have something
    before them are in danger by it, and in a room every text has.
    """
    before, chance = harmless([told.line for told in every]), random.Random(11)
    for told in every:
        yield told
        if not told.line.earlier:
            for _ in range(ROOMS):
                yield told._replace(line=behind(told.line, before, chance), cost=told.cost / ROOMS)


def _blocks(line: Line, seen: Reading, is_known: bool) -> Blocks:
    text = seen.text.words.text
    sentences = (text[start:end] for portion in runs.portions(text) for start, end in portion)
    return (
        Counter(run for sentence in sentences for run in runs.runs_of(sentence)),
        Counter(run for before in seen.before for run in runs.runs_before(before.words.text))
        + Counter(runs.whom(line.audience)),
        Counter() if is_known else Counter(runs.marked(seen.signals)),
    )


def _row(blocks: Blocks, place: Mapping[str, int], rarity: Mapping[str, float]) -> Row:
    row = Row([len(place)], [1.0])
    for block, weight in zip(blocks, runs.BLOCKS):
        known = sorted(
            (place[run], times * rarity[run], rarity[run]) for run, times in block.items() if run in place
        )
        length = sqrt(sum(value * rare for _, value, rare in known) + runs.LITTLE)
        row.places.extend(number for number, _, _ in known)
        row.values.extend(weight * value / length for _, value, _ in known)
    return row


def _separate(rows: Sequence[Row], is_so: Sequence[bool], costs: Sequence[float], size: int) -> list[float]:
    weights = [0.0] * (size + 1)
    pulls = [0.0] * len(rows)
    lengths = [sum(map(mul, row.values, row.values)) for row in rows]
    order = list(range(len(rows)))
    chance = random.Random(7)
    slacks = [0.5 / cost for cost in costs]
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for number in order:
            side = 1.0 if is_so[number] else -1.0
            (places, values), slack = rows[number], slacks[number]
            score = sum(map(mul, map(weights.__getitem__, places), values))
            error = side * score - 1 + slack * pulls[number]
            pull = max(pulls[number] - error / (lengths[number] + slack), 0.0)
            change = (pull - pulls[number]) * side
            if change:
                pulls[number] = pull
                for at, value in zip(places, values):
                    weights[at] += change * value
    return weights


def check() -> None:
    """For each label and several limits: found among lines not learned from, and found wrongly among the harmless."""
    every = list(all_lines())
    scored = [pair for fold in range(FOLDS) for pair in _scored(every, fold)]
    for label in learned.LABELS:
        there = sorted((score[label] for line, score in scored if label in line.labels), reverse=True)
        wrong = sorted((score[label] for line, score in scored if not line.labels), reverse=True)
        for share in (0.01, 0.015, 0.02, 0.03, 0.04):
            limit = wrong[int(len(wrong) * share)]
            hit = sum(score > limit for score in there)
            print(
                f"{label:18} limit {limit:6.2f}: {hit}/{len(there)} found, {share:.1%} of {len(wrong)} wrongly"
            )
        print(f"{label:18} today's limit {LIMITS[Label(label)]}")


def _scored(every: Sequence[Told], fold: int) -> Iterator[tuple[Line, dict[str, float]]]:
    """Neighbours stay together, as a line and its harmless twin often are."""
    kept = [told for number, told in enumerate(every) if number // 8 % FOLDS != fold]
    learned.use(learn(kept).split("\n"))
    for number, (line, is_known, _) in enumerate(every):
        if number // 8 % FOLDS == fold and not is_known:
            yield line, dict(zip(learned.LABELS, weigh(read(line.text, line.earlier), line.audience)))


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        learned.FILE.write_text(learn(list(all_lines())))
