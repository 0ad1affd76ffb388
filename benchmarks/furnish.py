"""`python -m benchmarks.furnish` in a data folder: a sample house full of people who sit in rooms.

With `--obey` it stays, and does to the same tables what a line of JSON asks for: another
connection than the server's, as a keeper's page in another process would be.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import uuid
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ibasho.settings")
django.setup()

from django.conf import settings  # noqa: E402 - models come after the settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.db import transaction  # noqa: E402

from benchmarks.furnish_desk import fill_desk  # noqa: E402 - models come after the settings
from benchmarks.furnish_meetings import close_years, fill_meetings  # noqa: E402
from benchmarks.furnish_race import line_of, plan_race  # noqa: E402
from ibasho.commands.database import bring_up_to_date  # noqa: E402
from ibasho.commands.furnish import furnish, is_furnished  # noqa: E402
from ibasho.house.models import HouseRulesVersion, RulesAcknowledgement  # noqa: E402
from ibasho.lib import clock  # noqa: E402
from ibasho.people.actions import next_facts  # noqa: E402
from ibasho.people.models import Person, Session, new_key  # noqa: E402
from ibasho.people.sessions import hash_key  # noqa: E402
from ibasho.rooms.actions import ledger  # noqa: E402
from ibasho.rooms.actions.trial import ensure_trial_room  # noqa: E402
from ibasho.rooms.models import Attendance, Message, Room, RoomAudience, RoomSession, Seat  # noqa: E402

FIRST_NUMBER = 1_000_000  # every number of a run has as many digits as the next
BACKEND = "django.contrib.auth.backends.ModelBackend"


def people(number: int) -> list[tuple[Person, str]]:
    """Guests with a browser each; the second of a pair is the key in its cookie."""
    today = clock.today()
    kinds = {"standpoint": "person", "entered_on": today, "last_seen_on": today}
    persons = Person.objects.bulk_create(Person(key=new_key(), **kinds) for _ in range(number))
    keys = [new_key() for _ in persons]
    Session.objects.bulk_create(
        Session(
            key_hash=hash_key(key),
            person=person,
            data=json.dumps(
                {
                    SESSION_KEY: str(person.pk),
                    BACKEND_SESSION_KEY: BACKEND,
                    HASH_SESSION_KEY: person.get_session_auth_hash(),
                }
            ),
            expires_on=today + timedelta(days=7),
        )
        for person, key in zip(persons, keys, strict=True)
    )
    rules = HouseRulesVersion.objects.latest("number")
    RulesAcknowledgement.objects.bulk_create(
        RulesAcknowledgement(person=person, version=rules, hash=rules.hash, acknowledged_on=today)
        for person in persons
    )
    return list(zip(persons, keys, strict=True))


def trial_room() -> Room:
    """The room to try: always open, without pace. Its numbers are set where they grow no digit."""
    room = Room.objects.get(is_trial=True)
    Room.objects.filter(pk=room.pk).update(seq=FIRST_NUMBER, last_position=FIRST_NUMBER)
    RoomSession.objects.filter(room=room).update(first_seq=FIRST_NUMBER, first_position=FIRST_NUMBER + 1)
    return room


def other_room(number: int) -> Room:
    room = Room.objects.create(
        slug=f"room-{number:04}", title="部屋", about="部屋です。", pace_seconds=0, capacity=None
    )
    RoomAudience.objects.create(room=room, standpoint="person")
    room.seq = room.last_position = FIRST_NUMBER
    room.save()
    RoomSession.objects.create(
        room=room,
        state=RoomSession.State.OPEN,
        opens_at=clock.now(),
        closes_at=None,
        first_position=FIRST_NUMBER + 1,
        first_seq=FIRST_NUMBER,
    )
    return room


def seat_all(room: Room, persons: list[tuple[Person, str]]) -> list[dict[str, str]]:
    """Speaking seats of people who have been here for a while, in the present session."""
    now = clock.now()
    session = RoomSession.objects.exclude(state="closed").get(room=room)
    seats = Seat.objects.bulk_create(
        Seat(
            id=uuid.uuid4(),
            room=room,
            person=person,
            mode=Seat.Mode.SPEAK,
            call_name=f"なまえ{number:04}",
            name_skeleton=f"なまえ{number:04}",
            first_entered_at=now - timedelta(hours=1),
            active_at=now,
            post_count=10,
        )
        for number, (person, _) in enumerate(persons)
    )
    Attendance.objects.bulk_create(Attendance(seat=seat, session=session) for seat in seats)
    return [
        {"slug": room.slug, "seat": str(seat.pk), "key": key}
        for seat, (_, key) in zip(seats, persons, strict=True)
    ]


def fill(rooms: int, seats: int) -> list[dict[str, str]]:
    """`seats` people in each of `rooms` rooms; the first room is the one to try."""
    bring_up_to_date()
    if not is_furnished():
        furnish()
    ensure_trial_room()
    with transaction.atomic():
        places = [trial_room(), *map(other_room, range(1, rooms))]
        return [member for place in places for member in seat_all(place, people(seats))]


def rest(seat: str) -> None:
    """As a keeper's act leaves it: the seat rests for ten minutes, and open lines hear of it."""
    with transaction.atomic():
        row = Seat.objects.get(pk=seat)
        ledger.lock_rooms([row.room_id])
        row.resting_until = clock.now() + timedelta(minutes=10)
        row.facts = next_facts()
        row.save(update_fields=["resting_until", "facts"])


def count_words(slug: str) -> int:
    return Message.objects.filter(room__slug=slug).count()


ORDERS: dict[str, Any] = {
    "rest": rest,
    "count_words": count_words,
    "fill_desk": fill_desk,
    "fill_meetings": fill_meetings,
    "close_years": close_years,
    "plan_race": plan_race,
    "line_of": line_of,
}


def obey() -> None:
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(ORDERS[order["order"]](*order["with"])), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--seats", type=int, default=0)
    parser.add_argument("--obey", action="store_true")
    options = parser.parse_args()
    members = fill(options.rooms, options.seats) if options.seats else []
    print(json.dumps({"cookie": settings.SESSION_COOKIE_NAME, "members": members}), flush=True)
    if options.obey:
        obey()


if __name__ == "__main__":
    main()
