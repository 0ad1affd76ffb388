"""Learns `ibasho/screening/learned.tsv` from our lines. `bin/learn` runs it, about four minutes; `--check` instead
learns from three quarters four times, says what is found in the fourth, and by which limits.

One straight cut a label through short runs of letters: a support vector machine with squared hinge loss, by dual
coordinate descent (Hsieh et al., ICML 2008). The same lines always give the same table.
"""

from __future__ import annotations

import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log, sqrt
from pathlib import Path

from ibasho.screening import Label, learned
from ibasho.screening.engine import LIMITS, Reading, read, weigh
from tests.screening.corpus import FILES, LEARNED, Line, behind, harmless, lines

LEAST = 5
COST = 4.0
ROUNDS = 24
FOLDS = 4
IDENTIFIERS = ("personal_info", "contact_exchange")
# Runs that say less than this for every label are left out: a third of them, and nothing is found less well.
_SMALLEST = 3.0

Row = list[tuple[int, float]]
Blocks = tuple[Counter[str], Counter[str], Counter[str]]


def stamp() -> str:
    """Of every line that is learned from, and of how."""
    names = (*FILES, *LEARNED)
    files = [
        *(Path(__file__).parent / f"{name}.tsv" for name in names),
        Path(__file__),
        Path(learned.__file__),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def all_lines() -> Iterator[tuple[Line, bool]]:
    """Each with whether the rules were written beside it: such a line cannot say how far a rule can be trusted."""
    for names, is_known in ((FILES, True), (LEARNED, False)):
        for name in names:
            yield from ((line, is_known) for line in lines(name))


def learn(every: Sequence[tuple[Line, bool]]) -> str:
    """The text of the table."""
    every = list(_in_a_room(every))
    found = [_blocks(line, read(line.text, line.earlier), is_known) for line, is_known in every]
    counts = Counter(run for blocks in found for block in blocks for run in block)
    runs = sorted(run for run, count in counts.items() if count >= LEAST)
    place = {run: number for number, run in enumerate(runs)}
    rarity = [log(len(every) / counts[run]) + 1 for run in runs]
    rows = [_row(blocks, place, rarity) for blocks in found]
    # What can be reached says nothing about a danger or an offer beside it.
    without = [_row((*blocks[:2], Counter()), place, rarity) for blocks in found]
    columns = [
        _separate(
            rows if label in IDENTIFIERS else without,
            [label in line.labels for line, _ in every],
            len(runs),
        )
        for label in learned.LABELS
    ]
    table = ["\t".join([stamp(), *(str(round(column[-1] * 1000)) for column in columns)])]
    for number, run in enumerate(runs):
        said = [rarity[number] * column[number] for column in columns]
        if max(map(abs, said)) >= _SMALLEST:
            table.append("\t".join([run, *(str(round(x * 1000)) for x in (rarity[number] ** 2, *said))]))
    return "\n".join(table)


def _in_a_room(every: Sequence[tuple[Line, bool]]) -> Iterator[tuple[Line, bool]]:
    """Every line as it is, and those with nothing before them once more behind harmless ones.

    Without that, whatever was said before pulled a text towards danger: nearly all lines that have something
    before them are in danger by it, and in a room every text has.
    """
    before, chance = harmless([line for line, _ in every]), random.Random(11)
    for line, is_known in every:
        yield line, is_known
        if not line.earlier:
            yield behind(line, before, chance), is_known


def _blocks(line: Line, seen: Reading, is_known: bool) -> Blocks:
    text = seen.text.words.text
    sentences = (text[start:end] for portion in learned.portions(text) for start, end in portion)
    return (
        Counter(run for sentence in sentences for run in learned.runs_of(sentence)),
        Counter(run for before in seen.before for run in learned.runs_before(before.words.text))
        + Counter(learned.whom(line.audience)),
        Counter() if is_known else Counter(learned.marked(seen.signals)),
    )


def _row(blocks: Blocks, place: dict[str, int], rarity: list[float]) -> Row:
    row: Row = [(len(place), 1.0)]
    for block, weight in zip(blocks, learned.BLOCKS):
        known = sorted((place[run], times) for run, times in block.items() if run in place)
        length = sqrt(sum(times * rarity[number] ** 2 for number, times in known) + learned.LITTLE)
        row += [(number, weight * times * rarity[number] / length) for number, times in known]
    return row


def _separate(rows: Sequence[Row], is_so: Sequence[bool], size: int) -> list[float]:
    weights = [0.0] * (size + 1)
    pulls = [0.0] * len(rows)
    lengths = [sum(value * value for _, value in row) for row in rows]
    order = list(range(len(rows)))
    chance = random.Random(7)
    slack = 0.5 / COST
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for number in order:
            side = 1.0 if is_so[number] else -1.0
            row = rows[number]
            error = side * sum(weights[at] * value for at, value in row) - 1 + slack * pulls[number]
            pull = max(pulls[number] - error / (lengths[number] + slack), 0.0)
            change = (pull - pulls[number]) * side
            if change:
                pulls[number] = pull
                for at, value in row:
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


def _scored(every: Sequence[tuple[Line, bool]], fold: int) -> Iterator[tuple[Line, dict[str, float]]]:
    """Neighbours stay together, as a line and its harmless twin often are."""
    kept = [pair for number, pair in enumerate(every) if number // 8 % FOLDS != fold]
    learned.use(learn(kept).split("\n"))
    for number, (line, is_known) in enumerate(every):
        if number // 8 % FOLDS == fold and not is_known:
            portions = weigh(read(line.text, line.earlier), line.audience)
            yield (
                line,
                {label: max(one.scores[at] for one in portions) for at, label in enumerate(learned.LABELS)},
            )


if __name__ == "__main__":
    if "--check" in sys.argv:
        check()
    else:
        learned.FILE.write_text(learn(list(all_lines())))
