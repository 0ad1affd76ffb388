"""Words cut where something was found in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def pieces_of(text: str, spans: Iterable[Sequence[int]]) -> list[tuple[str, bool]]:
    """`text` in its order, each piece with whether it lies in one of `spans` (from, to)."""
    pieces, at = [], 0
    for start, end in sorted((start, end) for start, end in spans):
        if start > at:
            pieces.append((text[at:start], False))
        if end > max(start, at):
            pieces.append((text[max(start, at) : end], True))
        at = max(at, end)
    return [*pieces, (text[at:], False)] if at < len(text) else pieces
