"""Posting: everything that is true inside the transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection

from ibasho.house.actions import publish_rules
from ibasho.house.models import HouseRule, HouseRulesVersion
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person, Session
from ibasho.rooms.actions import leave_room, ledger, post_messages, take_seat, withdraw_message
from ibasho.rooms.models import Attendance, Message, Room, RoomSession, Seat
from ibasho.rooms.queries import message_for
from ibasho.rooms.shapes import Posted, Words, message_shape
from tests.rooms.conftest import Hear, LineFor, bring_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(open_room: Any) -> Room:
    made: Room = open_room(pace_seconds=0)
    return made


def posted(words: Words) -> Posted:
    (answer,) = post_messages([words])
    assert isinstance(answer, Posted), answer
    return answer


def refused(words: Words) -> Refusal:
    (answer,) = post_messages([words])
    assert isinstance(answer, Refusal), answer
    return answer


def code_of(words: Words) -> str:
    return refused(words).code


@pytest.fixture
def speaking(room: Room, regular: Person, line_for: LineFor) -> Any:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    return line_for(regular, room)


def test_words_get_the_next_number_and_the_next_position(speaking: Any, room: Room, words_of: Hear) -> None:
    answers = post_messages([words_of(speaking, f"{number}つめ") for number in range(3)])
    assert [answer.seq for answer in answers if isinstance(answer, Posted)] == [1, 2, 3]
    rows = Message.objects.order_by("position").values_list("position", "seq", "text")
    assert list(rows) == [(1, 1, "0つめ"), (2, 2, "1つめ"), (3, 3, "2つめ")]
    room.refresh_from_db()
    assert (room.seq, room.last_position) == (3, 3)


def test_a_batch_is_announced_once_and_only_after_the_commit(
    speaking: Any, words_of: Hear, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        post_messages([words_of(speaking) for _ in range(5)])
    assert len(callbacks) == 1


def test_the_announced_shape_is_the_shape_of_the_row(
    speaking: Any, words_of: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("ibasho.rooms.actions.post.publish", heard.extend)
    posted(words_of(speaking, "雨の音が\nします。", cover="天気のこと", tone="listen_only"))
    posted(words_of(speaking, "ただの言葉"))
    rows = Message.objects.order_by("position")
    assert [change.event["message"] for change in heard] == [message_shape(row) for row in rows]
    assert [change.position for change in heard] == [1, 2]


def test_plain_sql_leaves_the_same_row_as_the_orm(speaking: Any, words_of: Hear) -> None:
    posted(words_of(speaking, "おなじ", cover="おおい", tone="advice_welcome"))
    by_sql = Message.objects.get()
    twin = Message.objects.get()
    twin.pk, twin.request_id, twin.position = uuid4(), uuid4(), 2
    twin.save(force_insert=True)
    columns = [str(field.column) for field in Message._meta.concrete_fields]
    own = {"id", "request_id", "position"}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM rooms_message ORDER BY position")
        sql_row, orm_row = (dict(zip(columns, row, strict=True)) for row in cursor.fetchall())
    assert {k: v for k, v in sql_row.items() if k not in own} == {
        k: v for k, v in orm_row.items() if k not in own
    }
    assert {k: type(v) for k, v in sql_row.items()} == {k: type(v) for k, v in orm_row.items()}
    assert by_sql.at == house_clock.to_minute(by_sql.at)


def test_a_known_id_gets_its_first_answer(speaking: Any, words_of: Hear) -> None:
    words = words_of(speaking)
    assert posted(words) == posted(words)
    assert Message.objects.count() == 1


def test_the_same_id_twice_in_one_batch_is_one_message(speaking: Any, words_of: Hear) -> None:
    words = words_of(speaking)
    first, second = post_messages([words, words])
    assert first == second
    assert Message.objects.count() == 1


def test_a_known_id_with_other_words_is_refused(speaking: Any, words_of: Hear) -> None:
    words = words_of(speaking)
    posted(words)
    assert code_of(words_of(speaking, "ちがう言葉", id=words.request_id)) == "id_reused"
    assert code_of(words_of(speaking, cover="おおい", id=words.request_id)) == "id_reused"
    both = post_messages([words_of(speaking, "ちがう", id=words.request_id), words])
    assert [type(answer) for answer in both] == [Refusal, Posted]


def test_an_id_used_for_a_withdrawal_cannot_be_used_for_a_post(speaking: Any, words_of: Hear) -> None:
    message = posted(words_of(speaking)).message_id
    withdrawal = words_of(speaking, verb="withdraw", message=message)
    withdraw_message(withdrawal)
    assert code_of(words_of(speaking, id=withdrawal.request_id)) == "id_reused"


@pytest.mark.parametrize("what", ["closed", "resting", "suspended", "left", "observing", "rules", "away"])
def test_a_known_id_is_answered_whatever_happened_since(
    what: str, speaking: Any, room: Room, regular: Person, words_of: Hear
) -> None:
    words = words_of(speaking)
    first = posted(words)
    later = house_clock.now() + dt.timedelta(days=1)
    if what == "closed":
        RoomSession.objects.update(state="closed")
    elif what == "resting":
        Seat.objects.update(resting_until=later)
    elif what == "suspended":
        Person.objects.update(suspended_until=later)
    elif what == "left":
        leave_room(regular, room)
    elif what == "observing":
        take_seat(regular, room, mode="observe")
    elif what == "rules":
        new_rules()
    else:
        Session.objects.update(away=True)
    assert code_of(words_of(speaking)) in {
        "room_closed", "resting", "suspended", "not_found", "observing", "rules_changed", "not_entered",
    }  # fmt: skip
    assert posted(words) == first


def new_rules() -> None:
    rules = HouseRulesVersion.objects.create(number=2)
    HouseRule.objects.create(version=rules, position=1, key="new", group="新しく", text="新しい約束です。")
    publish_rules(rules)


@pytest.mark.parametrize("field", ["resting_until", "removed_until"])
def test_a_seat_that_rests_writes_again_when_its_time_is_over(
    field: str, speaking: Any, words_of: Hear
) -> None:
    Seat.objects.update(**{field: house_clock.now() + dt.timedelta(seconds=30)})
    assert code_of(words_of(speaking)) == field.removesuffix("_until")
    Seat.objects.update(**{field: house_clock.now() - dt.timedelta(seconds=1)})
    posted(words_of(speaking))


def test_a_suspended_person_does_not_write(speaking: Any, words_of: Hear) -> None:
    Person.objects.update(suspended_until=house_clock.now() + dt.timedelta(days=1))
    assert code_of(words_of(speaking)) == "suspended"


@pytest.mark.parametrize("change", [{"away": True}, {"expires_on": dt.date(2020, 1, 1)}, None])
def test_a_browser_that_is_gone_or_away_does_not_write(
    change: dict[str, Any] | None, speaking: Any, words_of: Hear
) -> None:
    Session.objects.update(**change) if change else Session.objects.all().delete()
    assert code_of(words_of(speaking)) == "not_entered"


def test_another_persons_seat_cannot_be_used(
    speaking: Any, room: Room, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(other_regular, room, mode="speak")
    theirs = line_for(other_regular, room)
    own = words_of(speaking)
    stolen = replace(own, person_id=theirs.person_id, session_hash=theirs.session_hash)
    assert code_of(stolen) == "not_found"


@pytest.mark.parametrize(
    ("state", "code"),
    [("paused", "room_paused"), ("preparing", "room_closed"), ("closed", "room_closed")],
)
def test_a_room_that_is_not_open_takes_no_words(state: str, code: str, speaking: Any, words_of: Hear) -> None:
    bring_to(state)
    assert code_of(words_of(speaking)) == code
    assert not Message.objects.exists()


def test_the_last_minute_after_the_hour_still_takes_words(clock: Any, speaking: Any, words_of: Hear) -> None:
    RoomSession.objects.update(state="closing", closes_at=house_clock.now())
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    clock.shift(dt.timedelta(seconds=59))
    posted(words_of(speaking))
    clock.shift(dt.timedelta(seconds=1))
    assert code_of(words_of(speaking)) == "room_closed"


def test_rules_that_changed_are_read_first(speaking: Any, regular: Person, words_of: Hear) -> None:
    from ibasho.house.actions import acknowledge

    new_rules()
    assert code_of(words_of(speaking)) == "rules_changed"
    acknowledge(regular, 2)
    posted(words_of(speaking))


def test_the_pace_of_the_room_counts_for_each_seat(
    room: Room, speaking: Any, other_regular: Person, line_for: LineFor, words_of: Hear, clock: Any
) -> None:
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    Room.objects.filter(pk=room.pk).update(pace_seconds=20)
    take_seat(other_regular, room, mode="speak")
    Session.objects.update(expires_on=dt.date(2030, 1, 1))
    theirs = line_for(other_regular, room)
    answers = post_messages([words_of(speaking), words_of(speaking), words_of(theirs)])
    assert [getattr(answer, "code", "posted") for answer in answers] == ["posted", "pace", "posted"]
    clock.shift(dt.timedelta(seconds=12))
    late = refused(words_of(speaking))
    assert (late.code, late.retry_after) == ("pace", 8)
    clock.shift(dt.timedelta(seconds=8))
    posted(words_of(speaking))


def test_a_name_that_somebody_used_in_between_is_refused_at_the_first_words(
    room: Room, speaking: Any, other_regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    take_seat(other_regular, room, mode="speak", call_name="ナギ")
    theirs = line_for(other_regular, room)
    answers = post_messages([words_of(speaking), words_of(theirs)])
    assert [getattr(answer, "code", "posted") for answer in answers] == ["posted", "name_taken"]
    assert code_of(words_of(theirs)) == "name_taken"
    posted(words_of(speaking))


def test_one_failing_post_of_a_batch_is_busy_and_the_others_are_written(
    speaking: Any, words_of: Hear, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison = words_of(speaking, "どく")
    insert = ledger.insert_messages

    def fail_on_poison(rows: Any) -> None:
        insert(rows)
        if any(row.text == "どく" for row in rows):
            raise DatabaseError("one row is bad")

    monkeypatch.setattr(ledger, "insert_messages", fail_on_poison)
    answers = post_messages([words_of(speaking), poison, words_of(speaking)])
    assert [getattr(answer, "code", "posted") for answer in answers] == ["posted", "busy", "posted"]
    assert sorted(Message.objects.values_list("position", flat=True)) == [1, 2]


def test_the_seat_remembers_its_words_and_its_session(speaking: Any, words_of: Hear) -> None:
    Attendance.objects.all().delete()
    post_messages([words_of(speaking), words_of(speaking)])
    seat = Seat.objects.get(pk=speaking.seat_id)
    assert seat.post_count == 2
    assert seat.last_posted_at == seat.active_at
    assert Attendance.objects.filter(seat=seat).count() == 1


def test_rooms_are_numbered_each_by_themselves(
    room: Room, open_room: Any, speaking: Any, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    other = open_room(keepers_needed=2)
    take_seat(regular, other, mode="speak")
    there = line_for(regular, other)
    answers = post_messages([words_of(speaking), words_of(there), words_of(speaking)])
    assert [answer.seq for answer in answers if isinstance(answer, Posted)] == [1, 1, 2]


def test_somebody_without_a_seat_writes_nothing(speaking: Any, words_of: Hear) -> None:
    Seat.objects.all().delete()
    assert code_of(words_of(speaking)) == "not_found"


def test_the_writer_can_read_what_was_posted(speaking: Any, words_of: Hear) -> None:
    answer = posted(words_of(speaking, "読めます"))
    assert message_for(speaking, answer.message_id).get("text") == "読めます"
