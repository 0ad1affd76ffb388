"""Words that wait, as rows: what the table refuses, and how they end."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ibasho.lib import clock as house_clock
from ibasho.people.actions import erase
from ibasho.people.models import Person
from ibasho.rooms.actions import close_trial_room, purge_words, take_seat
from ibasho.rooms.models import Finding, HeldPost, Message, Room, RoomSession, Seat
from ibasho.rooms.own_record import sections

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(clock: Any, open_room: Any) -> Room:
    made: Room = open_room(keepers_needed=2, retention_days=7)
    return made


@pytest.fixture
def seat(room: Room, regular: Person) -> Seat:
    return take_seat(regular, room, mode="speak", call_name="なぎ")


def wait(seat: Seat, text: str | None = "待つ言葉", **fields: Any) -> HeldPost:
    with transaction.atomic():
        return HeldPost.objects.create(
            **{
                "id": uuid4(),
                "room": seat.room,
                "session": RoomSession.objects.get(room=seat.room),
                "seat": seat,
                "request_id": uuid4(),
                "words_key": "k",
                "call_name": seat.call_name,
                "text": text,
                "code": "solicitation",
                "at": house_clock.to_minute(house_clock.now()),
            }
            | fields
        )


def find(at: HeldPost, **fields: Any) -> Finding:
    with transaction.atomic():
        return Finding.objects.create(
            **{
                "room": at.room,
                "session": at.session,
                "seat": at.seat,
                "held": at,
                "label": "crisis",
                "level": "now",
                "spans": [[0, 2]],
                "why": "わけ",
                "at": house_clock.now(),
            }
            | fields
        )


@pytest.mark.parametrize(
    "fields",
    [
        {"text": None},
        {"outcome": "released", "decided_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)},
        {"outcome": "erased", "decided_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC), "text": "まだある"},
        {"outcome": "kept_back"},
        {"decided_at": dt.datetime(2026, 11, 22, tzinfo=dt.UTC)},
    ],
)
def test_the_table_refuses_a_row_that_cannot_be(seat: Seat, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        wait(seat, **fields)


def test_an_id_waits_once(seat: Seat) -> None:
    first = wait(seat)
    with pytest.raises(IntegrityError):
        wait(seat, request_id=first.request_id)


def test_a_finding_is_at_one_text(seat: Seat) -> None:
    held = wait(seat)
    find(held)
    with pytest.raises(IntegrityError):
        find(held, held=None)
    with pytest.raises(IntegrityError):
        find(held, level="soon")


def test_what_waited_ends_after_the_days_of_its_room_with_what_was_found(seat: Seat, clock: Any) -> None:
    find(wait(seat))
    clock.shift(dt.timedelta(days=7, minutes=-1))
    assert purge_words() == 0
    clock.shift(dt.timedelta(minutes=3))
    assert purge_words() == 1
    assert not HeldPost.objects.exists()
    assert not Finding.objects.exists()


def test_a_seat_and_a_session_stay_while_words_of_theirs_wait(seat: Seat, clock: Any) -> None:
    Seat.objects.update(left_at=house_clock.now(), person=None)
    RoomSession.objects.update(state="closed", closes_at=house_clock.now())
    clock.shift(dt.timedelta(days=6))
    held = wait(seat, outcome="closed", decided_at=house_clock.now())
    clock.shift(dt.timedelta(days=2))
    purge_words()
    assert HeldPost.objects.filter(pk=held.pk).exists()
    assert Seat.objects.exists()


def test_an_erased_person_leaves_nothing_of_what_waited(seat: Seat, regular: Person) -> None:
    held = wait(seat)
    find(held)
    erase(regular)
    held.refresh_from_db()
    assert (held.outcome, held.text, held.call_name, held.words_key) == ("erased", None, "", "")
    assert not Finding.objects.exists()
    assert not Message.objects.exists()


def test_what_waits_in_the_room_to_try_ends_with_it(trial_room: Room, regular: Person) -> None:
    find(wait(take_seat(regular, trial_room, mode="speak")))
    close_trial_room()
    assert not HeldPost.objects.exists()
    assert not Seat.objects.exists()


def test_my_record_shows_what_waits_and_what_was_not_shown(seat: Seat, regular: Person) -> None:
    held = wait(seat, "まだ出ていない")
    wait(seat, "出なかった", outcome="kept_back", decided_at=house_clock.now())
    [section] = sections(regular)
    written = {own.words: own for own in section.written}
    assert written["まだ出ていない"].take_back == f"/rooms/{seat.room.slug}/messages/{held.pk}/withdrawal/"
    assert written["出なかった"].take_back == ""
    assert "solicitation" not in str(section)
