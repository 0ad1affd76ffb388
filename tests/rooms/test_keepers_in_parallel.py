"""Keepers, guests and due work at the same moment: nobody waits for ever, and what counts is counted once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from django.db import connections, transaction

from ibasho.duty.actions import extend, note_there
from ibasho.duty.models import Duty
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions.keepers import end_keeper, give_role, take_role
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    close_room,
    end_due_duties,
    keep_rooms,
    leave_duty,
    leave_room,
    pause_room,
    post_messages,
    resume_room,
    step_in,
    step_out,
    take_duty,
    take_seat,
    turn_sessions,
)
from ibasho.rooms.models import Message, Room, RoomChange, RoomDuty, RoomSession, Seat
from tests.rooms.conftest import Hear, LineFor, OnDuty, state_of

pytestmark = pytest.mark.django_db(transaction=True)
Act = Callable[[], object]


def together(*acts: Act) -> None:
    """All begin at once, each in a thread with its own connection. A refusal is an answer, too."""
    start, errors = threading.Barrier(len(acts)), []

    def run(act: Act) -> None:
        try:
            start.wait(10)
            act()
        except Refusal:
            pass
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []


def taking(keeper: KeeperFacts, hours: float = 4) -> Act:
    return lambda: take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=hours))


def moving(by: int) -> Act:
    return again(lambda: keep_rooms.move_room("heya-2", by=by))


def again(act: Act) -> Act:
    def ten_times() -> None:
        for _ in range(10):
            act()

    return ten_times


def test_two_keepers_who_come_together_open_the_room_once(
    evening: Room, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    before = RoomChange.objects.get().seq
    together(taking(keeper), taking(second_keeper), turn_sessions, turn_sessions)
    assert state_of(evening) == "open"
    evening.refresh_from_db()
    assert RoomChange.objects.get().seq == evening.seq == before + 1


def test_one_keeper_with_two_browsers_has_one_duty(evening: Room, keeper: KeeperFacts) -> None:
    together(*[taking(keeper, hours) for hours in (1, 2, 3, 4)])
    assert Duty.objects.count() == RoomDuty.objects.count() == Seat.objects.count() == 1


def test_coming_and_going_at_once_ends_in_one_of_the_two(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    for _ in range(3):
        together(
            taking(keeper),
            lambda: leave_duty(keeper),
            lambda: step_out(keeper),
            lambda: step_in(keeper),
            lambda: note_there(keeper.keeper_id),
            lambda: pause_room(second_keeper, "yoru", minutes=5),
            lambda: resume_room(second_keeper, "yoru"),
            turn_sessions,
            end_due_duties,
        )
        assert Duty.objects.filter(keeper_id=keeper.keeper_id, ended_at=None).count() <= 1
        turn_sessions()
        assert turn_sessions() == 0


def test_guests_and_keepers_and_their_steward_never_wait_for_each_other_for_ever(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    other_regular: Person,
) -> None:
    on_duty(evening)
    together(
        lambda: end_keeper(steward, keeper.keeper_id),
        lambda: take_role(steward, second_keeper.keeper_id, "moderator"),
        taking(keeper),
        taking(second_keeper),
        *[
            lambda person=person: take_seat(person, evening, mode="speak")
            for person in (regular, other_regular)
        ],
        lambda: leave_room(regular, evening),
    )
    assert not Duty.objects.filter(ended_at=None).exists()
    assert state_of(evening) == "paused"
    assert not Seat.objects.filter(person__kind="keeper", left_at=None).exists()


def test_no_word_comes_after_the_pause_it_did_not_see(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    regular: Person,
    line_for: LineFor,
    words_of: Hear,
) -> None:
    on_duty(evening)
    take_seat(regular, evening, mode="speak")
    line = line_for(regular, evening)
    batches = [[words_of(line)] for _ in range(6)]
    together(
        *[lambda batch=batch: post_messages(batch) for batch in batches],
        lambda: leave_duty(keeper),
    )
    assert state_of(evening) == "paused"
    rest = RoomChange.objects.get().seq
    assert all(message.seq < rest for message in Message.objects.all())


def test_two_who_close_together_close_once(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    on_duty(evening)
    together(
        lambda: close_room(keeper, "yoru", minutes=5),
        lambda: close_room(second_keeper, "yoru", minutes=1),
        lambda: close_room(second_keeper, "yoru", minutes=15),
    )
    session = RoomSession.objects.get()
    assert (session.state, session.closes_at) == ("closing", house_clock.now() + dt.timedelta(minutes=1))


def test_a_list_that_is_put_in_order_makes_nobody_wait_for_ever(
    evening: Room, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    """The order of the list is not the order in which rooms are locked."""
    with transaction.atomic():
        for number in range(5):
            Room.objects.create(slug=f"heya-{number}", title="部屋", about="", position=9 - number)
    together(*(moving(by) for by in (1, -1)), *(again(taking(who)) for who in (keeper, second_keeper)))
    assert sorted(Room.objects.values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_a_duty_made_longer_at_its_last_moment_is_not_ended(evening: Room, keeper: KeeperFacts) -> None:
    for _ in range(10):
        taking(keeper)()
        with transaction.atomic():
            an_hour_ago = house_clock.now() - dt.timedelta(hours=1)
            Duty.objects.filter(ended_at=None).update(taken_at=an_hour_ago, until=house_clock.now())
        longer: list[Duty] = []
        together(lambda: longer.append(extend(keeper, minutes=30)), end_due_duties)  # noqa: B023
        assert Duty.objects.filter(ended_at=None).exists() == bool(longer)


def test_roles_are_given_and_taken_while_duties_are(
    evening: Room, keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    until = house_clock.now() + dt.timedelta(hours=1)
    for _ in range(8):
        together(
            lambda: give_role(steward, keeper.keeper_id, "coordinator"),
            lambda: take_duty(keeper, slugs=["yoru"], until=until),
        )
        together(
            lambda: take_role(steward, keeper.keeper_id, "coordinator"),
            lambda: give_role(steward, keeper.keeper_id, "steward"),
            lambda: leave_duty(keeper),
        )
