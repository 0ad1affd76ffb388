"""What a code can tell without an account: each kind of code is answered by the part that gave it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

LookUp = Callable[[str], "Answer | None"]
TakeBack = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Answer:
    """`state` is a word of the kind's own, such as waiting; `text` is said to whoever has the code.

    `take_back_until`, or the day `take_back_on`: until then it may be taken back by the code; None where it may not.
    `take_back_words` say that it may be at any time, and what goes then. `opens`: the path that takes the code and leads to a page of its own, if there is one.
    """

    kind: str
    state: str
    text: str
    title: str = ""
    take_back_until: datetime | None = None
    take_back_on: date | None = None
    opens: str = ""
    take_back_words: str = ""

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


_kinds: dict[str, LookUp] = {}
_take_backs: dict[str, TakeBack] = {}


def register(kind: str, look_up: LookUp, take_back: TakeBack | None = None) -> None:
    """Have `look_up` asked with the fingerprint of every code. A kind registered again replaces the first.

    `take_back(code_hash)` takes back what the code stands for; it raises a Refusal when it is too late.
    """
    _kinds[kind] = look_up
    if take_back is not None:
        _take_backs[kind] = take_back


def answer_to(code_hash: str) -> Answer | None:
    """The first answer there is; None for a code of nothing."""
    answers = (look_up(code_hash) for look_up in _kinds.values()) if code_hash else ()
    return next((answer for answer in answers if answer is not None), None)


def take_back(kind: str, code_hash: str) -> bool:
    """Take it back; False for a kind that cannot be. Refuses as that kind does."""
    undo = _take_backs.get(kind)
    if undo is not None:
        undo(code_hash)
    return undo is not None
