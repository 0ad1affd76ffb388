"""ためしの部屋: there only while the house has no address, so that it can be tried alone."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from ibasho.lib import clock
from ibasho.people.models import Standpoint
from ibasho.rooms import ending_rooms
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Amendment, HeldPost, Message, Room, RoomAudience, RoomSession, Seat

SLUG = "tameshi"


def ensure_trial_room() -> Room | None:
    """The room with its one session, which a restart continues. With an address: its words are erased."""
    if settings.ADDRESS is not None:
        close_trial_room()
        return None
    with transaction.atomic():
        room, _ = Room.objects.get_or_create(is_trial=True, defaults=_FURNITURE)
        ledger.lock_rooms([room.pk])
        Room.objects.filter(pk=room.pk).update(title=_FURNITURE["title"], about=_FURNITURE["about"])
        for standpoint in Standpoint.values:
            RoomAudience.objects.get_or_create(room=room, standpoint=standpoint)
        if not RoomSession.objects.filter(room=room).exclude(state="closed").exists():
            _open(room)
    return room


def close_trial_room() -> None:
    """Erase everything that was said there."""
    with transaction.atomic():
        for room in Room.objects.filter(is_trial=True):
            ledger.lock_rooms([room.pk])
            ending_rooms.run(room.pk)
            Amendment.objects.filter(seat__room=room).delete()
            Message.objects.filter(room=room).delete()
            HeldPost.objects.filter(room=room).delete()
            RoomSession.objects.filter(room=room).delete()
            Seat.objects.filter(room=room).delete()


def _open(room: Room) -> None:
    room.refresh_from_db()
    RoomSession.objects.create(
        room=room,
        state=RoomSession.State.OPEN,
        opens_at=clock.now(),
        closes_at=None,
        first_position=room.last_position + 1,
        first_seq=room.seq,
    )


_FURNITURE = {
    "slug": SLUG,
    "title": "ためしの部屋",
    "about": "この家をためすための部屋です。いつもはスタッフがいませんが、練習に来ることがあります。この家がほんとうに開くときに、なくなります。",
    "position": 0,
    "keepers_needed": 0,
    "pace_seconds": 0,
    "capacity": None,
}
