"""集まりの部屋: made, kept like its meeting, and opened to who has joined.

Rooms are locked first, then the number of facts is taken, then the meeting is locked.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ibasho.events.actions.locking import lock_event, locked_sign_up
from ibasho.events.actions.tying import hold_person
from ibasho.events.actions.visiting import note_who_came
from ibasho.events.models import Admission, Event, EventShift, MeetingRoom, SignUp
from ibasho.events.queries import own_rooms as queries
from ibasho.events.queries.next_dates import next_date_in_room
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions import next_facts
from ibasho.people.models import Person
from ibasho.people.queries import standpoint_on
from ibasho.rooms import actions as rooms
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Room, RoomSession, RoomShift
from ibasho.rooms.plans import MeetingPlan, in_order
from ibasho.rooms.queries.seats import guests_sitting

logger = logging.getLogger(__name__)
_LATELY = timedelta(days=1)
_AHEAD = timedelta(days=28)  # as far as the calendar tells of rooms: a series may be planned for years
_OTHER_SIDE = (
    "この集まりの部屋には、申し込んだときの立場で入ります。いまの立場では、入れません。"
    "いまの立場は、「わたし」のページで見られます。"
)


class _GuestList:
    """As `rooms.guest_lists` asks."""

    invited = staticmethod(queries.invited)
    name_for = staticmethod(queries.name_for)
    next_date = staticmethod(next_date_in_room)

    @staticmethod
    def came(room_id: int, person: Person) -> None:
        _note_arrival(room_id, person)


GUEST_LIST = _GuestList()


def keep_meeting_rooms() -> int:
    """Each meeting that one may join from home has its room, as the meeting is now; returns how many changed.

    Due work, safe to run twice and in parallel: whoever changes a meeting need not think of its room.
    """
    now = clock.now()
    is_shown = Q(published_on__isnull=False) | Q(own_room__isnull=False)
    events = Event.objects.filter(is_shown, ends__gt=now - _LATELY).select_related("own_room__room")
    events = events.prefetch_related("audiences", "own_room__room__audiences").order_by("pk")
    changed = sum(_keep(event.pk) for event in events if _is_due(event))
    _let_facilitators_in(now)
    return changed + _show_out()


def admit(sign_up_id: UUID, person: Person) -> Room:
    """The room, whose door opens to this person from now on, until the sign-up is withdrawn.

    A party takes as many people as it has seats; one more takes the place of who came first, so that whoever
    lost a browser comes in by another. Refuses `not_found` for who has not joined, for a meeting without a room and for a
    keeper, `asked` with a sentence before the set time, after it, and for somebody of another standpoint.
    """
    with transaction.atomic():
        room = _room_behind(sign_up_id)
        if room is None:
            raise Refusal("not_found")
        ledger.lock_rooms([room.pk])
        found = hold_person(person)
        event, row = locked_sign_up(sign_up_id)
        if row.state != SignUp.State.JOINED or not queries.has_own_room(event):
            raise Refusal("not_found")
        why = queries.why_not_now(event, clock.now())
        if why is not None:
            raise Refusal("asked", why)
        if standpoint_on(found, clock.today()) not in event.standpoints:
            raise Refusal("asked", _OTHER_SIDE)
        _, is_new = Admission.objects.get_or_create(sign_up=row, person=found)
        if is_new:
            _make_place(row, room)
    return room


def hold_room_behind(sign_up_id: UUID) -> None:
    """In the caller's transaction, before `lock_event`: whoever came in by this sign-up may have to leave."""
    room = _room_behind(sign_up_id)
    if room is not None and Admission.objects.filter(sign_up=sign_up_id).exists():
        ledger.lock_rooms([room.pk])
        next_facts()


def turn_away(row: SignUp) -> None:
    """Whoever came in by this sign-up has no door any more, and no seat. In the caller's transaction."""
    came = list(row.admissions.select_related("person"))
    room = _room_behind(row.pk) if came else None
    for admission in came:
        _end(admission, room)


def _keep(event_id: int) -> bool:
    with transaction.atomic():
        room_id = queries.room_of(event_id)
        if room_id is not None:
            ledger.lock_rooms([room_id])
            next_facts()
        event = lock_event(event_id)
        known = MeetingRoom.objects.filter(event=event).first()
        plan = _plan_of(event)
        if known is not None:
            return known.room_id == room_id and rooms.follow_meeting(known.room_id, plan)
        if not _wants_room(event, plan):
            return False
        MeetingRoom.objects.create(event=event, room=rooms.open_meeting_room(plan))
    return True


def _is_due(event: Event) -> bool:
    plan = _plan_of(event)
    known: MeetingRoom | None = getattr(event, "own_room", None)
    if known is None:
        return _wants_room(event, plan)
    room = known.room
    has = in_order(audience.standpoint for audience in room.audiences.all())
    return plan != MeetingPlan(room.title, has, room.opens_at, room.closes_at)


def _wants_room(event: Event, plan: MeetingPlan) -> bool:
    now = clock.now()
    return plan.opens_at is not None and now < event.ends and event.starts < now + _AHEAD


def _plan_of(event: Event) -> MeetingPlan:
    takes_place = event.is_on and queries.has_own_room(event)
    return MeetingPlan(
        event.title,
        in_order(event.standpoints),
        event.starts if takes_place else None,
        event.ends if takes_place else None,
    )


def _let_facilitators_in(now: datetime) -> None:
    """Who facilitates a meeting keeps its room: their planned duty is for it, as a duty for any room is."""
    ahead = EventShift.objects.filter(shift__called_off_at__isnull=True, shift__ends__gt=now)
    rows = ahead.filter(event__own_room__isnull=False, shift__rooms__isnull=True)
    pairs = list(rows.values_list("shift_id", "event__own_room__room_id"))
    if pairs:
        with transaction.atomic():
            made = [RoomShift(shift_id=shift_id, room_id=room_id) for shift_id, room_id in pairs]
            RoomShift.objects.bulk_create(made, ignore_conflicts=True)


def _show_out() -> int:
    """Who is no guest any more, whatever ended it: staff, the wall, or a sign-up that is gone."""
    going_on = RoomSession.objects.filter(room__entry=Room.Entry.MEETING).exclude(
        state=RoomSession.State.CLOSED
    )
    room_ids = list(going_on.order_by("room_id").values_list("room_id", flat=True))
    return sum(rooms.show_out(room_id) for room_id in room_ids if _has_strangers(room_id))


def _has_strangers(room_id: int) -> bool:
    invited = {person_id for _, person_id in queries.invited([room_id])}
    return bool(guests_sitting(room_id) - invited)


def _make_place(row: SignUp, room: Room) -> None:
    too_many = max(0, row.admissions.count() - row.seats)
    for admission in row.admissions.select_related("person").order_by("pk")[:too_many]:
        _end(admission, room)


def _end(admission: Admission, room: Room | None) -> None:
    person = admission.person
    admission.delete()
    if room is not None and (room.pk, person.pk) not in queries.invited([room.pk]):
        rooms.leave_room(person, room)


def _note_arrival(room_id: int, person: Person) -> None:
    """Being there is ticked by itself; what the coordinator counted already stays, if it is more."""
    rows = Admission.objects.filter(person=person, sign_up__event__own_room__room_id=room_id)
    found = rows.order_by("-pk").select_related("sign_up").first()
    if found is None:
        return
    row = found.sign_up
    try:
        with transaction.atomic():
            note_who_came(row.event_id, row.pk, people=row.admissions.count())
    except Refusal as refusal:  # too early, or the month was counted: nobody is kept out for that
        logger.info("nobody was ticked: %s", refusal.code)


def _room_behind(sign_up_id: UUID) -> Room | None:
    rows = MeetingRoom.objects.order_by().select_related("room")
    found = rows.filter(event__sign_ups__pk=sign_up_id).first()
    return found.room if found is not None else None
