"""Who comes to a meeting by its own room is at the meeting: one visit, one session, one watch of who keeps it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from ibasho.events.actions import admit, keep_meeting_rooms, plan_facilitator
from ibasho.events.models import MeetingRoom, Visit
from ibasho.moderation.actions import tell_keepers
from ibasho.moderation.models import Concern
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.reports.actions import tally_openings
from ibasho.reports.models import Deed, Opening, RoomVisit
from ibasho.rooms.actions import take_duty, turn_sessions
from ibasho.rooms.models import Room, RoomSession
from tests.conftest import SeatFor
from tests.events.conftest import SATURDAY, Meeting, signed
from tests.reports.conftest import close_on, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(
    meeting: Meeting,
    parent: Person,
    sibling: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    seat_for: SeatFor,
    clock: Any,
) -> Room:
    """Two came, one of them without わたし; みどり facilitates, and keeps the room with すすき."""
    event = meeting()
    plan_facilitator(steward, event.pk, keeper.keeper_id)
    keep_meeting_rooms()
    clock.move_to(SATURDAY + dt.timedelta(minutes=1))
    own = MeetingRoom.objects.get(event=event).room
    for one in (keeper, second_keeper):
        take_duty(one, slugs=[own.slug], until=event.ends)
    turn_sessions()
    for person, is_tied in ((parent, True), (sibling, False)):
        row = signed(event, person=person, ties_person=is_tied, standpoint=person.standpoint).sign_up
        admit(row.pk, person)
        seat_for(person, own)
    assert Visit.objects.count() == 2
    return own


def over(clock: Any) -> None:
    clock.move_to(SATURDAY + dt.timedelta(hours=4))
    RoomSession.objects.update(state="closed", paused_why="", paused_at=None)


def test_nobody_and_nothing_is_counted_twice(room: Room, parent: Person, sibling: Person, clock: Any) -> None:
    erase(sibling)
    over(clock)
    assert tally_openings() == 0
    erase(parent)
    assert not RoomVisit.objects.exists()
    assert not Opening.objects.exists()
    close_on(clock, "2026-12-08")
    assert [number("2026-11", what) for what in ("total", "unique")] == [2, 2]
    assert [number("2026-11", "sessions", of) for of in ("family_meeting", "room", "")] == [1, 0, 1]
    assert number("2026-11", "minutes") == 90


def test_who_keeps_the_room_of_the_meeting_has_one_watch(room: Room, clock: Any) -> None:
    over(clock)
    close_on(clock, "2026-12-08")
    assert [number("2026-11", what) for what in ("keepers", "duties")] == [2, 2]


def test_what_is_told_there_is_counted_all_the_same(room: Room, parent: Person, clock: Any) -> None:
    tell_keepers(parent, room, None, reason="harm")
    assert Concern.objects.get().room == room
    over(clock)
    close_on(clock, "2026-12-08")
    assert Deed.objects.filter(what="told").count() == 1
    assert number("2026-11", "told") == 1
