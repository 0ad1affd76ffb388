"""Whether a line may go on: asked again whenever the facts of its person have changed."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction

from ibasho.people.actions import choose_standpoint
from ibasho.people.models import Person
from ibasho.rooms.actions import leave_room
from ibasho.rooms.models import RoomAudience
from ibasho.rooms.queries import Left, line_still_allowed
from tests.conftest import OpenRoom, SeatFor
from tests.rooms.conftest import LineFor

pytestmark = pytest.mark.django_db


def test_who_leaves_by_themselves_is_told_so(
    regular: Person, open_room: OpenRoom, seat_for: SeatFor, line_for: LineFor
) -> None:
    room = open_room()
    seat_for(regular, room)
    line = line_for(regular, room)
    assert line_still_allowed(line) is None
    leave_room(regular, room)
    assert isinstance(line_still_allowed(line), Left)


@pytest.mark.parametrize("standpoint", ["undecided", "parent"])
def test_who_goes_to_another_side_has_no_such_room_any_more(
    regular: Person, open_room: OpenRoom, seat_for: SeatFor, line_for: LineFor, standpoint: str
) -> None:
    room = open_room(standpoints=["person"])
    seat_for(regular, room)
    line = line_for(regular, room)
    choose_standpoint(regular, standpoint=standpoint)
    refusal = line_still_allowed(line)
    assert refusal is not None
    assert (refusal.code, isinstance(refusal, Left)) == ("not_found", False)


def test_a_seat_kept_into_the_day_of_the_change_ends(
    regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    line_for: LineFor,
    clock: time_machine.Traveller,
) -> None:
    room = open_room(standpoints=["person"])
    choose_standpoint(regular, standpoint="parent")
    seat_for(regular, room)
    line = line_for(regular, room)
    assert line_still_allowed(line) is None
    clock.shift(dt.timedelta(days=1))
    refusal = line_still_allowed(line)
    assert refusal is not None
    assert refusal.code == "not_found"
    assert not isinstance(refusal, Left)


def test_a_room_that_is_no_longer_for_this_standpoint_ends(
    regular: Person, open_room: OpenRoom, seat_for: SeatFor, line_for: LineFor
) -> None:
    room = open_room(standpoints=["person", "parent"])
    seat_for(regular, room)
    line = line_for(regular, room)
    with transaction.atomic():
        RoomAudience.objects.filter(room=room, standpoint="person").delete()
    refusal = line_still_allowed(line)
    assert refusal is not None
    assert refusal.code == "not_found"
