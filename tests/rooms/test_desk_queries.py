"""Rooms and words as the desk shows them: seats, never persons."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import pause_room, post_messages, remove_seat, rest_seat, step_out, take_seat
from ibasho.rooms.models import Room, Seat
from ibasho.rooms.queries import DeskRoom, page_for_keeper, rooms_now
from tests.conftest import OpenRoom
from tests.rooms.conftest import Hear, KeepersLine, LineFor, OnDuty, bring_to, pass_by

pytestmark = pytest.mark.django_db


def now_in(room: Room) -> DeskRoom:
    return next(shown for shown in rooms_now() if shown.slug == room.slug)


def test_a_room_says_who_is_there_and_how_many_are_missing(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    before = now_in(evening)
    assert (before.state, before.keepers, before.missing) == ("preparing", [], 2)
    on_duty(evening)
    pass_by(clock, 90, keeper)
    shown = now_in(evening)
    assert (shown.state, shown.keepers, shown.missing) == (
        "open",
        [("みどり", "there"), ("すすき", "unsure")],
        0,
    )
    pass_by(clock, 90, keeper)
    shown = now_in(evening)
    assert (shown.state, shown.why, shown.keepers, shown.missing) == (
        "paused",
        "no_keepers",
        [("みどり", "there"), ("すすき", "gone")],
        1,
    )
    assert shown.paused_at == house_clock.now()


def test_a_pause_by_hand_and_who_stepped_out_are_said(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, "yoru", minutes=10)
    step_out(second_keeper)
    shown = now_in(evening)
    assert (shown.why, shown.paused_until) == (
        "by_keeper",
        house_clock.now() + dt.timedelta(minutes=10),
    )
    assert ("すすき", "gone") in shown.keepers


def test_a_retired_room_is_shown_as_long_as_it_goes_on(evening: Room) -> None:
    Room.objects.update(retired_on=house_clock.today())
    assert now_in(evening).slug == "yoru"
    bring_to("closed")
    assert rooms_now() == []


def test_many_rooms_cost_no_more_questions(
    evening: Room, on_duty: OnDuty, open_room: OpenRoom, django_assert_max_num_queries: Any
) -> None:
    on_duty(evening, *[open_room(keepers_needed=2) for _ in range(5)])
    rooms_now()
    with django_assert_max_num_queries(5):
        assert len(rooms_now()) == 6


def test_a_page_has_the_words_with_their_seats(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    keepers_line: KeepersLine,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    on_duty(evening)
    seat = take_seat(regular, evening, mode="speak", call_name="なぎ")
    line = line_for(regular, evening)
    post_messages([words_of(line, "一"), words_of(keepers_line(keeper, evening), "二")])
    until = house_clock.now() + dt.timedelta(hours=1)
    rest_seat(str(seat.pk), until)
    remove_seat(str(seat.pk), until)
    evening.refresh_from_db()
    page = page_for_keeper(evening)
    first, second = page.rows
    assert (first.text, first.call_name, first.seat, first.keeper) == ("一", "なぎ", str(seat.pk), False)
    assert (first.resting_until, first.removed_until) == (until, until)
    assert (second.text, second.keeper, second.call_name) == ("二", True, "見守り役　みどり")
    assert (page.seq, page.more) == (evening.seq, False)


def test_a_page_is_fifty_rows_of_this_session_alone(
    evening: Room, on_duty: OnDuty, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    line = line_for(regular, evening)
    post_messages([words_of(line, str(number)) for number in range(60)])
    page = page_for_keeper(evening)
    assert ([row.text for row in page.rows], page.more) == ([str(number) for number in range(10, 60)], True)
    older = page_for_keeper(evening, before=page.rows[0].position)
    assert ([row.text for row in older.rows], older.more) == ([str(number) for number in range(10)], False)
    assert page_for_keeper(evening, before=-(2**80)).rows == []
    session = evening.sessions.get()
    session.first_position = 61
    session.save()
    assert page_for_keeper(evening).rows == []
    assert page_for_keeper(evening, before=30).rows == []


def test_no_row_leads_to_a_person(
    evening: Room, on_duty: OnDuty, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    post_messages([words_of(line_for(regular, evening))])
    (row,) = page_for_keeper(evening).rows
    assert not any("person" in field.name or "session" in field.name for field in dataclasses.fields(row))
    assert str(regular.key) not in repr(row)


def test_words_of_an_erased_person_show_an_empty_seat(
    evening: Room, on_duty: OnDuty, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    from ibasho.people.actions import erase

    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    post_messages([words_of(line_for(regular, evening))])
    erase(regular)
    (row,) = page_for_keeper(evening).rows
    assert (row.text, row.state, row.call_name) == (None, "erased", "")
    assert Seat.objects.filter(pk=row.seat, person=None).exists()
