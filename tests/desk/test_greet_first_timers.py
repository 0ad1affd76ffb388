"""はじめての方: who writes for the first time stands on the desk of the room's keepers until one has said a word."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection, transaction

from ibasho.desk.queries import desk_now
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room, RoomSession, Seat
from ibasho.rooms.queries.first_timers import first_timers
from tests.conftest import KeeperClient, SeatFor
from tests.desk.conftest import OnDuty, Says, page_of

pytestmark = pytest.mark.django_db
WORDS = "はじめて書いた方に、ひとこと（縁側の部屋、1人）"
MARK = '<span class="tag">はじめて</span>'


@pytest.fixture
def open_now(watched: Room) -> Room:
    assert RoomSession.objects.get(room=watched).state == "open"
    return watched


def _posted(seat: Seat, at: dt.datetime) -> None:
    with transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(post_count=1, last_posted_at=at)


def test_who_wrote_for_the_first_time_stands_there_until_a_keeper_has_said_a_word(
    open_now: Room,
    keeper: KeeperFacts,
    regular: Person,
    seat_for: SeatFor,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    desk = keeper_client(keeper)
    seat = seat_for(regular, open_now)
    assert WORDS not in page_of(desk, "/desk/")
    before = desk_now().version
    _posted(seat, seat.first_entered_at)
    assert WORDS in page_of(desk, "/desk/")
    assert desk_now().version != before
    own = Seat.objects.get(room=open_now, person=keeper.person_id)
    _posted(own, seat.first_entered_at - dt.timedelta(minutes=1))
    assert WORDS in page_of(desk, "/desk/")
    _posted(own, seat.first_entered_at + dt.timedelta(minutes=1))
    assert WORDS not in page_of(desk, "/desk/")


def test_who_was_there_before_only_watches_or_has_left_does_not(
    open_now: Room, keeper: KeeperFacts, regular: Person, other_regular: Person, seat_for: SeatFor
) -> None:
    known, gone = seat_for(regular, open_now), seat_for(other_regular, open_now)
    session = RoomSession.objects.get(room=open_now)
    with transaction.atomic():
        Seat.objects.filter(pk=known.pk).update(first_entered_at=session.opens_at - dt.timedelta(days=7))
        Seat.objects.filter(pk=gone.pk).update(left_at=gone.first_entered_at)
    for seat in (known, gone):
        _posted(seat, seat.first_entered_at)
    assert desk_now().first_timers == ()


def test_keepers_of_other_rooms_are_not_told(
    open_now: Room,
    hondana: Room,
    steward: KeeperFacts,
    regular: Person,
    seat_for: SeatFor,
    on_duty: OnDuty,
    keeper_client: KeeperClient,
) -> None:
    seat = seat_for(regular, open_now)
    _posted(seat, seat.first_entered_at)
    on_duty(steward, hondana)
    assert "はじめて書いた方" not in page_of(keeper_client(steward), "/desk/")


def test_their_words_carry_a_mark_on_the_desk(
    open_now: Room, keeper: KeeperFacts, regular: Person, says: Says, keeper_client: KeeperClient
) -> None:
    message = says(regular, open_now, "こんばんは。")
    session = RoomSession.objects.get(room=open_now)
    page = f"/desk/rooms/{open_now.slug}/"
    for entered, count in ((session.opens_at, 1), (session.opens_at - dt.timedelta(days=7), 0)):
        with transaction.atomic():
            Seat.objects.filter(pk=message.seat_id).update(first_entered_at=entered)
        row = re.search(
            rf'<article[^>]*data-message="{message.pk}".*?</article>',
            page_of(keeper_client(keeper), page),
            re.S,
        )
        assert row is not None
        assert row[0].count(MARK) == count


def test_no_seat_is_read_for_the_others_of_its_room(open_now: Room) -> None:
    """With every seat of a room read once for each other one, a full room stopped the desk each second."""
    plan = first_timers().explain()
    by_keeper = {"sqlite": "(room_id=? AND person_id=?)", "postgresql": "people_keeper"}[connection.vendor]
    assert "SCAN rooms_seat" not in plan, plan
    assert by_keeper in plan, plan
