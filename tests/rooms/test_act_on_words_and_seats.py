"""What an act does to words and seats; its reason and its undo are the moderation's."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    edit_message,
    hide_message,
    let_back,
    lift_rest,
    post_messages,
    remove_seat,
    rest_seat,
    restore_message,
    take_seat,
    withdraw_message,
)
from ibasho.rooms.actions.erase import erase_words
from ibasho.rooms.models import Message, Room, Seat
from ibasho.rooms.queries import catch_up, facts_after, line_still_allowed, page_for_keeper, page_of_words
from ibasho.rooms.shapes import Line
from tests.rooms.conftest import Hear, LineFor, OnDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def line(evening: Room, on_duty: OnDuty, regular: Person, line_for: LineFor) -> Line:
    on_duty(evening)
    take_seat(regular, evening, mode="speak", call_name="なぎ")
    return line_for(regular, evening)


@pytest.fixture
def said(line: Line, words_of: Hear) -> str:
    (answer,) = post_messages([words_of(line, "いたい言葉", cover="おおい", tone="listen_only")])
    return answer.message_id  # type: ignore[union-attr]


def code(act: Any, *args: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(*args)
    return no.value.code


def in_an_hour() -> dt.datetime:
    return house_clock.now() + dt.timedelta(hours=1)


def test_hidden_words_stay_in_the_row_and_on_no_page(
    line: Line, said: str, evening: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("ibasho.rooms.actions.acts.publish", heard.extend)
    message = hide_message(evening.pk, said)
    assert (message.state, message.text, message.cover) == ("hidden", "いたい言葉", "おおい")
    (change,) = heard
    evening.refresh_from_db()
    assert change.seq == message.seq == evening.seq
    assert change.event["type"] == "message_changed"
    for shape in (change.event["message"], page_of_words(line)["messages"][0]):
        assert shape["state"] == "hidden"
        assert not {"text", "cover", "tone"} & shape.keys()
    (row,) = page_for_keeper(evening).rows
    assert (row.text, row.cover, row.tone, row.state) == ("いたい言葉", "おおい", "listen_only", "hidden")


def test_restored_words_come_with_a_new_number(line: Line, said: str, evening: Room) -> None:
    first = hide_message(evening.pk, said).seq
    message = restore_message(evening.pk, said)
    assert (message.state, message.seq) == ("shown", first + 1)
    shape = page_of_words(line)["messages"][0]
    assert (shape["text"], shape["cover"], shape["tone"]) == ("いたい言葉", "おおい", "listen_only")


def test_what_is_as_wished_already_is_refused_kindly(said: str, evening: Room) -> None:
    assert code(restore_message, evening.pk, said) == "not_shown"
    hide_message(evening.pk, said)
    assert code(hide_message, evening.pk, said) == "not_shown"


def test_taken_back_and_erased_words_are_final(
    line: Line, said: str, evening: Room, words_of: Hear, regular: Person
) -> None:
    hide_message(evening.pk, said)
    withdraw_message(words_of(line, verb="withdraw", message=said))
    assert code(restore_message, evening.pk, said) == "not_shown"
    assert code(hide_message, evening.pk, said) == "not_shown"
    erase_words(regular)
    with pytest.raises(Refusal) as no:
        restore_message(evening.pk, said)
    assert no.value.text == "この書き込みは、もう消えています。"


def test_hidden_words_are_not_edited(line: Line, said: str, evening: Room, words_of: Hear) -> None:
    hide_message(evening.pk, said)
    assert code(edit_message, words_of(line, "べつの言葉", verb="edit", message=said)) == "not_shown"
    assert Message.objects.get().text == "いたい言葉"


def test_words_of_another_room_are_not_found(said: str, evening: Room, trial_room: Room) -> None:
    assert code(hide_message, trial_room.pk, said) == "not_found"
    assert code(hide_message, evening.pk, str(uuid4())) == "not_found"


def test_a_resting_seat_reads_and_neither_writes_nor_edits_but_takes_back(
    line: Line, said: str, words_of: Hear, clock: Any
) -> None:
    before, _ = facts_after(0)
    rest_seat(line.seat_id, in_an_hour())
    assert facts_after(before)[1] == [line.seat_id]
    (answer,) = post_messages([words_of(line)])
    assert getattr(answer, "code", "") == "resting"
    assert code(edit_message, words_of(line, "べつの言葉", verb="edit", message=said)) == "resting"
    assert line_still_allowed(line) is None
    you = catch_up(line, epoch=None, since=None).you
    assert (you["why_not"], you["until"]) == ("resting", house_clock.rfc3339(in_an_hour()))
    withdraw_message(words_of(line, verb="withdraw", message=said))
    assert Message.objects.get().state == "withdrawn"


def test_a_rest_ends_by_itself_and_can_be_lifted(line: Line, words_of: Hear, clock: Any) -> None:
    rest_seat(line.seat_id, house_clock.now() + dt.timedelta(minutes=5))
    clock.shift(dt.timedelta(minutes=5))
    (answer,) = post_messages([words_of(line)])
    assert not isinstance(answer, Refusal)
    rest_seat(line.seat_id, in_an_hour())
    assert lift_rest(line.seat_id).resting_until is None
    (answer,) = post_messages([words_of(line)])
    assert not isinstance(answer, Refusal)


def test_a_removed_seat_has_no_line_until_it_is_let_back(
    line: Line, words_of: Hear, evening: Room, regular: Person
) -> None:
    remove_seat(line.seat_id, in_an_hour())
    refusal = line_still_allowed(line)
    assert refusal is not None
    assert refusal.code == "removed"
    (answer,) = post_messages([words_of(line)])
    assert getattr(answer, "code", "") == "removed"
    with pytest.raises(Refusal) as no:
        take_seat(regular, evening, mode="observe")
    assert no.value.code == "removed"
    let_back(line.seat_id)
    assert line_still_allowed(line) is None


def test_a_rest_follows_the_seat_through_leaving_and_coming_back(
    line: Line, evening: Room, regular: Person, words_of: Hear
) -> None:
    from ibasho.rooms.actions import leave_room

    rest_seat(line.seat_id, in_an_hour())
    leave_room(regular, evening)
    take_seat(regular, evening, mode="speak", call_name="べつの名前")
    (answer,) = post_messages([words_of(line)])
    assert getattr(answer, "code", "") == "resting"


def test_keepers_seats_are_not_acted_on(line: Line, keeper: KeeperFacts) -> None:
    seat = Seat.objects.get(person_id=keeper.person_id)
    for act in (rest_seat, remove_seat):
        assert code(act, seat.pk, in_an_hour()) == "not_found"
    assert code(rest_seat, str(uuid4()), in_an_hour()) == "not_found"
