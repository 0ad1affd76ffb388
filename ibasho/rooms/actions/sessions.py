"""The clock of the rooms: preparing, open, resting, closing, closed. Due work, run about every second."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch, Q

from ibasho.duty.queries import RESUMES_SECONDS
from ibasho.lib import clock, due
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.actions.ending_talks import end_talk
from ibasho.rooms.actions.passing import set_as_planned
from ibasho.rooms.actions.unshown import tell_unshown
from ibasho.rooms.hours import Opening
from ibasho.rooms.models import CLOSING_MINUTES, GRACE_SECONDS, Room, RoomSession
from ibasho.rooms.queries.keepers import has_enough_keepers, keepers_there
from ibasho.rooms.queries.sessions import ENTERABLE, present_session
from ibasho.rooms.queries.timetables import timetable_of

logger = logging.getLogger(__name__)
State = RoomSession.State
Pause = RoomSession.Pause
_LONGEST_OPENING = timedelta(days=3)


def turn_sessions(now: datetime | None = None) -> int:
    """Bring every room to the state of this moment; returns how many changes that took.

    Looks first without a lock, then again under the room's, so it may run twice and in parallel. A room whose
    step raises is logged and tried again the next time; the others still turn.
    """
    moment = now or clock.now()
    lately = RoomSession.objects.filter(~Q(state=State.CLOSED) | Q(opens_at__gt=moment - _LONGEST_OPENING))
    rooms = list(
        Room.objects.prefetch_related("hours", "closed_days", Prefetch("sessions", lately, to_attr="lately"))
    )
    there = keepers_there([room.pk for room in rooms], moment)
    return sum(_turn_if_due(room, moment, there.get(room.pk, 0)) for room in rooms)


def settle_room(room: Room, now: datetime) -> int:
    """The same for one room, which the caller has locked. One that was left alone may owe several steps."""
    steps = 0
    while _step(room, now):
        number_room_change(room.pk)
        steps += 1
    return steps


def _turn_if_due(room: Room, now: datetime, keepers: int) -> int:
    try:
        return _turn(room, now) if _may_be_due(room, now, keepers) else 0
    except Exception:  # an edge: one room must not stop the others
        logger.exception("room %s did not turn", room.pk)
        due.drop_broken_connections()
        return 0


def _turn(room: Room, now: datetime) -> int:
    with transaction.atomic():
        ledger.lock_rooms([room.pk])
        # read again: what was prefetched is from before the lock, and its hours may have been changed since
        return settle_room(Room.objects.get(pk=room.pk), now)


def _may_be_due(room: Room, now: datetime, keepers: int) -> bool:
    """From what one round read for all rooms: it runs every second, and mostly nothing is due."""
    lately: list[RoomSession] = room.lately  # type: ignore[attr-defined]
    session = next((one for one in lately if one.state != State.CLOSED), None)
    if session is not None:
        return next_state(session, now, has_keepers=keepers >= room.keepers_needed) is not None
    opening = timetable_of(room).opening_at(now)
    return opening is not None and opening.opens_at not in {one.opens_at for one in lately}


def _step(room: Room, now: datetime) -> bool:
    session = present_session(room)
    if session is None:
        opening = _opening_due(room, now)
        return opening is not None and _prepare(room, opening)
    wanted = next_state(session, now, has_keepers=has_enough_keepers(room))
    if wanted is None:
        return False
    put(session, *wanted, now=now)
    return True


def put(
    session: RoomSession, state: str, why: str = "", *, now: datetime, until: datetime | None = None
) -> None:
    """Bring the session into a state; `why` and `until` are of a pause."""
    session.state, session.paused_why, session.paused_until = state, why, until
    session.paused_at = now if why else None
    session.save(update_fields=["state", "paused_why", "paused_at", "paused_until"])
    if state == State.CLOSED:
        set_as_planned(session.room_id)
        tell_unshown(session)
        if session.room.is_by_invitation:
            end_talk(session.room, now)


def next_state(session: RoomSession, now: datetime, *, has_keepers: bool) -> tuple[str, str] | None:
    """The state this session should go to now, and why if that is a pause; None while it is right."""
    ends = session.closes_at
    if ends is not None and now >= ends + timedelta(seconds=GRACE_SECONDS):
        return State.CLOSED, ""
    if ends is not None and now >= ends:
        return None  # the minute of grace is for last words, whoever is there
    if session.state == State.PAUSED:
        return _after_pause(session, now, has_keepers=has_keepers)
    if not has_keepers:
        return (State.PAUSED, Pause.NO_KEEPERS) if session.state in ENTERABLE and ends is not None else None
    if session.state in (State.PREPARING, State.OPEN):
        state = open_state(session, now)
        return (state, "") if state != session.state else None
    return None


def open_state(session: RoomSession, now: datetime) -> str:
    """OPEN, or CLOSING near the end."""
    ends = session.closes_at
    return State.CLOSING if ends and now >= ends - timedelta(minutes=CLOSING_MINUTES) else State.OPEN


def _after_pause(session: RoomSession, now: datetime, *, has_keepers: bool) -> tuple[str, str] | None:
    by_hand = session.paused_why == Pause.BY_HAND
    if by_hand and (session.paused_until is None or now < session.paused_until):
        return None
    if has_keepers:
        return open_state(session, now), ""
    if by_hand:
        return State.PAUSED, Pause.NO_KEEPERS
    since = session.paused_at or now
    return (State.PREPARING, "") if now >= since + timedelta(seconds=RESUMES_SECONDS) else None


def _opening_due(room: Room, now: datetime) -> Opening | None:
    opening = timetable_of(room).opening_at(now)
    if opening is None or RoomSession.objects.filter(room=room, opens_at=opening.opens_at).exists():
        return None
    return opening


def _prepare(room: Room, opening: Opening) -> bool:
    fresh = Room.objects.get(pk=room.pk)
    RoomSession.objects.create(
        room=room,
        state=State.PREPARING,
        opens_at=opening.opens_at,
        closes_at=opening.closes_at,
        first_position=fresh.last_position + 1,
        first_seq=fresh.seq,
    )
    return True
