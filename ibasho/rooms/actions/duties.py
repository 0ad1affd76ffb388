"""Taking, leaving and interrupting a duty: the rooms open and rest with it, in one transaction.

All rooms are locked first, then the number of facts is taken, as in `erase`: who waits for whom is
the same everywhere, and behind the number a keeper's roles are settled.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet

from ibasho.duty import ending_duties, holding
from ibasho.duty.actions.presence import TOO_LONG
from ibasho.duty.models import MOST_HOURS, Duty, Shift
from ibasho.duty.queries import due_duties
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import KeeperRole
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.learning import is_first_shift, must_be_past_learning
from ibasho.rooms.actions.sessions import settle_room
from ibasho.rooms.models import Room, RoomDuty, Seat
from ibasho.rooms.queries.keepers import DUTY_ROLES, rooms_named, still_on_watch
from ibasho.rooms.queries.sessions import reading_session

SPEAKS_AS = "見守り役\u3000"
CARRY_MINUTES = 15
# looked at every second; so early that a short outage of the house ends no duty that is held
_LOOK_AHEAD = timedelta(minutes=5)
_HELD = "{why}終わらせるか、当番をほかの人にわたしてから、おわってください。"


def take_duty(keeper: KeeperFacts, *, slugs: Sequence[str], until: datetime) -> Duty:
    """Be on duty in these rooms until then, with a seat in each; rooms that now have enough open.

    Taken again it moves: to these rooms, until then. Refuses `malformed` without a room or beyond twelve
    hours, `not_found` for a room that is not there and for roles that take no duty, `asked` for a learner who
    has not pledged, or beside whom nobody experienced is there.
    """
    with transaction.atomic():
        lock_house()
        number, now = next_facts(), clock.now()
        fresh = still_on_watch(keeper)
        if not now < until <= now + timedelta(hours=MOST_HOURS):
            raise Refusal("malformed", TOO_LONG)
        rooms = rooms_named(slugs)
        duty = _open_duty(fresh, now, until, is_first=is_first_shift(fresh.keeper_id, rooms, now))
        former = [room for room in _rooms_of(duty) if not room.is_by_invitation]  # those are left by closing
        _leave_seats(fresh.person_id, [room for room in former if room not in rooms], now, number)
        _cover(duty, rooms)
        for room in rooms:
            _sit(fresh, room, now, number)
        _settle({*former, *rooms}, now)
        hurry_facts()
    return duty


def sit_beside(keeper: KeeperFacts, room: Room) -> None:
    """Have this keeper's open duty cover one room more. Refuses `not_found` without a duty, `asked` to a learner."""
    with transaction.atomic():
        lock_house()
        number, now = next_facts(), clock.now()
        fresh = still_on_watch(keeper)
        duty = Duty.objects.filter(keeper_id=fresh.keeper_id, ended_at__isnull=True, until__gt=now).first()
        if duty is None:
            raise Refusal("not_found")
        must_be_past_learning(fresh.keeper_id)
        RoomDuty.objects.get_or_create(duty=duty, room=room)
        _sit(fresh, room, now, number)
        _settle([room], now)
        hurry_facts()


def leave_duty(keeper: KeeperFacts) -> None:
    """End the duty: the seats are left, the rooms that now lack a keeper rest. Without one: nothing.

    Refuses `asked` while something holds it.
    """
    with transaction.atomic():
        lock_house()
        for duty in Duty.objects.filter(keeper_id=keeper.keeper_id, ended_at__isnull=True):
            why = holding.reasons_for([duty.pk]).get(duty.pk)
            if why:
                raise Refusal("asked", _HELD.format(why="".join(why)))
        end_duty_of(keeper.keeper_id)


def end_duty_of(keeper_id: int) -> None:
    """The same, by the keeper's id, whatever holds it: for somebody who keeps the house no more."""
    if Duty.objects.filter(keeper_id=keeper_id, ended_at__isnull=True).exists():
        _end(Duty.objects.filter(keeper_id=keeper_id))


def resign(keeper_id: int, taken: Collection[str]) -> None:
    """As people tells it: these roles go; without one that takes duty the duty and the shifts end with them."""
    lock_house()  # so that of two roles taken at once the second sees that the first is gone
    stays = KeeperRole.objects.filter(keeper_id=keeper_id, role__in=DUTY_ROLES).exclude(role__in=taken)
    if not stays.exists():
        end_duty_of(keeper_id)
        ahead = Shift.objects.filter(keeper_id=keeper_id, called_off_at__isnull=True, ends__gt=clock.now())
        ahead.update(called_off_at=clock.now())


def take_over(keeper: KeeperFacts, duty_id: int) -> Duty:
    """Another's open duty becomes this keeper's, beside what they watch already, with all that holds it.

    Refuses `not_found` for a duty that is over, for one's own, and for roles that take no duty.
    """
    with transaction.atomic():
        lock_house()
        others = Duty.objects.exclude(keeper_id=keeper.keeper_id)
        theirs = others.filter(pk=duty_id, ended_at__isnull=True, until__gt=clock.now()).first()
        if theirs is None:
            raise Refusal("not_found")
        mine = Duty.objects.filter(keeper_id=keeper.keeper_id, ended_at__isnull=True).first()
        both = [room for duty in (theirs, mine) if duty for room in _rooms_of(duty)]
        rooms = {room.slug for room in both if not room.is_by_invitation}
        ends = [duty.until for duty in (theirs, mine) if duty]
        longest = clock.now() + timedelta(hours=MOST_HOURS)
        taken = take_duty(keeper, slugs=sorted(rooms), until=min(longest, max(ends)))
        holding.hand_over(theirs.pk, taken.pk)
        _end(Duty.objects.filter(pk=theirs.pk))
    return taken


def end_due_duties() -> int:
    """End the duties whose time is over, and carry on those that something holds; returns how many ended.

    Due work, safe to run twice and in parallel.
    """
    now = clock.now()
    _carry_on(due_duties(now + _LOOK_AHEAD), now)
    return sum(_end(Duty.objects.filter(pk=duty.pk, until__lte=now)) for duty in due_duties(now))


def _carry_on(duties: Sequence[Duty], now: datetime) -> None:
    held = holding.reasons_for([duty.pk for duty in duties])
    for duty in duties:
        if duty.pk in held:
            with transaction.atomic():
                unchanged = Duty.objects.filter(pk=duty.pk, ended_at__isnull=True, until=duty.until)
                if unchanged.update(until=now + timedelta(minutes=CARRY_MINUTES)):
                    hurry_desk()


def step_out(keeper: KeeperFacts) -> None:
    """ひと休み: gone at once, whatever the lines say, until `step_in`. Refuses `not_found` without a duty."""
    _step(keeper, is_out=True)


def step_in(keeper: KeeperFacts) -> None:
    """Back again; rooms that rest for want of keepers resume. Refuses `not_found` without a duty."""
    _step(keeper, is_out=False)


def _step(keeper: KeeperFacts, *, is_out: bool) -> None:
    with transaction.atomic():
        lock_house()
        now = clock.now()
        duty = Duty.objects.filter(keeper_id=keeper.keeper_id, ended_at__isnull=True).first()
        if duty is None:
            raise Refusal("not_found", "いまは、当番についていません。")
        duty.stepped_out_at = now if is_out else None
        if not is_out:
            duty.there_at = now
        duty.save(update_fields=["stepped_out_at", "there_at"])
        _settle(_rooms_of(duty), now)


def _end(duties: QuerySet[Duty]) -> int:
    with transaction.atomic():
        lock_house()
        number, now = next_facts(), clock.now()
        # locked, so that one which is made longer in this moment is asked again whether it is over
        open_ones = duties.filter(ended_at__isnull=True).select_for_update(of=("self",))
        duty = open_ones.select_related("keeper").first()
        if duty is None:
            return 0
        duty.ended_at, duty.there_at, duty.stepped_out_at = now, None, None
        duty.save(update_fields=["ended_at", "there_at", "stepped_out_at"])
        ending_duties.run(duty.keeper_id)
        rooms = _rooms_of(duty)
        _leave_seats(duty.keeper.person_id, rooms, now, number)
        _settle(rooms, now)
        hurry_facts()
    return 1


def lock_house() -> None:
    """Hold every room until the commit."""
    ledger.lock_rooms(Room.objects.values_list("pk", flat=True))


def _rooms_of(duty: Duty) -> list[Room]:
    return list(Room.objects.filter(duties__duty=duty))


def _open_duty(keeper: KeeperFacts, now: datetime, until: datetime, *, is_first: bool) -> Duty:
    fields = {"until": until, "there_at": now, "stepped_out_at": None, "is_first": is_first}
    duty, _ = Duty.objects.update_or_create(
        keeper_id=keeper.keeper_id,
        ended_at=None,
        defaults=fields,
        create_defaults={**fields, "taken_at": now},
    )
    return duty


def _cover(duty: Duty, rooms: Sequence[Room]) -> None:
    duty.rooms.exclude(room__in=rooms).exclude(room__entry=Room.Entry.INVITATION).delete()
    RoomDuty.objects.bulk_create((RoomDuty(duty=duty, room=room) for room in rooms), ignore_conflicts=True)


def _sit(keeper: KeeperFacts, room: Room, now: datetime, number: int) -> None:
    name = f"{SPEAKS_AS}{keeper.duty_name}"
    fields = {
        "mode": Seat.Mode.SPEAK,
        "call_name": name,
        "name_skeleton": skeleton(name),
        "left_at": None,
        "active_at": now,
        "facts": number,
    }
    seat, _ = Seat.objects.update_or_create(
        room=room,
        person_id=keeper.person_id,
        defaults=fields,
        create_defaults={**fields, "id": uuid4(), "first_entered_at": now},
    )
    session = reading_session(room.pk)
    if session is not None:
        ledger.mark_attendances([(str(seat.pk), session.pk)])


def _leave_seats(person_id: int, rooms: Sequence[Room], now: datetime, number: int) -> None:
    seats = Seat.objects.filter(person_id=person_id, room__in=rooms, left_at__isnull=True)
    seats.update(left_at=now, facts=number)


def _settle(rooms: Iterable[Room], now: datetime) -> None:
    for room in sorted(rooms, key=lambda room: room.pk):
        settle_room(room, now)
    hurry_desk()
