"""What the front door says about today. The rooms above fill it in when they are ready."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

_OPEN = ("open", "closing")


@dataclass(frozen=True, slots=True)
class TodayLine:
    """One room on the front door. `url` is empty where no door is to be shown."""

    title: str
    url: str | None
    state: str
    state_word: str
    when: str


@dataclass(frozen=True, slots=True)
class Today:
    """`only_door` is the path of the one open room, when there is exactly one.

    `is_staffed`: a room that staff look after is open now; the room to try is none. `staff_text`: while an
    opening is under way, that staff are here or when they are back; `next_opening` is then the one after it, and `note_text` says when a note is read.
    """

    lines: list[TodayLine] = field(default_factory=list)
    next_opening: datetime | None = None
    only_door: str | None = None
    is_staffed: bool = False
    staff_text: str = ""
    note_text: str = ""

    @property
    def is_open(self) -> bool:
        return any(line.state in _OPEN for line in self.lines)


_Teller = Callable[[str | None], Today]
_tellers: list[_Teller] = []


def provide(teller: _Teller) -> None:
    """Let `teller` say what is open today; the last one given speaks."""
    _tellers[:] = [teller]


def today(standpoint: str | None = None) -> Today:
    """Today as seen from `standpoint`; without one, as anybody passing by may see it."""
    return _tellers[0](standpoint) if _tellers else Today()
