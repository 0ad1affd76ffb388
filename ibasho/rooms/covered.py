"""What keepers covered in words that stand, told by the part above that keeps it."""

from __future__ import annotations

from collections.abc import Callable

from ibasho.rooms.models import Message

Brings = Callable[[Message, str], bool]
SaysAgain = Callable[[str, str], bool]
_tellers: list[tuple[Brings, SaysAgain]] = []


def register(brings: Brings, says_again: SaysAgain) -> None:
    """`brings(message, text)`: whether `text` would show something again that was covered in `message`.

    `says_again(seat_id, text)`: the same for new words of a seat, and what was covered in its words of this session.
    """
    if (brings, says_again) not in _tellers:
        _tellers.append((brings, says_again))


def would_show(message: Message, text: str) -> bool:
    """Whether these words would undo what a keeper did to the ones that stand, or stood before an edit."""
    return any(brings(message, text) for brings, _ in _tellers)


def would_say_again(seat_id: str, text: str) -> bool:
    """Whether new words of this seat hold what a keeper covered in others of it since the room opened."""
    return any(says_again(seat_id, text) for _, says_again in _tellers)
