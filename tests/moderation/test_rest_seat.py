from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import lift_rest, rest
from ibasho.moderation.models import LogEntry, Rest
from ibasho.moderation.queries import acts_in, sealed_for
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import post_messages
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from tests.conftest import OpenRoom
from tests.moderation.conftest import RULE, Say, letters_to
from tests.rooms.conftest import Hear, LineFor

pytestmark = pytest.mark.django_db


def test_a_resting_seat_reads_and_does_not_write(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, line_for: LineFor, words_of: Hear
) -> None:
    line = line_for(regular, room)
    rest(keeper, room.slug, seat.pk, minutes=30, rule=RULE)
    [answer] = post_messages([words_of(line, "もう少しだけ。")])
    assert isinstance(answer, Refusal)
    assert answer.code == "resting"
    assert not Message.objects.exists()


def test_a_rest_until_the_room_closes_lasts_through_the_minute_of_grace(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
    clock: time_machine.Traveller,
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=0, rule=RULE)
    session = RoomSession.objects.get()
    assert session.closes_at is not None
    clock.move_to(session.closes_at + dt.timedelta(seconds=30), tick=False)
    [answer] = post_messages([words_of(line_for(regular, room), "あと少しだけ。")])
    assert isinstance(answer, Refusal)
    assert answer.code == "resting"


@pytest.mark.parametrize(("minutes", "until"), [(10, "20:12"), (30, "20:32"), (60, "21:02"), (0, "22:03")])
def test_the_person_is_told_until_when_and_why(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, minutes: int, until: str
) -> None:
    act = rest(keeper, room.slug, seat.pk, minutes=minutes, rule=RULE, words="お茶にしましょう。")
    [letter] = letters_to(regular)
    assert (letter["code"], letter["actions"]) == ("resting", ["review"])
    for words in (
        "今日はここで、少し休みましょう。",
        f"{until}まで、書くことをお休みします。読むことはできます。",
        "（約束一）。",
        "お茶にしましょう。",
        letter["act"],
    ):
        assert words in letter["text"]
    assert house_clock.clock_text(act.until) == until


def test_in_a_room_that_never_closes_the_whole_session_is_an_hour(
    keeper: KeeperFacts, room: Room, seat: Seat
) -> None:
    with transaction.atomic():
        RoomSession.objects.filter(room=room).update(closes_at=None)
    act = rest(keeper, room.slug, seat.pk, minutes=0, rule=RULE)
    assert act.until == house_clock.now() + dt.timedelta(hours=1)


def test_it_is_lifted_and_the_person_is_told(
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    say: Say,
    clock: time_machine.Traveller,
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=30, rule=RULE)
    clock.shift(60)
    act = lift_rest(second_keeper, room.slug, seat.pk)
    assert act.lifted_by_id == second_keeper.keeper_id
    assert say(regular, room).state == "shown"
    lift_rest(keeper, room.slug, seat.pk)
    assert [letter["code"] for letter in letters_to(regular)] == ["rest_lifted"]
    assert [entry.verb for entry in LogEntry.objects.all()] == ["rest", "lift_rest"]


def test_a_longer_rest_takes_the_place_of_a_shorter_and_both_end_together(
    keeper: KeeperFacts, room: Room, seat: Seat
) -> None:
    first = rest(keeper, room.slug, seat.pk, minutes=30, rule=RULE)
    assert rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE) == first
    longer = rest(keeper, room.slug, seat.pk, minutes=60, rule=RULE)
    assert Seat.objects.get(pk=seat.pk).resting_until == longer.until
    lift_rest(keeper, room.slug, seat.pk)
    assert Seat.objects.get(pk=seat.pk).resting_until is None
    assert not Rest.objects.filter(lifted_at__isnull=True).exists()


def test_a_rest_that_is_over_has_nothing_to_lift(
    keeper: KeeperFacts, room: Room, seat: Seat, clock: time_machine.Traveller
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    [act] = acts_in(room.pk)
    assert act.undo == f"seats/{seat.pk}/rest/lift/"
    clock.shift(dt.timedelta(minutes=11))
    [act] = acts_in(room.pk)
    assert act.undo == ""
    lift_rest(keeper, room.slug, seat.pk)
    assert [entry.verb for entry in LogEntry.objects.all()] == ["rest"]


def test_words_it_points_at_are_sealed(keeper: KeeperFacts, room: Room, seat: Seat, message: Message) -> None:
    act = rest(keeper, room.slug, seat.pk, minutes=30, rule=RULE, message_id=message.pk)
    assert act.message_key == message.pk
    seal = sealed_for(message.pk)
    assert seal is not None
    assert seal.text == message.text
    message.refresh_from_db()
    assert message.state == "shown"


def test_it_points_only_at_words_of_this_seat(
    keeper: KeeperFacts, room: Room, reader: Seat, message: Message
) -> None:
    with pytest.raises(Refusal) as refused:
        rest(keeper, room.slug, reader.pk, minutes=30, rule=RULE, message_id=message.pk)
    assert refused.value.code == "not_found"
    assert not Rest.objects.exists()


@pytest.mark.parametrize("minutes", [-10, 5, 31, 1440])
def test_only_the_lengths_on_the_page(keeper: KeeperFacts, room: Room, seat: Seat, minutes: int) -> None:
    with pytest.raises(Refusal) as refused:
        rest(keeper, room.slug, seat.pk, minutes=minutes, rule=RULE)
    assert refused.value.code == "malformed"


def test_never_a_keepers_seat_nor_one_of_another_room(
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    open_room: OpenRoom,
    regular: Person,
    seat_for: Any,
) -> None:
    elsewhere = seat_for(regular, open_room(keepers_needed=2))
    colleague = Seat.objects.get(room=room, person_id=second_keeper.person_id)
    for seat_id, code in ((colleague.pk, "malformed"), (elsewhere.pk, "not_found"), ("x", "not_found")):
        with pytest.raises(Refusal) as refused:
            rest(keeper, room.slug, seat_id, minutes=10, rule=RULE)
        assert refused.value.code == code


def test_lifting_what_never_was_is_not_found(keeper: KeeperFacts, room: Room, seat: Seat) -> None:
    with pytest.raises(Refusal) as refused:
        lift_rest(keeper, room.slug, seat.pk)
    assert refused.value.code == "not_found"


def test_others_are_not_told(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    reader: Seat,
    other_regular: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    told: list[Any] = []
    monkeypatch.setattr("ibasho.live.publish._hand_over", told.extend)
    with django_capture_on_commit_callbacks(execute=True):
        rest(keeper, room.slug, seat.pk, minutes=10, rule=RULE)
    assert told == []
    assert letters_to(other_regular) == []


@pytest.mark.django_db(transaction=True)
def test_two_keepers_at_once_are_one_act(
    keeper: KeeperFacts, second_keeper: KeeperFacts, room: Room, seat: Seat, regular: Person
) -> None:
    start, acts = threading.Barrier(2), []

    def tap(facts: KeeperFacts) -> None:
        start.wait()
        acts.append(rest(facts, room.slug, seat.pk, minutes=30, rule=RULE).pk)
        connection.close()

    taps = [threading.Thread(target=tap, args=(facts,)) for facts in (keeper, second_keeper)]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join()
    assert len(acts) == 2
    assert len(set(acts)) == 1
    assert (Rest.objects.count(), LogEntry.objects.count(), len(letters_to(regular))) == (1, 1, 1)


def test_the_list_of_acts_takes_the_same_few_questions_however_many_there_are(
    keeper: KeeperFacts, room: Room, seat: Seat, django_assert_num_queries: Any
) -> None:
    for minutes in (10, 30, 60):
        rest(keeper, room.slug, seat.pk, minutes=minutes, rule=RULE)
    with django_assert_num_queries(9):  # seven kinds, and the promises
        assert len(acts_in(room.pk)) == 3
