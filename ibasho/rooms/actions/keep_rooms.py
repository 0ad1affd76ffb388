"""Keeping the rooms: what they are like, when they open, and that one of them ends."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet

from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField
from ibasho.lib.stamps import must_have_seen
from ibasho.live.publish import hurry_desk, hurry_facts
from ibasho.people.actions import next_facts
from ibasho.people.models import Kind
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.actions.passing import cite
from ibasho.rooms.actions.sessions import State, put
from ibasho.rooms.actions.trial import SLUG as TRIAL_SLUG
from ibasho.rooms.models import ClosedDay, OpeningHours, Room, RoomAudience, Seat
from ibasho.rooms.passphrase import key_of
from ibasho.rooms.plans import RoomPlan, hours_of, plan_of
from ibasho.rooms.queries.beats import crowd_of
from ibasho.rooms.queries.sessions import present_session, shape_of
from ibasho.rooms.shapes import RoomShape

NOT_FOR_ROOMS = frozenset({TRIAL_SLUG, "new"})
_SLUG_TAKEN = "その短い名前は、もう使われています。ほかの名前にしてください。"
_OTHER_WORDS = "その合言葉は、使えません。ほかの合言葉にしてください。"
_WORDS_NEEDED = "合言葉で入る部屋には、合言葉がいります。"
_WALL = "本人と家族が、同じ部屋に入ることになります。それでよいかどうかを、えらんでください。"


def create_room(slug: str, plan: RoomPlan, *, passphrase: str = "", over_the_wall: bool = False) -> Room:
    """A new room, last in the list, without hours: it opens once it has some.

    Refuses `name_taken` for a slug or a passphrase in use, `empty` without the passphrase it needs, and
    `asked` for a person and a family in one room unless `over_the_wall`.
    """
    _must_mean_the_wall(plan, over_the_wall)
    if slug in NOT_FOR_ROOMS:
        raise RefusedField("name_taken", _SLUG_TAKEN, "slug")
    with transaction.atomic():
        last = _rooms().aggregate(last=Max("position"))["last"] or 0
        room = Room(slug=slug, position=last + 1)
        if Room.objects.filter(slug=slug).exists():
            raise RefusedField("name_taken", _SLUG_TAKEN, "slug")
        _write(room, plan, passphrase)
        hurry_desk()
    return room


def change_room(
    slug: str, plan: RoomPlan, *, seen: str, passphrase: str = "", over_the_wall: bool = False
) -> list[str]:
    """The room is as in `plan` from now on; returns what changed. An empty passphrase stays what it was.

    A session that is open goes on; seats the room is no longer for are left. Refuses as `create_room`, and
    `not_found`, also for a retired one; raises `Overtaken` if the room is not what `seen` stands for any more.
    """
    _must_mean_the_wall(plan, over_the_wall)
    with _kept_room(slug) as room:
        if room.retired_on is not None:
            raise Refusal("not_found")
        present = plan_of(room)
        must_have_seen(seen, present)
        before, after = asdict(present), asdict(plan)
        _write(room, plan, passphrase)
        _empty_seats_it_is_not_for(room, plan)
    return [name for name in after if before[name] != after[name]] + (["passphrase"] if passphrase else [])


def set_hours(slug: str, hours: Iterable[tuple[int, int, int]], *, seen: str) -> bool:
    """(weekday, opens, closes) from now on; whether that is new. A session that has begun keeps its end.

    Refuses `not_found`, raises `Overtaken`.
    """
    with _kept_room(slug) as room:
        present, wanted = hours_of(room), sorted(set(hours))
        must_have_seen(seen, present)
        is_new = list(present) != wanted
        if is_new:
            room.hours.all().delete()
            OpeningHours.objects.bulk_create(
                OpeningHours(room=room, weekday=weekday, opens=opens, closes=closes)
                for weekday, opens, closes in wanted
            )
    return is_new


def close_day(slug: str, day: date) -> Room:
    """No session begins on that day; twice changes nothing more. Refuses `not_found`."""
    with _kept_room(slug) as room:
        ClosedDay.objects.get_or_create(room=room, date=day)
    return room


def open_day(slug: str, day: date) -> Room:
    """The day is as the week says again. Refuses `not_found`."""
    with _kept_room(slug) as room:
        ClosedDay.objects.filter(room=room, date=day).delete()
    return room


def move_room(slug: str, *, by: int) -> None:
    """One place up (-1) or down (1) in every list; at its end nothing moves. Refuses `not_found`."""
    with transaction.atomic():
        # By id, as everywhere: in the order of the list two stewards, or one and a writer, could wait in a ring.
        ledger.lock_rooms(Room.objects.values_list("pk", flat=True))
        rows = list(_rooms().filter(is_trial=False, retired_on__isnull=True))
        here = next((place for place, row in enumerate(rows) if row.slug == slug), None)
        if here is None:
            raise Refusal("not_found")
        if 0 <= here + by < len(rows):
            rows.insert(here + by, rows.pop(here))
        for position, row in enumerate(rows, start=1):
            row.position = position
        Room.objects.bulk_update(rows, ["position"])
        hurry_desk()


def retire_room(slug: str) -> Room:
    """It is on no list, takes nobody new and opens no more. A session that is open ends at its hour, one that
    still waits for keepers now, and words end by the room's days. Refuses `not_found`.
    """
    with _kept_room(slug) as room:
        if room.retired_on is None:
            session = present_session(room)
            if session is not None and session.state == State.PREPARING:
                put(session, State.CLOSED, now=clock.now())
            room.retired_on, room.is_listed = clock.today(), False
            if room.passphrase_key is not None:  # the old one opens nothing, and is free for another room
                room.passphrase_key = secrets.token_hex(32)
            room.save(update_fields=["retired_on", "is_listed", "passphrase_key"])
    return room


def bring_back_room(slug: str) -> Room:
    """A retired room has its hours again. It is not on the list yet, and needs a new passphrase if it had one.

    Refuses `not_found`.
    """
    with _kept_room(slug) as room:
        room.retired_on = None
        room.save(update_fields=["retired_on"])
    return room


@contextmanager
def _kept_room(slug: str) -> Iterator[Room]:
    """The room under its lock; what readers see differently afterwards is numbered and announced."""
    with transaction.atomic():
        room = _rooms().filter(slug=slug, is_trial=False).first()
        if room is None:
            raise Refusal("not_found")
        ledger.lock_rooms([room.pk])
        room.refresh_from_db()
        before = _shape(room)
        yield room
        if _shape(Room.objects.get(pk=room.pk)) != before:
            number_room_change(room.pk)
        hurry_desk()


def _rooms() -> QuerySet[Room]:
    """Quiet rooms and those of meetings are not the house's to plan."""
    return Room.objects.exclude(entry__in=Room.APART)


def _shape(room: Room) -> RoomShape:
    return shape_of(room, present_session(room), crowd_of(room.pk), clock.now())


def _must_mean_the_wall(plan: RoomPlan, over_the_wall: bool) -> None:
    if plan.stands_over_the_wall and not over_the_wall:
        raise RefusedField("asked", _WALL, "over_the_wall")


def _write(room: Room, plan: RoomPlan, passphrase: str) -> None:
    fields = asdict(plan)
    standpoints = fields.pop("standpoints")
    _plan(room, fields)
    room.passphrase_key = _passphrase_key(room, passphrase)
    try:
        with transaction.atomic():
            room.save(update_fields=[*fields, "planned", "passphrase_key"] if room.pk else None)
    except IntegrityError:  # another steward took the slug or the passphrase in this moment
        field = "slug" if room.pk is None else "passphrase"
        text = _SLUG_TAKEN if room.pk is None else _OTHER_WORDS
        raise RefusedField("name_taken", text, field) from None
    room.audiences.exclude(standpoint__in=standpoints).delete()
    for standpoint in standpoints:
        RoomAudience.objects.get_or_create(room=room, standpoint=standpoint)


def _plan(room: Room, fields: dict[str, Any]) -> None:
    """What keepers set for the evening stays until its end, unless the plan itself says something new about it; then
    it rests on no promise either.
    """
    planned = room.planned or {}
    anew = [name for name, value in fields.items() if name in planned and planned[name] != value]
    for name, value in fields.items():
        if name in planned and planned[name] == value:
            continue
        planned.pop(name, None)
        setattr(room, name, value)
    room.planned = planned or None
    for name in anew:
        cite(room, name, "")


def _passphrase_key(room: Room, passphrase: str) -> str | None:
    """Its fingerprint; the words themselves are kept nowhere."""
    if room.entry != Room.Entry.PASSPHRASE:
        return None
    key = key_of(passphrase) or room.passphrase_key
    if not key:
        raise RefusedField("empty", _WORDS_NEEDED, "passphrase")
    if Room.objects.filter(passphrase_key=key).exclude(pk=room.pk).exists():
        raise RefusedField("name_taken", _OTHER_WORDS, "passphrase")
    return key


def _empty_seats_it_is_not_for(room: Room, plan: RoomPlan) -> None:
    others = Seat.objects.filter(room=room, left_at__isnull=True).exclude(
        person__standpoint__in=plan.standpoints
    )
    others = others.exclude(person__kind=Kind.KEEPER)
    if others.exists():
        others.update(left_at=clock.now(), facts=next_facts())
        hurry_facts()
