"""代わり: asked, taken by one, taken back, and a duty that goes on is handed over with what holds it."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import connections

from ibasho.duty import holding
from ibasho.duty.actions import extend
from ibasho.duty.models import Duty, Shift, StandIn
from ibasho.duty.queries import duty_of
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions.keepers import end_keeper
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import (
    ask_for_relief,
    ask_for_stand_in,
    call_off_shift,
    end_due_duties,
    leave_duty,
    note_stand_in,
    plan_shifts,
    take_duty,
    take_stand_in,
    withdraw_stand_in,
)
from ibasho.rooms.models import Room, RoomDuty
from ibasho.rooms.queries import keeper_room
from ibasho.rooms.queries.roster import settled_for, wanted_stand_ins


@pytest.fixture
def shift(db: None, evening: Room, steward: KeeperFacts, keeper: KeeperFacts) -> Shift:
    """みどり's, in an hour, for three hours."""
    starts = house_clock.now() + dt.timedelta(hours=1)
    (planned,) = plan_shifts(
        steward,
        keeper_id=keeper.keeper_id,
        slugs=["yoru"],
        starts=starts,
        ends=starts + dt.timedelta(hours=3),
    )
    return planned


class Held:
    """Stands for what may hold duties."""

    def __init__(self) -> None:
        self.duties: set[int] = set()

    def reasons(self, duty_ids: Any) -> Mapping[int, str]:
        return dict.fromkeys(self.duties & set(duty_ids), "見守りがつづいています。")

    def hand_over(self, duty_id: int, to: int) -> None:
        self.duties = {to if one == duty_id else one for one in self.duties}


@pytest.fixture
def held() -> Iterator[Held]:
    what = Held()
    holding.register("a test", what.reasons, what.hand_over)
    yield what
    holding.unregister("a test")


def code(act: Any, *args: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(*args)
    return no.value.code


def test_one_asks_another_takes_it_and_the_first_hears(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    row = ask_for_stand_in(keeper, shift.pk)
    assert ask_for_stand_in(keeper, shift.pk).pk == row.pk
    (wanted,) = wanted_stand_ins()
    assert (wanted.keeper, wanted.is_now) == ("みどり", False)
    take_stand_in(second_keeper, row.pk)
    shift.refresh_from_db()
    assert shift.keeper_id == second_keeper.keeper_id
    assert wanted_stand_ins() == []
    (told,) = settled_for(keeper.keeper_id)
    assert told.taken_by is not None
    assert told.taken_by.duty_name == "すすき"
    for _ in range(2):
        note_stand_in(keeper, row.pk)
    assert settled_for(keeper.keeper_id) == []


def test_asking_is_taken_back_until_somebody_took_it(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    row = ask_for_stand_in(keeper, shift.pk)
    for _ in range(2):
        withdraw_stand_in(keeper, row.pk)
    assert code(take_stand_in, second_keeper, row.pk) == "asked"
    again = ask_for_stand_in(keeper, shift.pk)
    take_stand_in(second_keeper, again.pk)
    assert code(withdraw_stand_in, keeper, again.pk) == "asked"


def test_it_is_ones_own_to_ask_to_take_back_and_to_read(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    assert code(ask_for_stand_in, second_keeper, shift.pk) == "not_found"
    row = ask_for_stand_in(keeper, shift.pk)
    assert code(withdraw_stand_in, second_keeper, row.pk) == "not_found"
    assert code(note_stand_in, second_keeper, row.pk) == "not_found"
    assert code(take_stand_in, keeper, row.pk) == "asked"
    assert code(take_stand_in, second_keeper, row.pk + 1) == "not_found"


def test_who_has_a_shift_then_cannot_take_another(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    row = ask_for_stand_in(keeper, shift.pk)
    plan_shifts(
        steward, keeper_id=second_keeper.keeper_id, slugs=["yoru"], starts=shift.starts, ends=shift.ends
    )
    assert code(take_stand_in, second_keeper, row.pk) == "asked"
    assert [one.id for one in wanted_stand_ins()] == [row.pk]


def test_nobody_stands_in_for_what_was_called_off(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    row = ask_for_stand_in(keeper, shift.pk)
    call_off_shift(steward, shift.pk)
    assert wanted_stand_ins() == []
    assert code(take_stand_in, second_keeper, row.pk) == "asked"
    assert StandIn.objects.get().taken_at is None


def test_a_duty_that_goes_on_is_handed_over_with_its_rooms(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts, held: Held
) -> None:
    until = house_clock.now() + dt.timedelta(hours=2)
    duty = take_duty(keeper, slugs=["yoru"], until=until)
    held.duties.add(duty.pk)
    row = ask_for_relief(keeper)
    assert [one.is_now for one in wanted_stand_ins()] == [True]
    take_stand_in(second_keeper, row.pk)
    assert duty_of(keeper.keeper_id) is None
    theirs = duty_of(second_keeper.keeper_id)
    assert theirs is not None
    assert theirs.until == until
    assert RoomDuty.objects.filter(duty=theirs).count() == 1
    assert held.duties == {theirs.pk}


def test_what_the_other_watches_already_stays_theirs(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts, evening: Room
) -> None:
    later = house_clock.now() + dt.timedelta(hours=5)
    take_duty(second_keeper, slugs=["yoru"], until=later)
    take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=2))
    take_stand_in(second_keeper, ask_for_relief(keeper).pk)
    theirs = duty_of(second_keeper.keeper_id)
    assert theirs is not None
    assert theirs.until == later


def test_a_duty_that_is_over_cannot_be_taken_over(
    shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    assert code(ask_for_relief, keeper) == "not_found"
    take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=2))
    row = ask_for_relief(keeper)
    leave_duty(keeper)
    assert wanted_stand_ins() == []
    assert code(take_stand_in, second_keeper, row.pk) == "asked"
    assert duty_of(second_keeper.keeper_id) is None


def test_what_holds_a_duty_carries_it_over_its_end_and_lets_it_go(
    clock: Any, shift: Shift, keeper: KeeperFacts, held: Held
) -> None:
    duty = take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(minutes=20))
    held.duties.add(duty.pk)
    for _ in range(40):
        clock.shift(dt.timedelta(minutes=1))
        assert end_due_duties() == 0
        assert keeper_room(keeper, "yoru")
    assert code(leave_duty, keeper) == "asked"
    held.duties.clear()
    clock.shift(dt.timedelta(minutes=16))
    assert end_due_duties() == 1
    assert code(keeper_room, keeper, "yoru") == "not_found"


def test_rights_end_with_the_duty_in_the_same_second(clock: Any, shift: Shift, keeper: KeeperFacts) -> None:
    take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(minutes=20))
    clock.shift(dt.timedelta(minutes=20))
    assert code(keeper_room, keeper, "yoru") == "not_found"
    assert code(extend_late, keeper) == "not_found"


def extend_late(keeper: KeeperFacts) -> None:
    end_due_duties()
    extend(keeper, minutes=30)


def test_who_keeps_the_house_no_more_is_held_by_nothing(
    shift: Shift, keeper: KeeperFacts, steward: KeeperFacts, held: Held
) -> None:
    duty = take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=1))
    held.duties.add(duty.pk)
    end_keeper(steward, keeper.keeper_id)
    assert Duty.objects.get().ended_at is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_now", [False, True], ids=["a shift", "a duty"])
def test_of_two_who_tap_at_once_one_stands_in(
    is_now: bool, shift: Shift, keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    if is_now:
        take_duty(keeper, slugs=["yoru"], until=house_clock.now() + dt.timedelta(hours=2))
    row = ask_for_relief(keeper) if is_now else ask_for_stand_in(keeper, shift.pk)
    start, answers = threading.Barrier(2), []

    def tap(who: KeeperFacts) -> None:
        try:
            start.wait(10)
            take_stand_in(who, row.pk)
            answers.append("taken")
        except Refusal as refusal:
            answers.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tap, args=(who,)) for who in (second_keeper, steward)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == ["asked", "taken"]
    winner = StandIn.objects.get().taken_by_id
    if is_now:
        assert Duty.objects.get(ended_at__isnull=True).keeper_id == winner
    else:
        assert Shift.objects.get().keeper_id == winner
