"""What keepers covered in words that stand, told by the part above that keeps it."""

from __future__ import annotations

from collections.abc import Callable

from ibasho.rooms.models import Message

Brings = Callable[[Message, str], bool]
_tellers: list[Brings] = []


def register(brings: Brings) -> None:
    """`brings(message, text)`: whether `text` would show something again that was covered in `message`."""
    if brings not in _tellers:
        _tellers.append(brings)


def would_show(message: Message, text: str) -> bool:
    """Whether these words would undo what a keeper did to the ones that stand, or stood before an edit."""
    return any(brings(message, text) for brings in _tellers)
