"""Rooms as they stand at one moment, for all who ask in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from ibasho.lib import clock
from ibasho.rooms.models import Room, RoomSession
from ibasho.rooms.queries.beats import crowds_of, rooms_with_oldest
from ibasho.rooms.queries.sessions import sessions_of, shape_of
from ibasho.rooms.shapes import RoomShape


@dataclass(frozen=True, slots=True)
class RoomMoment:
    """`session` is the present one, `reading` the one everybody reads, `oldest` its lowest position kept."""

    room: Room
    oldest: int
    reading: RoomSession | None
    session: RoomSession | None
    shape: RoomShape


def moments_of(room_ids: Collection[int]) -> dict[int, RoomMoment]:
    """Each of these rooms, with as many queries as for one; only a closed one's next opening costs its own."""
    # the numbers are read before the rows: what changes in between comes again on the line
    rooms = rooms_with_oldest(room_ids)
    reading, present = sessions_of(room_ids)
    crowds, now = crowds_of(room_ids), clock.now()
    return {
        pk: RoomMoment(
            room=room,
            oldest=room.oldest,  # type: ignore[attr-defined]
            reading=reading.get(pk),
            session=present.get(pk),
            shape=shape_of(room, present.get(pk), crowds[pk], now),
        )
        for pk, room in rooms.items()
    }
