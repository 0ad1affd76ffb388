"""The line into a meeting's own room lasts as long as the sign-up."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from ibasho.events.actions import admit, keep_meeting_rooms, withdraw
from ibasho.events.models import MeetingRoom, SignUp
from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import take_duty, turn_sessions
from ibasho.rooms.models import Room
from tests.conftest import SeatFor
from tests.events.conftest import new_meeting, signed
from tests.sockets.kit import QUICK, cookie_of, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(house: object, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    """Of a meeting for everybody that has just begun."""
    event = new_meeting(starts=clock.now() - dt.timedelta(minutes=1))
    keep_meeting_rooms()
    turn_sessions()
    found = MeetingRoom.objects.get(event=event).room
    for one in (keeper, second_keeper):
        take_duty(one, slugs=[found.slug], until=clock.now() + dt.timedelta(hours=1))
    return found


@pytest.fixture
def row(room: Room) -> SignUp:
    return signed(MeetingRoom.objects.get(room=room).event).sign_up


@pytest.fixture
def other_row(room: Room) -> SignUp:
    return signed(MeetingRoom.objects.get(room=room).event).sign_up


def come_in(person: Person, room: Room, row: SignUp, seat_for: SeatFor) -> str:
    admit(row.pk, person)
    seat_for(person, room)
    return cookie_of(person)


async def test_two_who_joined_talk_and_a_third_has_no_line(
    room: Room,
    row: SignUp,
    other_row: SignUp,
    parent: Person,
    sibling: Person,
    regular: Person,
    seat_for: SeatFor,
) -> None:
    mine = await in_thread(come_in)(parent, room, row, seat_for)
    theirs = await in_thread(come_in)(sibling, room, other_row, seat_for)
    nobodys = await in_thread(cookie_of)(regular)
    async with serving(QUICK), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await reader.frame()
        await line.post("こんにちは。")
        assert (await reader.frame_of("message_posted"))["message"]["text"] == "こんにちは。"
        async with line_of(nobodys, room) as third:
            assert (await third.closed()).code == 4404
        status, _, _ = await poll(f"/rooms/{room.slug}/events/", nobodys)
        assert status == 404


async def test_who_withdraws_is_cut_with_4404_and_does_not_come_back(
    room: Room, row: SignUp, parent: Person, seat_for: SeatFor
) -> None:
    mine = await in_thread(come_in)(parent, room, row, seat_for)
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(withdraw)(row.pk)
        assert (await line.closed()).code == 4404
        async with line_of(mine, room) as again:
            assert (await again.closed()).code == 4404
        status, _, _ = await poll(f"/rooms/{room.slug}/events/", mine)
        assert status == 404


async def test_whatever_else_ends_a_sign_up_cuts_the_line_by_itself(
    room: Room, row: SignUp, parent: Person, seat_for: SeatFor
) -> None:
    mine = await in_thread(come_in)(parent, room, row, seat_for)
    async with serving(QUICK), line_of(mine, room) as line:
        await line.frame()
        await in_thread(_forget)(row)
        assert (await line.closed()).code == 4404


def _forget(row: SignUp) -> None:
    with transaction.atomic():
        SignUp.objects.filter(pk=row.pk).delete()
    keep_meeting_rooms()
