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
    setattr(room, name, value)
    room.planned = planned or None
    Room.objects.filter(pk=room.pk).update(**{name: value}, planned=room.planned)
    return True


def cite(room: Room, what: str, because: str) -> None:
    """`because`: the promise this was set for, as everybody may read it; empty once it is undone. It passes as well."""
    cited = {**(room.cited or {}), what: because}
    set_for_now(room, "cited", {what: because for what, because in cited.items() if because} or None)


def set_as_planned(room_id: int) -> None:
    """Undo all of it: its session has closed."""
    planned = Room.objects.values_list("planned", flat=True).get(pk=room_id)
    if planned:
        Room.objects.filter(pk=room_id).update(**planned, planned=None)
