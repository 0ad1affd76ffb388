"""Openings of a room: the one that is now, and the one whose words can be read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.rooms.models import Attendance, Room, RoomSession
from ibasho.rooms.queries.timetables import timetable_of
from ibasho.rooms.shapes import RoomShape, room_shape

_State = RoomSession.State
ENTERABLE = (_State.OPEN, _State.CLOSING)
_WHY: dict[str, str] = {RoomSession.Pause.NO_KEEPERS: "no_keepers", RoomSession.Pause.BY_HAND: "by_keeper"}
_OPENED = (_State.OPEN, _State.CLOSING, _State.PAUSED)


def present_session(room: Room) -> RoomSession | None:
    """The session that is not closed, if there is one."""
    return RoomSession.objects.filter(room=room).exclude(state=_State.CLOSED).first()


def is_enterable(session: RoomSession, now: datetime) -> bool:
    """Whether its door can be used. The minute of grace at the end is for words of those who sit."""
    return session.state in ENTERABLE and (session.closes_at is None or now < session.closes_at)


def sessions_with_words() -> QuerySet[RoomSession]:
    """Sessions in which somebody was or may be; one that never opened has nothing to read."""
    attended = Exists(Attendance.objects.filter(session=OuterRef("pk")))
    return RoomSession.objects.filter(Q(state__in=_OPENED) | attended).order_by("-first_seq", "-pk")


def reading_session(room_id: int) -> RoomSession | None:
    """The newest session that has opened: where everybody's history begins."""
    return sessions_with_words().filter(room_id=room_id).first()


def was_there(session: RoomSession | None, seat_id: str) -> bool:
    """Whether this seat may read that session: everyone while it is open, then those who came."""
    if session is None:
        return False
    return session.state in _OPENED or Attendance.objects.filter(session=session, seat_id=seat_id).exists()


def shape_of(room: Room, session: RoomSession | None, crowd: str, now: datetime) -> RoomShape:
    """The room for the wire, as it stands; `session` is its present one."""
    if session is None:
        opening = timetable_of(room).next_opening(now)
        opens_at = opening.opens_at if opening else None
        return room_shape(room, state="closed", crowd=crowd, closes_at=None, opens_at=opens_at)
    waiting = session.state == _State.PREPARING and session.opens_at > now
    return room_shape(
        room,
        state=session.state,
        crowd=crowd,
        closes_at=session.closes_at,
        opens_at=session.opens_at if waiting else session.paused_until,
        why=why_paused(session),
    )


def why_paused(session: RoomSession | None) -> str:
    """`why` of the wire: no_keepers, by_keeper, or empty while the room does not rest."""
    return _WHY.get(session.paused_why, "") if session is not None else ""
