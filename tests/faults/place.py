"""One room, its sessions and its clock; and the process that serves it."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import transaction

from ibasho.duty.models import Duty
from ibasho.lib import clock
from ibasho.people.models import Keeper, Kind, Person
from ibasho.rooms.actions.changes import number_room_change
from ibasho.rooms.actions.sessions import put
from ibasho.rooms.models import (
    Amendment,
    Attendance,
    Message,
    Room,
    RoomAudience,
    RoomDuty,
    RoomSession,
    Seat,
)
from tests.faults import truth
from tests.faults.house import House
from tests.faults.in_process import HouseHere

AUDIENCE = ("person", "undecided")
LONG = dt.timedelta(days=30)


class Place:
    """The room needs one keeper, who is really there all the time; its sessions open because a row says so.
    Time stands still until told to pass.
    """

    def __init__(self) -> None:
        self.house = self.come_to_house()
        self.room = _new_room()
        self.duty = _new_duty(self.room)
        self.sessions: list[RoomSession] = []

    def go_home(self) -> None:
        """Nothing of it stays."""
        self.house.close()
        _sweep()

    def come_to_house(self) -> House:
        return HouseHere()

    def keeper_is_there(self, when: dt.datetime) -> None:
        with transaction.atomic():
            self.duty.there_at = when
            self.duty.save()

    def state(self) -> str:
        state = self.sessions[-1].state
        return "closed" if state in ("closed", "preparing") else state

    def pace(self) -> int:
        return Room.objects.values_list("pace_seconds", flat=True).get(pk=self.room.pk)

    def room_seq(self) -> int:
        return Room.objects.values_list("seq", flat=True).get(pk=self.room.pk)

    def oldest(self) -> int:
        session = truth.reading_session(self.room)
        rows = Message.objects.filter(
            room=self.room, position__gte=session.first_position if session else 2**62
        )
        first = rows.order_by("position").values_list("position", flat=True).first()
        return first or Room.objects.get(pk=self.room.pk).last_position + 1

    def session_of(self, position: int) -> RoomSession:
        return next(session for session in reversed(self.sessions) if session.first_position <= position)

    def turn_room(self, state: str) -> None:
        with transaction.atomic():
            Room.objects.select_for_update().get(pk=self.room.pk)
            session = RoomSession.objects.get(pk=self.sessions[-1].pk)
            put(session, state, "by_hand" if state == "paused" else "", now=clock.now())
            number_room_change(self.room.pk)
        self.look_at_session()

    def change_pace(self, pace: int) -> None:
        with transaction.atomic():
            Room.objects.filter(pk=self.room.pk).update(pace_seconds=pace)
            number_room_change(self.room.pk)

    def look_at_session(self) -> None:
        row = RoomSession.objects.filter(pk=self.sessions[-1].pk).first()
        if row is not None:  # else it was purged, and is as closed as it was
            self.sessions[-1].state = row.state


def _new_room() -> Room:
    with transaction.atomic():
        room = Room.objects.create(
            slug=f"room-{uuid4().hex[:8]}",
            title="部屋",
            about="部屋です。",
            retention_days=1,
            keepers_needed=1,
        )
        for standpoint in ("person", "undecided"):
            RoomAudience.objects.create(room=room, standpoint=standpoint)
    return room


def _new_duty(room: Room) -> Duty:
    now, today = clock.now(), clock.today()
    with transaction.atomic():
        person = Person.objects.create(kind=Kind.KEEPER, entered_on=today, last_seen_on=today)
        keeper = Keeper.objects.create(person=person, login_name="midori", duty_name="みどり", began_on=today)
        duty = Duty.objects.create(keeper=keeper, taken_at=now, until=now + LONG, there_at=now)
        RoomDuty.objects.create(duty=duty, room=room)
    return duty


@transaction.atomic
def _sweep() -> None:
    for model in (Amendment, Message, Attendance, RoomSession, Seat, Room, Person):
        model.objects.all().delete()
