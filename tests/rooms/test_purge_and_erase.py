"""The ends of words: by time, by wish, and with the room to try."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest

from ibasho.lib import clock as house_clock
from ibasho.people.actions import erase, facts
from ibasho.people.models import Person, Session
from ibasho.rooms.actions import (
    edit_message,
    ensure_trial_room,
    leave_room,
    ledger,
    post_messages,
    purge_words,
    retention,
    take_seat,
    withdraw_message,
)
from ibasho.rooms.models import Amendment, Attendance, Message, Room, RoomSession, Seat
from ibasho.rooms.own_record import sections
from ibasho.rooms.queries import live_rooms
from ibasho.rooms.queries.lines import facts_after
from ibasho.rooms.shapes import Line, Posted
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(clock: Any, open_room: Any) -> Room:
    made: Room = open_room(keepers_needed=2, retention_days=7)
    return made


@pytest.fixture
def mine(room: Room, regular: Person, line_for: LineFor) -> Line:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    line = line_for(regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    return line


def say(line: Line, words_of: Hear, text: str) -> str:
    (answer,) = post_messages([words_of(line, text)])
    assert isinstance(answer, Posted)
    return answer.message_id


def test_words_end_after_the_days_of_their_room(room: Room, mine: Line, words_of: Hear, clock: Any) -> None:
    old = say(mine, words_of, "ふるい")
    edit_message(words_of(mine, "なおした", verb="edit", message=old))
    clock.shift(dt.timedelta(days=4))
    say(mine, words_of, "あたらしい")
    clock.shift(dt.timedelta(days=3, minutes=1))
    assert purge_words() == 1
    assert list(Message.objects.values_list("text", flat=True)) == ["あたらしい"]
    assert not Amendment.objects.exists()
    beat = live_rooms([room.pk])[room.pk]
    assert (beat.seq, beat.oldest) == (3, 2)
    assert purge_words() == 0


def test_a_seat_ends_with_the_last_thing_that_hangs_on_it(
    room: Room, mine: Line, regular: Person, words_of: Hear, clock: Any
) -> None:
    say(mine, words_of, "x")
    leave_room(regular, room)
    RoomSession.objects.update(state="closed", closes_at=house_clock.now())
    clock.shift(dt.timedelta(days=6))
    purge_words()
    assert Seat.objects.exists()
    clock.shift(dt.timedelta(days=2))
    Seat.objects.update(removed_until=house_clock.now() + dt.timedelta(days=1))
    purge_words()
    assert not Message.objects.exists()
    assert not RoomSession.objects.exists()
    assert Seat.objects.exists()
    clock.shift(dt.timedelta(days=2))
    purge_words()
    assert not Seat.objects.exists()


def test_a_seat_in_a_session_that_goes_on_stays(room: Room, mine: Line, clock: Any) -> None:
    clock.shift(dt.timedelta(days=30))
    purge_words()
    assert Seat.objects.count() == RoomSession.objects.count() == Attendance.objects.count() == 1
    Seat.objects.update(person=None)
    purge_words()
    assert not Seat.objects.exists()


def test_an_erased_person_leaves_only_places(
    room: Room,
    open_room: Any,
    mine: Line,
    regular: Person,
    other_regular: Person,
    line_for: LineFor,
    words_of: Hear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("ibasho.rooms.actions.erase.publish", heard.extend)
    other_room = open_room(keepers_needed=2)
    take_seat(regular, other_room, mode="speak", call_name="そら")
    take_seat(other_regular, room, mode="speak", call_name="うみ")
    there, theirs = line_for(regular, other_room), line_for(other_regular, room)
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    say(mine, words_of, "ひみつ")
    kept = say(theirs, words_of, "のこる")
    taken_back = say(mine, words_of, "とりけす")
    withdraw_message(words_of(mine, verb="withdraw", message=taken_back))
    say(there, words_of, "よその部屋")
    erase(regular)
    gone = Message.objects.exclude(pk=kept)
    assert set(gone.values_list("state", "text", "call_name", "name_skeleton", "words_key")) == {
        ("erased", None, "", "", "")
    }
    assert Message.objects.get(pk=kept).text == "のこる"
    assert sorted((change.room, change.seq, change.position) for change in heard) == [
        (room.pk, 5, 1),
        (room.pk, 6, 3),
        (other_room.pk, 2, 1),
    ]
    assert all("call_name" not in change.event["message"] for change in heard)
    assert not Seat.objects.exclude(call_name="うみ").exclude(person=None, call_name="").exists()
    assert not Amendment.objects.exists()


def test_my_record_shows_what_is_held(room: Room, mine: Line, regular: Person, words_of: Hear) -> None:
    say(mine, words_of, "わたしの言葉")
    (section,) = sections(regular)
    assert room.title in section.title
    assert ("名前", "なぎ") in section.rows
    assert "わたしの言葉" in [value for _, value in section.everything]


def test_the_room_to_try_goes_on_after_a_restart(
    trial_room: Room, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(regular, trial_room, mode="speak")
    say(line_for(regular, trial_room), words_of, "のこる")
    session = RoomSession.objects.get()
    ensure_trial_room()
    assert RoomSession.objects.get() == session
    assert Message.objects.count() == 1
    assert trial_room.audiences.count() == 6


def test_an_address_ends_the_room_to_try_and_its_words(
    trial_room: Room, regular: Person, line_for: LineFor, words_of: Hear, settings: Any
) -> None:
    take_seat(regular, trial_room, mode="speak")
    say(line_for(regular, trial_room), words_of, "きえる")
    settings.ADDRESS = object()
    assert ensure_trial_room() is None
    assert not Message.objects.exists()
    assert not Seat.objects.exists()
    assert not RoomSession.objects.exists()
    settings.ADDRESS = None
    ensure_trial_room()
    session = RoomSession.objects.get()
    assert (session.first_position, session.first_seq) == (2, 1)


def test_an_erasure_bumps_every_seat_also_those_that_were_left(
    room: Room, open_room: Any, regular: Person, other_regular: Person
) -> None:
    other_room = open_room(keepers_needed=2)
    left, stays = (take_seat(regular, where, mode="observe") for where in (room, other_room))
    others = take_seat(other_regular, room, mode="observe")
    leave_room(regular, room)
    before, _ = facts_after(0)
    erase(regular)
    assert set(facts_after(before)[1]) == {str(left.pk), str(stays.pk)}
    assert list(Seat.objects.filter(left_at__isnull=True)) == [others]


def test_erasing_and_sitting_down_lock_the_rooms_before_they_take_a_number(
    room: Room, regular: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    def lock_rooms(ids: Any, lock: Any = ledger.lock_rooms) -> None:
        order.append("rooms")
        lock(ids)

    def advance(take: Any = facts._advance) -> bool:
        order.append("number")
        return bool(take())

    monkeypatch.setattr(ledger, "lock_rooms", lock_rooms)
    monkeypatch.setattr(facts, "_advance", advance)
    take_seat(regular, room, mode="speak")
    take_seat(regular, room, mode="observe")
    erase(regular)
    assert [what for what, _ in groupby(order)] == [
        "rooms",
        "number",
    ] * 4  # leaving a room is one, and of erasing each part is one


def test_seats_end_by_the_hundred_and_one_that_comes_into_use_stays(
    room: Room, regular: Person, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    monkeypatch.setattr(retention, "_AT_ONCE", 2)
    old = house_clock.now() - dt.timedelta(days=30)
    for _ in range(5):
        Seat.objects.create(id=uuid4(), room=room, mode="observe", first_entered_at=old, active_at=old)
    kept = take_seat(regular, room, mode="observe")
    purge_words()
    assert list(Seat.objects.all()) == [kept]


def test_my_record_asks_the_table_no_more_often_for_more_rooms(
    room: Room, open_room: Any, regular: Person, django_assert_num_queries: Any
) -> None:
    for where in (room, open_room(keepers_needed=2), open_room(keepers_needed=2)):
        take_seat(regular, where, mode="observe")
    with django_assert_num_queries(4):
        found = sections(regular)
    assert len(found) == 3
    assert ("いた回の数", "1回") in found[0].rows


def test_the_room_to_try_says_today_what_it_says_in_a_new_house(trial_room: Room) -> None:
    Room.objects.filter(pk=trial_room.pk).update(about="前の言葉です。")
    ensure_trial_room()
    trial_room.refresh_from_db()
    assert "ほんとうに開くときに、なくなります。" in trial_room.about


def test_rests_and_removals_that_are_over_are_forgotten(room: Room, mine: Line, clock: Any) -> None:
    over, coming = house_clock.now(), house_clock.now() + dt.timedelta(minutes=1)
    Seat.objects.update(resting_until=over, removed_until=coming)
    purge_words()
    seat = Seat.objects.get()
    assert (seat.resting_until, seat.removed_until) == (None, coming)
