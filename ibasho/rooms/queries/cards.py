"""Rooms as cards: the same questions in the same order, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from ibasho.lib import clock
from ibasho.people.models import Standpoint
from ibasho.rooms.models import Room, RoomSession
from ibasho.rooms.queries.beats import crowds_of
from ibasho.rooms.queries.sessions import is_enterable, why_paused
from ibasho.rooms.queries.timetables import timetable_of

CROWD_WORDS = {"quiet": "しずか", "some": "すこし", "many": "にぎやか"}
STAFF_HERE = "いま、スタッフがいます。"
_FAMILY = (Standpoint.PARENT, Standpoint.SIBLING, Standpoint.PARTNER_KIN)


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RoomCard:
    """`why` and `paused_until` are of a pause, as on the wire; `when_text` is the one line of today for anybody, `now_text` also says how lively it is;
    `is_open` means the door can be used; `staff_text` says of an opening under way whether staff are here
    or when they are back, and is empty at other times and for a room without staff.
    """

    room: Room
    slug: str
    title: str
    about: str
    state: str
    state_word: str
    why: str
    paused_until: datetime | None
    is_open: bool
    crowd: str
    crowd_word: str
    closes_at: datetime | None
    next_opening: datetime | None
    when_text: str
    staff_text: str
    hours: list[str]
    facts: list[Fact]

    @property
    def url(self) -> str:
        return f"/rooms/{self.slug}/"

    @property
    def now_text(self) -> str:
        return f"いまは「{self.crowd_word}」。{self.when_text}" if self.is_open else self.when_text


def cards_for(rooms: QuerySet[Room]) -> list[RoomCard]:
    """Cards of these rooms, open ones first. A fixed number of queries."""
    unclosed = RoomSession.objects.exclude(state=RoomSession.State.CLOSED)
    found = list(
        rooms.prefetch_related(
            "audiences", "hours", "closed_days", Prefetch("sessions", unclosed, to_attr="unclosed")
        )
    )
    crowds = crowds_of(room.pk for room in found)
    cards = [_card(room, crowds[room.pk]) for room in found]
    return sorted(cards, key=lambda card: not card.is_open)


def card_for(room: Room) -> RoomCard:
    """The card of one room, for its door and its page out of hours."""
    return cards_for(Room.objects.filter(pk=room.pk))[0]


def _card(room: Room, crowd: str) -> RoomCard:
    unclosed: list[RoomSession] = room.unclosed  # type: ignore[attr-defined]
    now = clock.now()
    # the minute of grace is for those who sit: at its door the room is closed, and nothing opens it again
    session = next((one for one in unclosed if one.closes_at is None or now < one.closes_at), None)
    is_open = session is not None and is_enterable(session, now)
    state = session.state if session else RoomSession.State.CLOSED
    opening = timetable_of(room).next_opening(now)
    opens_at = opening.opens_at if opening else None
    closes_at = session.closes_at if session else None
    paused_until = session.paused_until if session else None
    return RoomCard(
        room=room,
        slug=room.slug,
        title=room.title,
        about=room.about,
        state=str(state),
        state_word=RoomSession.State(state).label,
        why=why_paused(session),
        paused_until=paused_until,
        is_open=is_open,
        crowd=crowd,
        crowd_word=CROWD_WORDS[crowd],
        closes_at=closes_at,
        next_opening=opens_at,
        when_text=_when_text(room, session, str(state), opens_at),
        staff_text=_staff_text(room, session, now),
        hours=clock.week_text((row.weekday, row.opens, row.closes) for row in room.hours.all()),
        facts=facts_of(room),
    )


def _when_text(room: Room, session: RoomSession | None, state: str, opens_at: datetime | None) -> str:
    if session is None:
        return _next_text(opens_at)
    if state == RoomSession.State.PAUSED:
        return _pause_text(session)
    if state == RoomSession.State.PREPARING:
        return "スタッフがそろうと、あきます。"
    ends = session.closes_at
    return f"{clock.end_text(ends)}まであいています。" if ends else "いつでもあいています。"


def _staff_text(room: Room, session: RoomSession | None, now: datetime) -> str:
    if session is None or not room.keepers_needed or session.opens_at > now:
        return ""
    if is_enterable(session, now):
        return STAFF_HERE
    ends = f"部屋の時間は、{clock.end_text(session.closes_at)}まで。" if session.closes_at else ""
    if session.state == RoomSession.State.PREPARING:
        return f"{ends}スタッフがそろうと、あきます。"
    if session.paused_why == RoomSession.Pause.NO_KEEPERS or session.paused_until is None:
        return f"{ends}スタッフがそろうと、またあきます。"
    return f"{ends}{clock.clock_text(session.paused_until)}から、またあきます。"


def _next_text(opens_at: datetime | None) -> str:
    if opens_at is None:
        return "次にあく日は、まだ決まっていません。"
    return f"次は {clock.when_text(opens_at)}にあきます。"


def _pause_text(session: RoomSession) -> str:
    """Those who sit there may read on, and the room itself tells them."""
    if session.paused_why == RoomSession.Pause.NO_KEEPERS:
        return "いまは、休けいです。スタッフがもどると、またあきます。"
    if session.paused_until is not None:
        return f"いまは、休けいです。{clock.clock_text(session.paused_until)}から、またあきます。"
    return "いまは、休けいです。読むことはできます。"


def facts_of(room: Room) -> list[Fact]:
    """What is the same on every day; asks for the room's audience unless that was prefetched."""
    size = f"{room.capacity}人まで" if room.capacity else "人数の決まりはありません"
    if room.capacity and room.newcomer_seats:
        size += "（はじめての人の席があります）"
    facts = [
        Fact("だれの部屋", _audience(row.standpoint for row in room.audiences.all())),
        Fact("すごし方", "話しても、見るだけでも"),
        Fact("進行", "あり" if room.is_facilitated else "なし"),
        Fact("大きさ", size),
        Fact("残る日数", f"{room.retention_days}日で消えます"),
    ]
    return [*facts, Fact("年齢のめやす", room.age_note)] if room.age_note else facts


def _audience(standpoints: Iterable[str]) -> str:
    known = set(standpoints)
    if known.issuperset(Standpoint.values):
        return "だれでも"
    if known == set(_FAMILY):
        return "家族"
    return "・".join(choice.label for choice in Standpoint if choice in known)
