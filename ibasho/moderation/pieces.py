"""Words cut into the pieces a keeper can point at, and covered where some were chosen."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import regex

COVERED = "●●●"  # as long for two letters as for twenty
# A run of letters and digits with what joins them; other words with the kana that end them; each with its marks.
_PIECE = regex.compile(
    r"(?:[\p{Latin}\p{N}](?:[\p{Latin}\p{N}@＠._＿+＋:：/／\-‐‑–—−－ー～〜]*[\p{Latin}\p{N}])?"
    r"|[^\p{Hiragana}\p{Latin}\p{N}\p{P}\s]+\p{Hiragana}*"
    r"|\p{Hiragana}+"
    r"|\p{P}+)\p{P}*"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """`text[start:end]` of the words it was cut from."""

    start: int
    end: int
    text: str


def pieces_of(text: str) -> list[Piece]:
    """In their order; white space between them belongs to none."""
    return [Piece(found.start(), found.end(), found[0]) for found in _PIECE.finditer(text)]


def cover_pieces(text: str, chosen: Collection[int]) -> str:
    """The words with these pieces covered; neighbours are covered as one. Numbers beyond the last raise IndexError."""
    pieces = pieces_of(text)
    runs = _runs(sorted(set(chosen)))
    return left_of(text, [(pieces[first].start, pieces[last].end) for first, last in runs])


def covered_spans(whole: str, left: str) -> list[tuple[int, int]]:
    """Where `left` covers `whole`; nothing if it is no covering of it."""
    pattern = "(.+?)".join(map(re.escape, left.split(COVERED)))
    found = re.fullmatch(pattern, whole, re.DOTALL)
    return [found.span(number) for number in range(1, len(found.groups()) + 1)] if found else []


def left_of(whole: str, spans: Sequence[Sequence[int]]) -> str:
    """What stays of it, with a cover in each place."""
    parts, at = [], 0
    for start, end in spans:
        parts += [whole[at:start], COVERED]
        at = end
    return "".join([*parts, whole[at:]])


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
