"""`python -m tests.screening.corpus.learn`: weighs letters and pairs of our lines, for `screening.likeness`.

An averaged perceptron with a margin: as few and as small weights as tell the lines apart. The same lines always
give the same table.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from math import sqrt
from pathlib import Path

import ibasho.screening
from ibasho.screening import Label
from ibasho.screening.folding import fold, for_words, letters_of
from ibasho.screening.likeness import ENOUGH
from ibasho.screening.spelling import respell
from tests.screening import lines as card
from tests.screening.corpus import FILES, lines

ROUNDS, MARGIN, SMALLEST = 10, 3.0, 0.8
Example = tuple[frozenset[str], frozenset[str]]


def examples() -> list[Example]:
    """Letters and labels of each line that means something by itself."""
    told = [(line.text, line.labels) for name in FILES for line in lines(name) if not line.earlier]
    told += [(text, frozenset(["crisis"])) for text in card.MEANT]
    told += [(text, frozenset[str]()) for text in card.NOT_MEANT]
    return [(letters(text), labels) for text, labels in told]


def letters(text: str) -> frozenset[str]:
    _, sentences = respell(for_words(fold(text)))
    return frozenset[str]().union(*(sentence.letters for sentence in sentences), letters_of(""))


def learn(label: str, told: list[Example]) -> tuple[float, dict[str, float]]:
    weights, moved = Counter[str](), Counter[str]()
    base = base_moved = 0.0
    step, order = 1, random.Random(1)
    told = list(told)
    for _ in range(ROUNDS):
        order.shuffle(told)
        for present, labels in told:
            side = 1 if label in labels else -1
            if present and side * (base + sum(weights[one] for one in present)) / sqrt(len(present)) < MARGIN:
                for one in present:
                    weights[one] += side
                    moved[one] += side * step
                base += side
                base_moved += side * step
            step += 1
    average = {one: weights[one] - moved[one] / step for one in weights}
    kept = {one: round(weight, 1) for one, weight in sorted(average.items()) if abs(weight) >= SMALLEST}
    return round(base - base_moved / step, 1), kept


if __name__ == "__main__":
    table = {}
    for one in ENOUGH:
        base, each = learn(str(one), examples())
        table[str(Label(one))] = {"base": base, "each": each}
    target = Path(ibasho.screening.__file__).with_name("likeness.json")
    target.write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
