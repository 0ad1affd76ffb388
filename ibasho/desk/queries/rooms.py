"""Rooms as lines of the desk: how they are, who is there, and what one tap may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibasho.desk.queries.now import DeskNow
from ibasho.duty.queries import GONE, THERE, UNSURE
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.rooms.queries import DeskRoom

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
        is_planned = not self.now.room.is_trial and not self.now.room.is_by_invitation
        return self.now.state != "closed" and is_planned


def room_lines(now: DeskNow, keeper_id: int) -> list[RoomLine]:
    """Every room, this keeper's own first; a quiet room only for who sits in it."""
    lines = [
        _line(room, keeper_id in room.keeper_ids)
        for room in now.rooms
        if not room.room.is_by_invitation or keeper_id in room.keeper_ids
    ]
    return sorted(lines, key=lambda line: not line.is_mine)


def room_line(now: DeskNow, slug: str) -> RoomLine:
    """One room in which the keeper who asks is on duty. Refuses `not_found` for one that was retired meanwhile."""
    for room in now.rooms:
        if room.slug == slug:
            return _line(room, True)
    raise Refusal("not_found")


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
        return f"{clock.soon_text(room.closes_at)}まで" if room.closes_at else ""
    if room.why == "no_keepers":
        return "見守り役を待っています"
    if room.state == "paused":
        return f"{clock.soon_text(room.paused_until)}まで" if room.paused_until else "あけるまで"
    if room.state == "preparing" and room.closes_at:
        return f"{clock.soon_text(room.closes_at)}までの間に"
    return f"次は{clock.soon_text(room.next_opening)}" if room.next_opening else ""


def _act(room: DeskRoom) -> str:
    if room.state in _OPEN:
        return "pause"
    if room.state == "paused" and room.why != "no_keepers":
        return "resume"
    may_begin = room.state == "closed" and not room.missing and room.room.may_begin_at(clock.now())
    return "open" if may_begin else ""
