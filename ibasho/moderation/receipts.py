"""What a code can tell without an account: each kind of code is answered by the part that gave it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

LookUp = Callable[[str], "Answer | None"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`state` is a word of the kind's own, such as waiting; `text` is said to whoever has the code."""

    kind: str
    state: str
    text: str

    @property
    def lines(self) -> list[str]:
        return self.text.split("\n")


_kinds: dict[str, LookUp] = {}


def register(kind: str, look_up: LookUp) -> None:
    """Have `look_up` asked with the fingerprint of every code. A kind registered again replaces the first."""
    _kinds[kind] = look_up


def answer_to(code_hash: str) -> Answer | None:
    """The first answer there is; None for a code of nothing."""
    answers = (look_up(code_hash) for look_up in _kinds.values()) if code_hash else ()
    return next((answer for answer in answers if answer is not None), None)
