"""Which keepers are really there in which room, and which rooms a keeper's duty opens to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ibasho.duty.models import Duty
from ibasho.duty.queries import is_there
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import at_a_glance, skeleton
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts, keeper_facts
from ibasho.rooms.models import Room, RoomDuty, RoomSession
from ibasho.rooms.queries.rooms import rooms_in_use

DUTY_ROLES = (Role.MODERATOR, Role.FACILITATOR, Role.COORDINATOR)
QUIET_KEEPERS = 2


def rooms_to_keep() -> QuerySet[Room]:
    """The rooms a duty may cover: a retired one only as long as its last session goes on."""
    unclosed = RoomSession.objects.filter(room=OuterRef("pk")).exclude(state=RoomSession.State.CLOSED)
    return rooms_in_use().filter(Q(retired_on__isnull=True) | Exists(unclosed))


def rooms_to_plan() -> list[Room]:
    """Those a planned duty may be for: quiet rooms are joined, and the room of a meeting that is over needs nobody."""
    now = clock.now()
    kept = rooms_to_keep().exclude(entry=Room.Entry.INVITATION).order_by("position", "opens_at", "pk")
    return [room for room in kept if not room.is_of_a_meeting or (room.closes_at or now) > now]


def rooms_named(slugs: Collection[str]) -> list[Room]:
    """These rooms, for a duty; quiet rooms are joined, not named. Refuses `malformed` without one, `not_found` if
    one is not there.
    """
    wanted = set(slugs)
    if not wanted:
        raise Refusal("malformed", "部屋を、ひとつ以上えらんでください。")
    found = list(rooms_to_keep().filter(slug__in=wanted).exclude(entry=Room.Entry.INVITATION))
    if len(found) != len(wanted):
        raise Refusal("not_found")
    return found


def still_on_watch(keeper: KeeperFacts) -> KeeperFacts:
    """The same keeper as of now. Refuses `not_found` for one whose roles take no duty any more."""
    fresh = keeper_facts(keeper.person_id)
    if fresh is None or not fresh.has(*DUTY_ROLES):
        raise Refusal("not_found")
    return fresh


def keeper_room(keeper: KeeperFacts, slug: str) -> Room:
    """The room, if this keeper's open duty covers it. Refuses `not_found`."""
    duty_there = _duties_of(keeper.person_id).filter(room=OuterRef("pk"))
    room = rooms_in_use().filter(Exists(duty_there), slug=slug).first()
    if room is None:
        raise Refusal("not_found")
    return room


def is_on_duty(person_id: int, room_id: int) -> bool:
    """Whether an open duty of this keeper covers the room."""
    return _duties_of(person_id).filter(room_id=room_id).exists()


def is_on_duty_anywhere(person_id: int) -> bool:
    """Whether this keeper has an open duty, in whichever rooms."""
    return _duties_of(person_id).exists()


def _duties_of(person_id: int) -> QuerySet[RoomDuty]:
    return RoomDuty.objects.filter(
        duty__keeper__person_id=person_id,
        duty__keeper__ended_on__isnull=True,
        duty__ended_at__isnull=True,
        duty__until__gt=clock.now(),
    )


def is_keepers_name(room_id: int, name_skeleton: str) -> bool:
    """Whether somebody on duty in this room goes by a name that looks like this one, if only at a glance."""
    names = RoomDuty.objects.filter(room_id=room_id, duty__ended_at__isnull=True).values_list(
        "duty__keeper__duty_name", flat=True
    )
    seen = at_a_glance(name_skeleton)
    return any(at_a_glance(skeleton(name)) == seen for name in names)


def keepers_there(room_ids: Iterable[int], now: datetime) -> dict[int, int]:
    """How many keepers are really there in each of these rooms; rooms without any are missing.

    Who is there for a first shift does not count.
    """
    counted = RoomDuty.objects.filter(duty__is_first=False, room_id__in=list(room_ids))
    there = counted.filter(is_there(now, "duty__")).order_by()
    return dict(there.values_list("room_id").annotate(Count("id")))


def has_enough_keepers(room: Room) -> bool:
    """Whether as many keepers as this room needs are really there."""
    if not room.keepers_needed:
        return True
    return keepers_there([room.pk], clock.now()).get(room.pk, 0) >= room.keepers_needed


def may_be_talked_with(now: datetime) -> bool:
    """Whether as many keepers as a quiet room needs are really there, in whichever rooms. Learners sit in none."""
    return Duty.objects.filter(is_there(now), is_first=False).count() >= QUIET_KEEPERS
