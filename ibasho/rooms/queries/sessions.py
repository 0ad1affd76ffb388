"""Openings of a room: the one that is now, and the one whose words can be read."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ibasho.rooms.models import Attendance, Room, RoomSession
from ibasho.rooms.queries.timetables import timetable_of
from ibasho.rooms.shapes import RoomShape, room_shape

_State = RoomSession.State
ENTERABLE = (_State.OPEN, _State.CLOSING)
_WHY: dict[str, str] = {RoomSession.Pause.NO_KEEPERS: "no_keepers", RoomSession.Pause.BY_HAND: "by_keeper"}
_OPENED = (_State.OPEN, _State.CLOSING, _State.PAUSED)


def present_session(room: Room) -> RoomSession | None:
    """The session that is not closed, if there is one."""
    return present_sessions([room.pk]).get(room.pk)


def present_sessions(room_ids: Collection[int]) -> dict[int, RoomSession]:
    """The same by room; rooms without one are missing."""
    unclosed = RoomSession.objects.filter(room_id__in=room_ids).exclude(state=_State.CLOSED)
    return {session.room_id: session for session in unclosed}


def is_enterable(session: RoomSession, now: datetime) -> bool:
    """Whether its door can be used. The minute of grace at the end is for words of those who sit."""
    return session.state in ENTERABLE and (session.closes_at is None or now < session.closes_at)


def sessions_with_words() -> QuerySet[RoomSession]:
    """Sessions in which somebody was or may be; one that never opened has nothing to read."""
    attended = Exists(Attendance.objects.filter(session=OuterRef("pk")))
    return RoomSession.objects.filter(Q(state__in=_OPENED) | attended).order_by("-first_seq", "-pk")


def reading_session(room_id: int) -> RoomSession | None:
    """The newest session that has opened: where everybody's history begins."""
    return sessions_of([room_id])[0].get(room_id)


def sessions_of(
    room_ids: Collection[int],
) -> tuple[dict[int, RoomSession], dict[int, RoomSession]]:
    """The one everybody reads and the present one, by room; rooms without are missing. One query while every
    room is open: there is one session at a time, so one that has opened and not closed is the newest.
    """
    present = present_sessions(room_ids)
    reading = {pk: session for pk, session in present.items() if session.state in _OPENED}
    rest = set(room_ids) - reading.keys()
    if rest:
        reading |= _newest_with_words(rest)
    return reading, present


def _newest_with_words(room_ids: Collection[int]) -> dict[int, RoomSession]:
    newest = sessions_with_words().filter(room_id=OuterRef("pk")).values("pk")[:1]
    rooms = Room.objects.filter(pk__in=room_ids).order_by().annotate(newest=Subquery(newest))
    found = RoomSession.objects.filter(pk__in=rooms.values("newest"))
    return {session.room_id: session for session in found}


def attended(seat_ids: Collection[str], sessions: Iterable[RoomSession]) -> frozenset[tuple[str, int]]:
    """Which of these seats came to which of these sessions."""
    ids = {session.pk for session in sessions}
    if not ids:
        return frozenset()
    rows = Attendance.objects.filter(seat_id__in=seat_ids, session_id__in=ids)
    return frozenset((str(seat), session) for seat, session in rows.values_list("seat_id", "session_id"))


def was_there(session: RoomSession | None, seat_id: str, came: Collection[tuple[str, int]]) -> bool:
    """Whether this seat may read that session: everyone while it is open, then those who `attended`."""
    if session is None:
        return False
    return session.state in _OPENED or (seat_id, session.pk) in came


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
