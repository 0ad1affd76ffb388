"""Whether staff are there, said beside the place where somebody wrote. The rooms fill in what is theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ibasho.house.today import today
from ibasho.lib import clock


@dataclass(frozen=True, slots=True)
class StaffHere:
    """`is_here`: somebody really is there, and reads what is written at this place.

    `may_be_called`: of a danger to a life in what is written here, staff elsewhere may be told.
    `unsent`: the same beside words that nobody can read yet, where it differs. `may_talk`: two of them can be asked
    to talk apart from the others.
    """

    text: str
    is_here: bool = False
    may_be_called: bool = False
    unsent: str = ""
    may_talk: bool = False

    @property
    def who_is_there(self) -> str:
        """The same without a word about what is read: beside a form, too."""
        return self.unsent or self.text


_Teller = Callable[[str], StaffHere | None]
_tellers: list[_Teller] = []


def provide(teller: _Teller) -> None:
    """Let `teller` speak for the paths it knows, and give None for others; the last one given speaks."""
    _tellers[:] = [teller]


def staff_here(place: str) -> StaffHere:
    """Of the path `place` at this minute; where it is nobody's, when staff come next."""
    for tell in _tellers:
        if (told := tell(place)) is not None:
            return told
    house = today()
    if house.staff_text:
        return StaffHere(house.staff_text)
    if house.next_opening:
        return StaffHere(f"スタッフが読むのは、{clock.when_text(house.next_opening)} より後です。")
    return StaffHere("スタッフが読む日は、まだ決まっていません。")
