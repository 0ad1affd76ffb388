"""集まりの部屋: the room of one meeting. An ordinary room by all rules of rooms, but on no list, and open once.

When it opens is the meeting's time; who may come in is told by `guest_lists`.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from ibasho.lib import clock
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import Kind
from ibasho.rooms import ending_rooms, guest_lists
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.actions.leave import leave_room
from ibasho.rooms.actions.sessions import State, open_state, put, settle_room
from ibasho.rooms.models import Attendance, Room, RoomAudience, RoomSession, Seat
from ibasho.rooms.plans import MEETING_DAYS, MEETING_KEEPERS, MeetingPlan, meeting_plan_of
from ibasho.rooms.queries.sessions import present_session

LAST_MINUTES = 5


def open_meeting_room(plan: MeetingPlan) -> Room:
    """A room for one meeting, which opens in its time once two keepers are really there."""
    with transaction.atomic():
        room = Room.objects.create(
            slug=f"meeting-{secrets.token_hex(8)}",
            title=plan.title,
            opens_at=plan.opens_at,
            closes_at=plan.closes_at,
            **_FURNITURE,
        )
        _let_in(room, plan)
        hurry_desk()
    return room


def follow_meeting(room_id: int, plan: MeetingPlan) -> bool:
    """The room is as the meeting is now; whether that is new.

    One that is open while its meeting is called off or moved away ends within five minutes, with the words that
    every end has; what a keeper closed stays closed as long as the hours stay what they were.
    """
    with transaction.atomic():
        ledger.lock_rooms([room_id])
        room = Room.objects.get(pk=room_id)
        before = meeting_plan_of(room)
        if before == plan:
            return False
        room.title, room.opens_at, room.closes_at = plan.title, plan.opens_at, plan.closes_at
        room.save(update_fields=["title", "opens_at", "closes_at"])
        room.audiences.exclude(standpoint__in=plan.standpoints).delete()
        _let_in(room, plan)
        if (before.opens_at, before.closes_at) != (plan.opens_at, plan.closes_at):
            _move_session(room, clock.now())
        settle_room(room, clock.now())
        number_room_change(room.pk)
    return True


def show_out(room_id: int) -> int:
    """Whoever sits there and is no guest any more loses the seat, and with it what waits; returns how many."""
    with transaction.atomic():
        ledger.lock_rooms([room_id])
        next_facts()  # before what the guest list looks at, as at the door
        room = Room.objects.get(pk=room_id)
        invited = guest_lists.invited([room_id])
        sitting = Seat.objects.filter(room=room, left_at__isnull=True, person__isnull=False)
        gone = [
            seat
            for seat in sitting.exclude(person__kind=Kind.KEEPER).select_related("person")
            if (room_id, seat.person_id) not in invited
        ]
        for seat in gone:
            if seat.person is not None:
                leave_room(seat.person, room)
        if gone:
            hurry_facts()
    return len(gone)


def forget_meeting_rooms(now: datetime) -> int:
    """Rooms of meetings that are over, of which no words, no opening and no seat is left; returns how many.

    Safe to run twice.
    """
    sessions = Exists(RoomSession.objects.filter(room=OuterRef("pk")))
    sitting = Exists(Seat.objects.filter(room=OuterRef("pk")))
    is_over = Q(closes_at__isnull=True) | Q(closes_at__lt=now - timedelta(days=MEETING_DAYS))
    empty = Room.objects.filter(~sessions, ~sitting, is_over, entry=Room.Entry.MEETING)
    for room in empty:
        with transaction.atomic():
            ledger.lock_rooms([room.pk])
            ending_rooms.run(room.pk)
            room.delete()
    return len(empty)


def _let_in(room: Room, plan: MeetingPlan) -> None:
    for standpoint in plan.standpoints:
        RoomAudience.objects.get_or_create(room=room, standpoint=standpoint)


def _move_session(room: Room, now: datetime) -> None:
    """What goes on in it follows the new hours, or comes to its end."""
    session = present_session(room)
    if session is None:
        return
    if not _was_used(session):
        session.delete()  # so that the same hour may come again
        return
    goes_on = room.opens_at is not None and room.opens_at <= now and room.closes_at is not None
    last = now + timedelta(minutes=LAST_MINUTES)
    ends = room.closes_at if goes_on and room.closes_at is not None else None
    if ends is None or ends <= now:
        ends = last if session.closes_at is None else min(last, session.closes_at)
    session.closes_at = max(ends, session.opens_at + timedelta(seconds=1))
    session.save(update_fields=["closes_at"])
    if session.state in (State.OPEN, State.CLOSING):
        put(session, open_state(session, now), now=now)


def _was_used(session: RoomSession) -> bool:
    return session.state != State.PREPARING or Attendance.objects.filter(session=session).exists()


_FURNITURE = {
    "about": "文字だけで、参加できます。見ているだけでも大丈夫です。声や顔は、ここでは出ません。",
    "entry": Room.Entry.MEETING,
    "is_listed": False,
    "keepers_needed": MEETING_KEEPERS,
    "retention_days": MEETING_DAYS,
}
