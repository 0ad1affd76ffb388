"""Our own lines with what should be found in them; never words of people who were here.

own: written before the rules. asked: by somebody who did not see the rules. fresh and what follows: after them, in
wording that was then unseen. learned: what the weights come from. UNSEEN: nothing was learned from, or mended by.
Columns: id, text, labels, audience, earlier (⏎ between messages), kind, note.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ibasho.screening import Label, screen

FILES = ("own", "asked", "fresh", "fresh_again", "fresh_third", "fresh_fourth")
UNSEEN = ("unseen", "unseen_again", "unseen_third", "unseen_fourth", "unseen_fifth")
LEARNED = tuple(f"learned/{file.stem}" for file in sorted(Path(__file__).with_name("learned").glob("*.tsv")))


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    labels: frozenset[str]
    audience: str | None
    earlier: tuple[str, ...]
    kind: str

    @property
    def is_usual(self) -> bool:
        """Of the kinds that a room sees every day; the others were written to be hard."""
        return self.kind.startswith("easy") or self.kind == "harmless"

    def found(self) -> frozenset[str]:
        return frozenset(
            str(one.label) for one in screen(self.text, earlier=self.earlier, audience=self.audience)
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one file: for each label how many lines have it and on how many it was found; false flags on the rest."""

    found: dict[str, int]
    there: dict[str, int]
    false: int
    harmless: int

    def recall(self, label: str) -> float:
        return self.found[label] / self.there[label]


def lines(name: str) -> tuple[Line, ...]:
    path = Path(__file__).parent / f"{name}.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(map(_line, csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)))


def _line(row: dict[str, str]) -> Line:
    labels = frozenset() if row["labels"] == "none" else frozenset(row["labels"].split(","))
    earlier = tuple(one.strip() for one in row["earlier"].split("⏎") if one.strip())
    return Line(row["text"], labels, row["audience"] or None, earlier, row["kind"])


def harmless(every: Sequence[Line]) -> list[str]:
    """What may stand before anything without a meaning for it."""
    return [line.text for line in every if not line.labels and not line.earlier]


def behind(line: Line, before: Sequence[str], chance: random.Random) -> Line:
    """The line as it stands in a room, where something always was said before: behind one to three of `before`."""
    return line if line.earlier else replace(line, earlier=tuple(chance.sample(before, chance.randint(1, 3))))


def figures(name: str, of: Callable[[Line], bool] = lambda _: True, *, in_a_room: bool = False) -> Figures:
    """Of a file, or of those of its lines; `in_a_room`: each behind harmless ones of the same file."""
    every, chance = lines(name), random.Random(3)
    if in_a_room:
        before = harmless(every)
        every = tuple(behind(line, before, chance) for line in every)
    all_of_them = [(line.labels, line.found()) for line in every if of(line)]
    labels = [str(label) for label in Label if label != Label.HOUSE_WORD]
    rest = [found for wanted, found in all_of_them if not wanted]
    return Figures(
        {label: sum(label in wanted & found for wanted, found in all_of_them) for label in labels},
        {label: sum(label in wanted for wanted, _ in all_of_them) for label in labels},
        sum(map(bool, rest)),
        len(rest),
    )
