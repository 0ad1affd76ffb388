"""`python -m tests.faults.seated NUMBER` beside a house: a room that stays open, and so many people who sit in it.

They have been here for a while, so they may write as often as anybody. Says their cookies, as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ibasho.settings")
django.setup()

from django.conf import settings  # noqa: E402 - models come after the settings
from django.db import transaction  # noqa: E402

from benchmarks.furnish import other_room, people, seat_all  # noqa: E402
from benchmarks.furnish_desk import keeper_with_key  # noqa: E402
from ibasho.duty.models import Duty  # noqa: E402
from ibasho.lib import clock  # noqa: E402
from ibasho.rooms.actions import take_duty  # noqa: E402
from ibasho.rooms.models import Room  # noqa: E402

HOURS = timedelta(hours=2)


def seat(number: int) -> dict[str, object]:
    with transaction.atomic():
        room = other_room(1)
        Room.objects.filter(pk=room.pk).update(keepers_needed=1)
        seats = seat_all(room, people(number))
        keeper, _ = keeper_with_key("keeper", "みどり")
    take_duty(keeper, slugs=[room.slug], until=clock.now() + HOURS)
    Duty.objects.update(there_at=clock.now() + HOURS)  # nobody has to look at the desk meanwhile
    return {
        "slug": room.slug,
        "cookie": settings.SESSION_COOKIE_NAME,
        "keys": [one["key"] for one in seats],
    }


if __name__ == "__main__":
    print(json.dumps(seat(int(sys.argv[1]))))
