"""How much a text is worded like the examples of a kind: each letter and each pair weighs for it or against.

What the rules do not name may still be worded like what people wrote who meant it. The weights are learnt
from our own lines by `python -m tests.screening.corpus.learn`, and are kept as a table that can be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from importlib.resources import files
from math import sqrt
from typing import NamedTuple

from ibasho.screening.findings import Label
from ibasho.screening.folding import Sentence

# How much is enough: at these, of lines not learnt from, fewer than 1 in 100 is found wrongly.
ENOUGH = {Label.CRISIS: 6.5, Label.CONTACT_EXCHANGE: 0.3, Label.SOLICITATION: 0.0, Label.ABUSE: 3.8}
_LONGEST = 80


class _Weights(NamedTuple):
    base: float
    each: dict[str, float]


_WEIGHTS = {
    Label(label): _Weights(table["base"], table["each"])
    for label, table in json.loads((files("ibasho.screening") / "likeness.json").read_text("utf-8")).items()
}


class Passage(NamedTuple):
    start: int
    end: int
    letters: frozenset[str]


def passages(sentences: Sequence[Sentence]) -> Iterator[Passage]:
    """What was said in one breath: sentences together, up to a few lines."""
    start, letters, end = 0, frozenset[str](), 0
    for sentence in sentences:
        if letters and sentence.start + len(sentence.text) - start > _LONGEST:
            yield Passage(start, end, letters)
            start, letters = sentence.start, frozenset()
        letters |= sentence.letters
        end = sentence.start + len(sentence.text)
    if letters:
        yield Passage(start, end, letters)


def is_like(label: Label, letters: frozenset[str]) -> bool:
    """Whether letters and pairs (`folding.letters_of`) weigh enough for this kind."""
    return weigh(label, letters) > ENOUGH[label]


def weigh(label: Label, letters: frozenset[str]) -> float:
    base, each = _WEIGHTS[label]
    return (base + sum(map(each.__getitem__, letters & each.keys()))) / sqrt(len(letters))
