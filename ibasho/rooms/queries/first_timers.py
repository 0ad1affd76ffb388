"""Who sits in a room for the first time this evening, has written, and has not heard a word of a keeper yet."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, QuerySet

from ibasho.people.models import Keeper
from ibasho.rooms.models import Room, RoomSession, Seat
from ibasho.rooms.queries.sessions import ENTERABLE


def first_timers() -> QuerySet[Seat]:
    """In every room that is open. Who only watches is left in peace.

    Asked every second: it begins at the open rooms and looks up the seats of keepers, and reads no other seats.
    """
    keepers = Keeper.objects.values("person")
    open_rooms = RoomSession.objects.filter(state__in=ENTERABLE).exclude(room__entry=Room.Entry.INVITATION)
    spoken_since = Seat.objects.filter(
        room=OuterRef("room"), person__in=keepers, last_posted_at__gte=OuterRef("first_entered_at")
    )
    new = Seat.objects.filter(
        room__in=open_rooms.values("room"),
        room__sessions__state__in=ENTERABLE,
        first_entered_at__gte=F("room__sessions__opens_at"),
        post_count__gt=0,
        left_at__isnull=True,
        person__isnull=False,
    )
    return new.exclude(person__in=keepers).filter(~Exists(spoken_since))
