"""The clock of the rooms: preparing, open, closing, closed. Due work, run about every second."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch

from ibasho.lib import clock
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.hours import Opening
from ibasho.rooms.models import CLOSING_MINUTES, GRACE_SECONDS, Room, RoomSession
from ibasho.rooms.queries.sessions import has_enough_keepers, present_session
from ibasho.rooms.queries.timetables import timetable_of

State = RoomSession.State


def turn_sessions(now: datetime | None = None) -> int:
    """Bring every room to the state of this moment; returns how many changes that took.

    Looks first without a lock, then again under the room's, so it may run twice and in parallel.
    """
    moment = now or clock.now()
    unclosed = Prefetch("sessions", RoomSession.objects.exclude(state=State.CLOSED), to_attr="unclosed")
    rooms = Room.objects.filter(is_trial=False).prefetch_related("hours", "closed_days", unclosed)
    return sum(_turn(room, moment) for room in rooms if _may_be_due(room, moment))


def _turn(room: Room, now: datetime) -> int:
    """A room that was left alone for long may owe several steps."""
    steps = 0
    while _is_due(room, now):
        with transaction.atomic():
            ledger.lock_rooms([room.pk])
            if not _step(room, now):
                break
            number_room_change(room.pk)
        steps += 1
    return steps


def _may_be_due(room: Room, now: datetime) -> bool:
    """From what one round read for all rooms: it runs every second, and mostly nothing is due."""
    unclosed: list[RoomSession] = room.unclosed  # type: ignore[attr-defined]
    if unclosed:
        return next_state(room, unclosed[0], now) is not None
    return timetable_of(room).opening_at(now) is not None


def _is_due(room: Room, now: datetime) -> bool:
    session = present_session(room)
    if session is None:
        return _opening_due(room, now) is not None
    return next_state(room, session, now) is not None


def _step(room: Room, now: datetime) -> bool:
    session = present_session(room)
    if session is None:
        opening = _opening_due(room, now)
        return opening is not None and _prepare(room, opening)
    state = next_state(room, session, now)
    if state is None:
        return False
    session.state = state
    session.save(update_fields=["state"])
    return True


def next_state(room: Room, session: RoomSession, now: datetime) -> str | None:
    """The state this session should go to now; None while it is right as it is."""
    if session.closes_at is None:
        return None
    if now >= session.closes_at + timedelta(seconds=GRACE_SECONDS):
        return State.CLOSED
    ends_soon = now >= session.closes_at - timedelta(minutes=CLOSING_MINUTES)
    if session.state == State.OPEN and ends_soon:
        return State.CLOSING
    if session.state == State.PREPARING and now < session.closes_at and has_enough_keepers(room):
        return State.CLOSING if ends_soon else State.OPEN
    return None


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
