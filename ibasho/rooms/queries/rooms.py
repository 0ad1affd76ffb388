"""Which rooms somebody may know of. Another's room and no room are the same answer."""

from __future__ import annotations

from django.conf import settings
from django.db.models import QuerySet

from ibasho.lib.errors import Refusal
from ibasho.rooms.models import Room
from ibasho.rooms.passphrase import key_of


def rooms_for(standpoint: str) -> QuerySet[Room]:
    """Every room of this standpoint's side that is on the list."""
    return _audience(standpoint).filter(is_listed=True)


def room_for(standpoint: str, slug: str) -> Room:
    """The room, listed or not. Refuses `not_found`."""
    room = _audience(standpoint).filter(slug=slug).first()
    if room is None:
        raise Refusal("not_found")
    return room


def room_with_passphrase(standpoint: str, text: str) -> Room | None:
    """The room this passphrase opens for this standpoint. The caller takes `passphrase_person` first."""
    key = key_of(text)
    return _audience(standpoint).filter(passphrase_key=key).first() if key else None


def public_rooms() -> QuerySet[Room]:
    """What anybody passing by may see: the listed rooms."""
    return _in_use().filter(is_listed=True)


def _audience(standpoint: str) -> QuerySet[Room]:
    return _in_use().filter(audiences__standpoint=standpoint)


def _in_use() -> QuerySet[Room]:
    """The room to try exists only while the house has no address."""
    rooms = Room.objects.all()
    return rooms if settings.ADDRESS is None else rooms.filter(is_trial=False)
