"""Short pieces in one line of text."""

from __future__ import annotations


def beside(*pieces: str) -> str:
    """Those that are not empty. A line may end between two; a wide space there would hang over the margin."""
    return "\u00a0 ".join(piece for piece in pieces if piece)
