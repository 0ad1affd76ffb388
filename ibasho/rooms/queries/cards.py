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
from ibasho.rooms.queries.sessions import ENTERABLE, is_enterable, why_paused
from ibasho.rooms.queries.timetables import timetable_of

CROWD_WORDS = {"quiet": "しずか", "some": "すこし", "many": "にぎやか"}
_FAMILY = (Standpoint.PARENT, Standpoint.SIBLING, Standpoint.PARTNER_KIN)
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class RoomCard:
    """`why` and `paused_until` are of a pause, as on the wire; `when_text` is the one line of today for anybody, `now_text` also says how lively it is;
    `is_open` means the door can be used.
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
    session, now = unclosed[0] if unclosed else None, clock.now()
    is_open = session is not None and is_enterable(session, now)
    in_grace = session is not None and session.state in ENTERABLE and not is_open
    state = session.state if session and not in_grace else RoomSession.State.CLOSED
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
        hours=_hours(room),
        facts=facts_of(room),
    )


def _when_text(room: Room, session: RoomSession | None, state: str, opens_at: datetime | None) -> str:
    if session is None or state == RoomSession.State.CLOSED:
        return _next_text(opens_at)
    if state == RoomSession.State.PAUSED:
        return _pause_text(session)
    if state == RoomSession.State.PREPARING:
        return "スタッフがそろうと、あきます。"
    ends = session.closes_at
    return f"{clock.clock_text(ends)}まであいています。" if ends else "いつでもあいています。"


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


def _hours(room: Room) -> list[str]:
    """月・水・金・日 13:00〜22:00, days with the same hours together."""
    days: dict[tuple[int, int], list[str]] = {}
    for row in room.hours.all():
        days.setdefault((row.opens, row.closes), []).append(_WEEKDAYS[row.weekday])
    return [f"{'・'.join(names)} {clock.hours_text(*span)}" for span, names in days.items()]
