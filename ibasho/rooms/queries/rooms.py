"""Which rooms somebody may know of. Another's room and no room are the same answer."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db.models import F, Min, QuerySet

from ibasho.lib.errors import Refusal
from ibasho.people.models import Kind
from ibasho.people.queries import Visitor
from ibasho.rooms import guest_lists
from ibasho.rooms.models import Room, Seat
from ibasho.rooms.passphrase import key_of


def is_keeper(visitor: Visitor) -> bool:
    """Keepers take part as keepers only: doors are not for them."""
    return visitor.kind == Kind.KEEPER


def rooms_for(standpoint: str) -> QuerySet[Room]:
    """Every room of this standpoint's side that is on the list."""
    return _audience(standpoint).filter(is_listed=True)


def room_for(standpoint: str, slug: str) -> Room:
    """The room, listed or not. Refuses `not_found`."""
    room = rooms_behind({(standpoint, slug)}).get((standpoint, slug))
    if room is None:
        raise Refusal("not_found")
    return room


def rooms_behind(doors: Collection[tuple[str, str]]) -> dict[tuple[str, str], Room]:
    """The same for many pairs of standpoint and slug, in one query; what would be refused is missing."""
    rooms = rooms_in_use().filter(
        audiences__standpoint__in={standpoint for standpoint, _ in doors},
        slug__in={slug for _, slug in doors},
    )
    return {
        (room.standpoint, room.slug): room for room in rooms.annotate(standpoint=F("audiences__standpoint"))
    }


def room_at_door(visitor: Visitor, slug: str, found: Collection[int]) -> Room:
    """The room for whoever may know of it: one that is not on the list only with a seat in it, kept or left,
    or with its id among those `found` by passphrase; a meeting's own only as long as one is among its guests.
    Refuses `not_found`, and all keepers.
    """
    if is_keeper(visitor):
        raise Refusal("not_found")
    room = room_for(visitor.standpoint, slug)
    if room.is_of_a_meeting:
        return room_of_guest(room, visitor.person_id)
    if not room.is_listed and room.pk not in found and not _has_been_in(room, visitor.person_id):
        raise Refusal("not_found")
    return room


def room_of_guest(room: Room, person_id: int) -> Room:
    """The room itself. Refuses `not_found` for a meeting's own room whose guest they are not, or no more."""
    if room.is_of_a_meeting and (room.pk, person_id) not in guest_lists.invited([room.pk]):
        raise Refusal("not_found")
    return room


def room_to_tell_of(visitor: Visitor, slug: str, found: Collection[int]) -> Room:
    """The room about which somebody tells the keepers: as `room_at_door`, and also after they lost that door of a
    meeting's own in which they sat.
    """
    try:
        return room_at_door(visitor, slug, found)
    except Refusal:
        room = None if is_keeper(visitor) else room_of_own_words(visitor.person_id, slug)
        if room is None or not room.is_of_a_meeting:
            raise
        return room


def room_of_own_words(person_id: int, slug: str) -> Room:
    """The room in which this person has or had a seat, on whichever side they are now. Refuses `not_found`."""
    room = rooms_in_use().filter(slug=slug).first()
    if room is None or not _has_been_in(room, person_id):
        raise Refusal("not_found")
    return room


def audiences_of(room_ids: Collection[int]) -> frozenset[tuple[str, int]]:
    """Of which standpoint somebody may be in which of these rooms."""
    rooms = rooms_in_use().filter(pk__in=room_ids).order_by()
    return frozenset(rooms.values_list("audiences__standpoint", "pk"))


def shortest_retention() -> int | None:
    """The fewest days that a room keeps words; None without rooms."""
    days: int | None = Room.objects.exclude(entry__in=Room.APART).aggregate(days=Min("retention_days"))[
        "days"
    ]
    return days


def room_with_passphrase(standpoint: str, text: str) -> Room | None:
    """The room this passphrase opens for this standpoint. The caller takes `passphrase_person` first."""
    key = key_of(text)
    return _audience(standpoint).filter(passphrase_key=key).first() if key else None


def public_rooms() -> QuerySet[Room]:
    """What anybody passing by may see: the listed rooms."""
    return rooms_in_use().filter(is_listed=True)


def _has_been_in(room: Room, person_id: int) -> bool:
    return Seat.objects.filter(room=room, person_id=person_id).exists()


def _audience(standpoint: str) -> QuerySet[Room]:
    return rooms_in_use().filter(audiences__standpoint=standpoint)


def rooms_of_the_house() -> QuerySet[Room]:
    """What the house opens by its hours: quiet rooms and those of meetings are nobody's but of those in them."""
    return rooms_in_use().exclude(entry__in=Room.APART)


def rooms_in_use() -> QuerySet[Room]:
    """The room to try exists only while the house has no address."""
    rooms = Room.objects.all()
    return rooms if settings.ADDRESS is None else rooms.filter(is_trial=False)
