"""What the front door says about meetings to come. The part above that keeps them fills it in when it is ready."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ComingLine:
    """One meeting: its name, or only its kind for who passes by; when it is, and where or how one learns more."""

    title: str
    when: str
    more: str
    url: str


_Teller = Callable[[str | None], Sequence[ComingLine]]
_tellers: list[_Teller] = []


def provide(teller: _Teller) -> None:
    """Let `teller` say what comes next; the last one given speaks."""
    _tellers[:] = [teller]


def coming(standpoint: str | None) -> Sequence[ComingLine]:
    """The next few as seen from `standpoint`; None is who passes by, and a keeper."""
    return _tellers[0](standpoint) if _tellers else []
