"""Four rooms of a house that does not exist, to start from."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.db import transaction

from ibasho.people.models import Standpoint
from ibasho.rooms.models import OpeningHours, Room, RoomAudience

_H = 60


class _Sample(NamedTuple):
    room: dict[str, Any]
    standpoints: tuple[str, ...]
    weekdays: tuple[int, ...]
    opens: int
    closes: int


def furnish_rooms() -> None:
    """Put the sample rooms in; a house that has any room of its own stays as it is."""
    with transaction.atomic():
        if Room.objects.filter(is_trial=False).exists():
            return
        for position, sample in enumerate(_SAMPLES, start=1):
            _furnish(position, sample)


def _furnish(position: int, sample: _Sample) -> None:
    room = Room.objects.create(position=position, keepers_needed=2, **sample.room)
    for standpoint in sample.standpoints:
        RoomAudience.objects.create(room=room, standpoint=standpoint)
    for weekday in sample.weekdays:
        OpeningHours.objects.create(room=room, weekday=weekday, opens=sample.opens, closes=sample.closes)


_SAMPLES = (
    _Sample(
        {
            "slug": "engawa",
            "title": "縁側の部屋",
            "about": "話題を決めずに、思いついたことを置いていく部屋です。",
            "capacity": 12,
            "newcomer_seats": 3,
            "pace_seconds": 10,
        },
        (Standpoint.PERSON,),
        (0, 2, 4, 6),
        13 * _H,
        22 * _H,
    ),
    _Sample(
        {
            "slug": "chanoma",
            "title": "茶の間",
            "about": "親や配偶者が、進行役といっしょに 順番に話します。パスもできます。",
            "capacity": 8,
            "newcomer_seats": 2,
            "pace_seconds": 20,
            "is_facilitated": True,
        },
        (Standpoint.PARENT, Standpoint.PARTNER_KIN),
        (1, 5),
        19 * _H,
        21 * _H + 30,
    ),
    _Sample(
        {
            "slug": "hanare",
            "title": "離れの部屋",
            "about": "きょうだいだけの、夜の部屋です。だれにも言っていないことも、置いていけます。",
            "capacity": 10,
            "newcomer_seats": 2,
            "pace_seconds": 10,
        },
        (Standpoint.SIBLING,),
        (4,),
        22 * _H,
        24 * _H + 30,
    ),
    _Sample(
        {
            "slug": "niwa",
            "title": "庭の部屋",
            "about": "支える仕事をしている方が、息をつく部屋です。",
            "capacity": 10,
            "newcomer_seats": 2,
            "pace_seconds": 10,
            "holidays": Room.Holidays.CLOSED,
        },
        (Standpoint.SUPPORTER,),
        (3,),
        18 * _H,
        20 * _H,
    ),
)
