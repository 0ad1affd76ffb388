"""What keepers set for an evening (pace, topic, when words are shown) passes with it: then the room is as planned."""

from __future__ import annotations

from ibasho.rooms.models import Room


def set_for_now(room: Room, name: str, value: object) -> bool:
    """The room is so until its session closes; whether that is new. The caller has locked it."""
    before = getattr(room, name)
    if before == value:
        return False
    planned = {name: before} | (room.planned or {})
    if planned[name] == value:
        del planned[name]
    Room.objects.filter(pk=room.pk).update(**{name: value}, planned=planned or None)
    return True


def set_as_planned(room_id: int) -> None:
    """Undo all of it: its session has closed."""
    planned = Room.objects.values_list("planned", flat=True).get(pk=room_id)
    if planned:
        Room.objects.filter(pk=room_id).update(**planned, planned=None)
