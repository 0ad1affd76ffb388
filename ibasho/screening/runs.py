"""What is counted in a text: runs of one to three letters, portion by portion and sentence by sentence.

`learned.tsv` is of runs as they are told here: whatever changes them wants `bin/learn`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST = 3
TEXTS_BEFORE = 3
BEFORE = "<"  # stands in no text in the spelling of the rules
# Sentences are weighed together, as many as fit into one portion: what one begins the next may end.
PORTION = 90
# How much each block of runs counts beside the others: the words, what was written before, what the rules say.
BLOCKS = (1.0, 0.8, 0.5)
# What little is said weighs little: as if so much were there that speaks for nothing.
LITTLE = 500
_END = 60
_SENTENCE = re.compile(f"[^。]{{1,{PORTION}}}")
WINDOWS = [slice(at, at + LONGEST) for at in range(PORTION + len("^$"))]


def portions(text: str) -> Iterator[list[tuple[int, int]]]:
    """The places of sentences, without what ends them, as many as fit together; what goes on without an end is cut."""
    portion: list[tuple[int, int]] = []
    for found in _SENTENCE.finditer(text):
        if portion and found.end() - portion[0][0] > PORTION:
            yield portion
            portion = []
        portion.append(found.span())
    yield portion or [(0, 0)]


def windows(sentence: str) -> Iterator[str]:
    """The letters from each place on, as many as the longest run has; digits are all the same, and ^ $ mark the ends."""
    return windows_of(f"^{_same(sentence)}$")


def end_of(text: str) -> str:
    """What counts of a text that was written before: its end says what was asked for."""
    return _same(text)[-_END:]


def windows_of(text: str) -> Iterator[str]:
    """Of a text that has no more letters than a portion."""
    return map(text.__getitem__, WINDOWS[: len(text)])


def runs_of(sentence: str) -> Iterator[str]:
    """Every run of one to three letters."""
    return (window[:end] for window in windows(sentence) for end in range(1, len(window) + 1))


def runs_before(text: str) -> Iterator[str]:
    """Those of two and three, apart from what is written now."""
    return (BEFORE + window[:end] for window in windows_of(end_of(text)) for end in range(2, len(window) + 1))


def whom(audience: str | None) -> set[str]:
    """Whom the room is for."""
    return {f"@{audience}"} if audience else set()


def marked(signals: Iterable[str]) -> set[str]:
    """Names of rules, apart from runs of letters."""
    return {f"%{signal}" for signal in signals}


def _same(text: str) -> str:
    # letter by letter `translate` takes as long as all the rest of the weighing
    for digit in "123456789":
        text = text.replace(digit, "0")
    return text.replace("、", "")
