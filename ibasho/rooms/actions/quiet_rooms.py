"""静かな部屋: for one seat and two keepers. An ordinary room by all rules of rooms, but on no list.

An invitation is a seat that nobody sits in yet. It opens when two keepers are really there, and with one it
rests, as every room that needs two does.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from ibasho.duty.queries import is_there
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions import next_facts
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import ending_rooms
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.actions.duties import lock_house, sit_beside
from ibasho.rooms.actions.sessions import State, put
from ibasho.rooms.models import Room, RoomAudience, RoomDuty, RoomSession, Seat
from ibasho.rooms.queries.keepers import QUIET_KEEPERS, keepers_there
from ibasho.rooms.queries.sessions import present_session

QUIET_HOURS = 6
QUIET_DAYS = 7
_FULL = "静かな部屋には、もう2人います。"


def open_quiet_room(keeper: KeeperFacts, seat: Seat) -> Room:
    """A room for whoever sits in `seat` and for two keepers, of whom this is the first.

    Refuses `not_found` without a duty, and for a seat whose person is gone.
    """
    with transaction.atomic():
        lock_house()
        person = Seat.objects.select_related("person").get(pk=seat.pk).person
        if person is None:
            raise Refusal("not_found")
        now = clock.now()
        room = Room.objects.create(
            slug=f"quiet-{secrets.token_hex(4)}", retired_on=clock.today(), **_FURNITURE
        )
        for audience in RoomAudience.objects.filter(room=seat.room_id):
            RoomAudience.objects.create(room=room, standpoint=audience.standpoint)
        ends = now + timedelta(hours=QUIET_HOURS)
        fields = {"state": State.PREPARING, "first_position": 1, "first_seq": 0}
        RoomSession.objects.create(room=room, opens_at=now, closes_at=ends, **fields)
        Seat.objects.create(
            id=uuid4(),
            room=room,
            person=person,
            mode=Seat.Mode.OBSERVE,
            call_name=seat.call_name,
            name_skeleton=seat.name_skeleton,
            first_entered_at=now,
            active_at=now,
            left_at=now,
        )
        sit_beside(keeper, room)
    return room


def join_quiet_room(keeper: KeeperFacts, room: Room) -> None:
    """The second keeper; with them it opens. Who sits there already stays, and whoever is not there gives their
    place to who comes. Refuses `full` where two are.
    """
    with transaction.atomic():
        lock_house()
        if present_session(room) is None:
            raise Refusal("room_closed")
        mine = RoomDuty.objects.filter(room=room, duty__keeper=keeper.keeper_id, duty__ended_at__isnull=True)
        if not mine.exists():
            now = clock.now()
            if keepers_there([room.pk], now).get(room.pk, 0) >= QUIET_KEEPERS:
                raise Refusal("full", _FULL)
            _make_place(room, now)
            sit_beside(keeper, room)


def _make_place(room: Room, now: datetime) -> None:
    """Those who are longest without a sign go, until one place is free: the room promises no third keeper."""
    sitting = RoomDuty.objects.filter(room=room)
    absent = sitting.filter(~is_there(now, "duty__")).order_by(F("duty__there_at").asc(nulls_first=True))
    too_many = max(0, sitting.count() + 1 - QUIET_KEEPERS)
    for gone in absent.select_related("duty__keeper")[:too_many]:
        seats = Seat.objects.filter(room=room, person=gone.duty.keeper.person_id, left_at__isnull=True)
        seats.update(left_at=now, facts=next_facts())
        gone.delete()


def close_quiet_room(room: Room) -> bool:
    """Over at once, for good; whether it was open or waiting until now. Who was there may read on, for its days."""
    with transaction.atomic():
        ledger.lock_rooms([room.pk])
        session = present_session(room)
        if session is None:
            return False
        now = clock.now()
        session.closes_at = max(now, session.opens_at + timedelta(seconds=1))
        session.save(update_fields=["closes_at"])
        put(session, State.CLOSED, now=now)
        number_room_change(room.pk)
    return True


def forget_quiet_rooms() -> int:
    """Rooms of which no words, no opening and no seat is left; returns how many. Safe to run twice."""
    sessions = Exists(RoomSession.objects.filter(room=OuterRef("pk")))
    sitting = Exists(Seat.objects.filter(room=OuterRef("pk")))
    empty = Room.objects.filter(~sessions, ~sitting, entry=Room.Entry.INVITATION)
    for room in empty:
        with transaction.atomic():
            ledger.lock_rooms([room.pk])
            ending_rooms.run(room.pk)
            room.delete()
    return len(empty)


_FURNITURE = {
    "title": "静かな部屋",
    "about": "あなたと、スタッフ2人だけで話せる部屋です。見ているだけでも大丈夫です。",
    "entry": Room.Entry.INVITATION,
    "is_listed": False,
    "keepers_needed": QUIET_KEEPERS,
    "retention_days": QUIET_DAYS,
}
