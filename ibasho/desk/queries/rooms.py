"""Rooms as lines of the desk: how they are, who is there, and what one tap may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ibasho.duty.models import Duty
from ibasho.duty.queries import GONE, THERE, UNSURE
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.rooms.models import RoomDuty
from ibasho.rooms.queries import DeskRoom, rooms_now

PRESENCE_WORDS = {THERE: "", UNSURE: "いま、線が切れています", GONE: "いま、いません"}
_OPEN = ("open", "closing")
_STATE_WORDS = {"closing": "もうすぐ閉まる", "paused": "休けい", "preparing": "準備中", "closed": "お休み"}


@dataclass(frozen=True, slots=True)
class Watcher:
    """A keeper whose duty covers the room; `words` is empty while they are really there."""

    name: str
    words: str
    is_gone: bool


@dataclass(frozen=True, slots=True)
class RoomLine:
    """`act` is what one tap does here: pause, resume, open, or nothing."""

    slug: str
    title: str
    is_mine: bool
    look: str
    word: str
    when: str
    keepers: Sequence[Watcher]
    missing: int
    act: str
    now: DeskRoom

    @property
    def is_open(self) -> bool:
        return self.now.state in _OPEN

    @property
    def may_close(self) -> bool:
        return self.now.state != "closed" and not self.now.room.is_trial


def room_lines(duty: Duty | None) -> list[RoomLine]:
    """Every room, this keeper's own first."""
    mine = set(RoomDuty.objects.filter(duty=duty).values_list("room_id", flat=True)) if duty else set()
    lines = [_line(room, room.room.pk in mine) for room in rooms_now()]
    return sorted(lines, key=lambda line: not line.is_mine)


def room_line(slug: str) -> RoomLine:
    """One room in which the keeper who asks is on duty. Refuses `not_found` for one that was retired meanwhile."""
    for room in rooms_now():
        if room.slug == slug:
            return _line(room, True)
    raise Refusal("not_found")


def time_words(at: datetime) -> str:
    """Only the clock for today, the day too for any other."""
    is_today = clock.tokyo(at).date() == clock.today()
    return clock.clock_text(at) if is_today else clock.when_text(at)


def _line(room: DeskRoom, is_mine: bool) -> RoomLine:
    return RoomLine(
        slug=room.slug,
        title=room.title,
        is_mine=is_mine,
        look="open" if room.state in _OPEN else room.state,
        word=_STATE_WORDS.get(room.state, room.crowd_word),
        when=_when(room),
        keepers=[Watcher(name, PRESENCE_WORDS[how], how == GONE) for name, how in room.keepers],
        missing=room.missing,
        act=_act(room) if is_mine else "",
        now=room,
    )


def _when(room: DeskRoom) -> str:
    if room.state in _OPEN:
        return f"{time_words(room.closes_at)}まで" if room.closes_at else ""
    if room.why == "no_keepers":
        return "見守り役を待っています"
    if room.state == "paused":
        return f"{time_words(room.paused_until)}まで" if room.paused_until else "あけるまで"
    if room.state == "preparing" and room.closes_at:
        return f"{time_words(room.closes_at)}までの間に"
    return f"次は{time_words(room.next_opening)}" if room.next_opening else ""


def _act(room: DeskRoom) -> str:
    if room.state in _OPEN:
        return "pause"
    if room.state == "paused" and room.why != "no_keepers":
        return "resume"
    return "open" if room.state == "closed" and not room.missing else ""
