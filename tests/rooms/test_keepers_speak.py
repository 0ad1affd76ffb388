"""Keepers in a room: they read and write from their duty, outside pace, capacity and the slow start."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.actions import bump_facts
from ibasho.people.models import Keeper, Person, Session
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    change_mode,
    edit_message,
    leave_duty,
    pause_room,
    post_messages,
    take_duty,
    take_seat,
    withdraw_message,
)
from ibasho.rooms.models import Attendance, Message, Room, RoomAudience, Seat
from ibasho.rooms.queries import (
    Left,
    catch_up,
    crowd_of,
    line_facts,
    line_still_allowed,
    newcomer_until,
    own_line,
    page_of_words,
)
from ibasho.rooms.queries.beats import forget_crowds
from ibasho.rooms.shapes import Posted, message_shape
from tests.rooms.conftest import Hear, KeepersLine, LineFor, OnDuty, VisitorFor, bring_to

pytestmark = pytest.mark.django_db


def code(answer: Any) -> str:
    return getattr(answer, "code", "posted")


def test_words_of_a_keeper_on_duty_carry_the_mark(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    (answer,) = post_messages([words_of(line, "こんばんは。ゆっくりしてください。")])
    assert isinstance(answer, Posted)
    message = Message.objects.get()
    assert (message.keeper, message.call_name) == (True, "見守り役　みどり")
    assert message_shape(message)["keeper"] is True
    assert page_of_words(line)["messages"][0]["text"] == "こんばんは。ゆっくりしてください。"


def test_the_announced_shape_is_the_row_s(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    keepers_line: KeepersLine,
    words_of: Hear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Any] = []
    on_duty(evening)
    monkeypatch.setattr("ibasho.rooms.actions.post.publish", heard.extend)
    post_messages([words_of(keepers_line(keeper, evening))])
    assert heard[0].event["message"] == message_shape(Message.objects.get())


def test_no_pace_no_slow_start_no_new_rules_hold_a_keeper(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    Room.objects.update(pace_seconds=60)
    on_duty(evening)
    line = keepers_line(keeper, evening)
    answers = post_messages([words_of(line), words_of(line)])
    assert [code(answer) for answer in answers] == ["posted", "posted"]
    assert newcomer_until(line.seat_id) is None
    you = catch_up(line, epoch=None, since=None).you
    assert (you["may_post"], you["call_name"]) == (True, "見守り役　みどり")


def test_keepers_take_no_place_and_make_no_crowd(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    keepers_line: KeepersLine,
    words_of: Hear,
    regular: Person,
    other_regular: Person,
) -> None:
    Room.objects.update(capacity=1)
    evening.refresh_from_db()
    on_duty(evening)
    take_duty(steward, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    for each in (keeper, second_keeper, steward):
        post_messages([words_of(keepers_line(each, evening))])
    forget_crowds()
    assert crowd_of(evening.pk) == "quiet"
    take_seat(regular, evening, mode="speak")
    with pytest.raises(Refusal) as no:
        take_seat(other_regular, evening, mode="speak")
    assert no.value.code == "full"


def test_a_keeper_reads_what_was_said_before_the_duty(
    evening: Room,
    on_duty: OnDuty,
    steward: KeeperFacts,
    keepers_line: KeepersLine,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    post_messages([words_of(line_for(regular, evening), "まえの言葉")])
    bring_to("preparing")
    take_duty(steward, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    line = keepers_line(steward, evening)
    assert [row["text"] for row in page_of_words(line)["messages"]] == ["まえの言葉"]
    assert Attendance.objects.filter(seat__person_id=steward.person_id).count() == 1


def test_a_keeper_who_comes_after_the_end_keeps_the_last_words_on_the_page(
    evening: Room,
    on_duty: OnDuty,
    steward: KeeperFacts,
    keepers_line: KeepersLine,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    post_messages([words_of(line_for(regular, evening), "まえの言葉")])
    bring_to("closed")
    take_duty(steward, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    line = keepers_line(steward, evening)
    shown = page_of_words(line)["messages"]
    assert [row["text"] for row in shown] == ["まえの言葉"]
    assert catch_up(line, epoch=None, since=None).oldest == shown[0]["position"]


def test_keepers_edit_and_take_back_their_words(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    (answer,) = post_messages([words_of(line)])
    edit_message(words_of(line, "なおした言葉", verb="edit", message=answer.message_id))  # type: ignore[union-attr]
    assert (Message.objects.get().text, Message.objects.get().keeper) == ("なおした言葉", True)
    withdraw_message(words_of(line, verb="withdraw", message=answer.message_id))  # type: ignore[union-attr]
    assert Message.objects.get().state == "withdrawn"


def test_after_the_duty_the_line_ends_with_1000_and_nothing_more_is_written(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    keepers_line: KeepersLine,
    words_of: Hear,
    visitor_for: VisitorFor,
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    words = words_of(line)
    (first,) = post_messages([words])
    leave_duty(keeper)
    assert isinstance(line_still_allowed(line), Left)
    answers = post_messages([words, words_of(line)])
    assert [answers[0], code(answers[1])] == [first, "not_found"]
    visitor = visitor_for(Person.objects.get(pk=keeper.person_id), with_second_factor=True)
    with pytest.raises(Refusal):
        line_facts(visitor, "yoru")
    mine = own_line(visitor, "yoru")
    withdraw_message(words_of(mine, verb="withdraw", message=first.message_id))  # type: ignore[union-attr]
    assert Message.objects.get().keeper is True


def test_the_moment_a_duty_is_over_counts_before_due_work_comes_by(
    clock: Any, evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    on_duty(evening, until=house_clock.now() + dt.timedelta(minutes=1))
    line = keepers_line(keeper, evening)
    clock.shift(dt.timedelta(minutes=1))
    (answer,) = post_messages([words_of(line)])
    assert code(answer) == "not_found"
    refusal = line_still_allowed(line)
    assert refusal is not None
    assert refusal.code == "not_found"


def test_nobody_posts_in_a_room_that_rests_not_even_keepers(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    pause_room(keeper, "yoru", minutes=5)
    (answer,) = post_messages([words_of(line)])
    assert code(answer) == "room_paused"


def test_without_the_second_factor_a_keeper_has_no_line(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, visitor_for: VisitorFor
) -> None:
    on_duty(evening)
    visitor = visitor_for(Person.objects.get(pk=keeper.person_id))
    for ask in (line_facts, own_line):
        with pytest.raises(Refusal) as no:
            ask(visitor, "yoru")
        assert no.value.code == "not_found"
    line = keepers_line(keeper, evening)
    assert line_still_allowed(line) is None
    Session.objects.filter(key_hash=line.session_hash).update(data="{}")
    refusal = line_still_allowed(line)
    assert (refusal and refusal.code, isinstance(refusal, Left)) == ("not_found", False)


def test_a_keeper_who_ends_has_no_line(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    Keeper.objects.filter(pk=keeper.keeper_id).update(ended_on=house_clock.today())
    bump_facts([keeper.person_id])
    refusal = line_still_allowed(line)
    assert refusal is not None
    assert refusal.code == "not_found"


def test_keepers_of_one_room_have_no_line_into_another(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, trial_room: Room
) -> None:
    on_duty(evening)
    with pytest.raises(Refusal) as no:
        keepers_line(keeper, trial_room)
    assert no.value.code == "not_found"


def test_the_wall_does_not_count_for_keepers(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine
) -> None:
    RoomAudience.objects.exclude(standpoint="sibling").delete()
    on_duty(evening)
    line = keepers_line(keeper, evening)
    assert line_still_allowed(line) is None
    assert line.keeper_id == keeper.keeper_id


def test_a_keeper_never_sits_down_as_a_guest(evening: Room, on_duty: OnDuty, keeper: KeeperFacts) -> None:
    on_duty(evening)
    person = Person.objects.get(pk=keeper.person_id)
    for act in (take_seat, change_mode):
        with pytest.raises(Refusal) as no:
            act(person, evening, mode="observe")
        assert no.value.code == "not_found"
    assert Seat.objects.get(person=person).mode == "speak"


def test_a_hand_that_is_too_quick_is_slowed_for_everybody(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    for _ in range(5):
        rate_limit.take("post", line.seat_id)
    with pytest.raises(Refusal):
        rate_limit.take("post", line.seat_id)


def test_a_first_answer_is_given_again(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    on_duty(evening)
    line, request_id = keepers_line(keeper, evening), str(uuid4())
    answers = post_messages([words_of(line, id=request_id), words_of(line, id=request_id)])
    assert answers[0] == answers[1]
