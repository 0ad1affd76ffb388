"""What keepers set for an evening ends with it, by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from ibasho.lib import clock as house_clock
from ibasho.lib.stamps import stamp_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import close_room, keep_rooms, set_pace, set_stage, set_topic
from ibasho.rooms.models import Room
from ibasho.rooms.plans import plan_of
from ibasho.rooms.queries import present_session, shape_of
from tests.rooms.conftest import OnDuty, pass_by, state_of

pytestmark = pytest.mark.django_db
STAGES = ("checked_first", "newcomers_first", "holds_abuse")


@pytest.fixture
def room(evening: Room, on_duty: OnDuty) -> Room:
    on_duty(evening)
    return evening


def _close(clock: Any, keepers: tuple[KeeperFacts, ...], room: Room) -> None:
    close_room(keepers[0], "yoru", minutes=1)
    pass_by(clock, 120, *keepers)
    assert state_of(room) == "closed"


def test_pace_stages_and_topic_are_as_planned_once_the_room_has_closed(
    room: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: Any
) -> None:
    Room.objects.update(pace_seconds=10, holds_abuse=True)
    set_pace(keeper, "yoru", seconds=60)
    set_pace(keeper, "yoru", seconds=30)
    set_topic(keeper, "yoru", text="夜ふかし")
    for stage in STAGES:
        set_stage(keeper, "yoru", stage=stage, is_on=stage != "holds_abuse")
    before = Room.objects.get()
    assert (before.pace_seconds, before.topic) == (30, "夜ふかし")
    assert [getattr(before, stage) for stage in STAGES] == [True, True, False]
    _close(clock, (keeper, second_keeper), room)
    after = Room.objects.get()
    assert (after.pace_seconds, after.topic, after.planned) == (10, "", None)
    assert [getattr(after, stage) for stage in STAGES] == [False, False, True]
    assert after.seq > before.seq


def test_what_was_set_back_by_hand_leaves_nothing_to_undo(room: Room, keeper: KeeperFacts) -> None:
    assert set_pace(keeper, "yoru", seconds=20)
    assert set_pace(keeper, "yoru", seconds=0)
    assert Room.objects.get().planned is None


def test_the_plan_of_the_room_is_not_what_its_keepers_set_for_now(room: Room, keeper: KeeperFacts) -> None:
    planned = plan_of(room)
    set_stage(keeper, "yoru", stage="checked_first", is_on=True)
    assert plan_of(Room.objects.get()) == planned


def test_a_plan_that_says_nothing_new_about_it_leaves_it_until_the_end(
    room: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: Any
) -> None:
    set_pace(keeper, "yoru", seconds=30)
    _plan(title="月の部屋")
    assert Room.objects.get().pace_seconds == 30
    _close(clock, (keeper, second_keeper), room)
    assert (Room.objects.get().title, Room.objects.get().pace_seconds) == ("月の部屋", 0)


def test_a_plan_that_does_say_so_counts_at_once_and_for_good(
    room: Room, keeper: KeeperFacts, second_keeper: KeeperFacts, clock: Any
) -> None:
    set_pace(keeper, "yoru", seconds=30)
    _plan(pace_seconds=5)
    assert Room.objects.get().pace_seconds == 5
    _close(clock, (keeper, second_keeper), room)
    assert Room.objects.get().pace_seconds == 5


@pytest.mark.parametrize("seconds", [0, 5])
def test_a_pace_of_the_plan_rests_on_no_promise(room: Room, keeper: KeeperFacts, seconds: int) -> None:
    Room.objects.update(pace_seconds=10)
    set_pace(keeper, "yoru", seconds=30, because="ひとつめ。")
    set_stage(keeper, "yoru", stage="newcomers_first", is_on=True, because="ふたつめ。")
    _plan(title="月の部屋")
    assert _because() == "ひとつめ。"
    _plan(pace_seconds=seconds)
    after = Room.objects.get()
    assert (after.pace_seconds, _because()) == (seconds, "")
    assert after.cited == {"newcomers_first": "ふたつめ。"}
    set_stage(keeper, "yoru", stage="newcomers_first", is_on=False)
    assert (Room.objects.get().cited, Room.objects.get().planned) == (None, None)


def test_no_pace_rests_on_no_promise(room: Room, keeper: KeeperFacts) -> None:
    set_pace(keeper, "yoru", seconds=30, because="ひとつめ。")
    Room.objects.update(pace_seconds=0)
    assert _because() == ""


def _because() -> str:
    room = Room.objects.get()
    return shape_of(room, present_session(room), "quiet", house_clock.now()).get("because", "")


def _plan(**fields: Any) -> None:
    present = plan_of(Room.objects.get())
    changed = dataclasses.replace(present, **fields)
    keep_rooms.change_room("yoru", changed, seen=stamp_of(present), over_the_wall=True)
