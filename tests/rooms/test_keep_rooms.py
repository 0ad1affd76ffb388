"""Keeping rooms: what the act itself refuses, whoever asks."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import time_machine

from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import Overtaken, stamp_of
from ibasho.rooms.actions import keep_rooms, turn_sessions
from ibasho.rooms.models import Room, RoomChange
from ibasho.rooms.plans import RoomPlan, hours_of, plan_of
from ibasho.rooms.queries.timetables import timetable_of
from tests.rooms.conftest import state_of

PLAN = RoomPlan(
    title="縁側の部屋",
    about="置いていく部屋です。",
    standpoints=("person",),
    entry="open",
    is_listed=True,
    capacity=12,
    newcomer_seats=3,
    pace_seconds=10,
    keepers_needed=2,
    retention_days=14,
    holidays="as_usual",
    age_note="",
    is_facilitated=False,
)


@pytest.fixture
def room(db: None) -> Room:
    return keep_rooms.create_room("engawa", PLAN)


@pytest.mark.parametrize("families", [("parent",), ("sibling", "supporter"), ("partner_kin",)])
def test_a_person_and_a_family_share_no_room_by_mistake(db: None, families: tuple[str, ...]) -> None:
    plan = dataclasses.replace(PLAN, standpoints=("person", *families))
    with pytest.raises(Refusal) as refused:
        keep_rooms.create_room("niwa", plan)
    assert refused.value.code == "asked"
    assert not Room.objects.exists()
    assert plan_of(keep_rooms.create_room("niwa", plan, over_the_wall=True)).stands_over_the_wall


@pytest.mark.parametrize("others", [("supporter",), ("undecided",), ("supporter", "undecided")])
def test_others_stand_on_neither_side(db: None, others: tuple[str, ...]) -> None:
    plan = dataclasses.replace(PLAN, standpoints=("person", *others))
    assert keep_rooms.create_room("niwa", plan).slug == "niwa"


def test_a_room_keeps_what_its_plan_says(room: Room) -> None:
    assert plan_of(Room.objects.get(slug="engawa")) == PLAN


def test_a_changed_room_says_what_changed(room: Room) -> None:
    plan = dataclasses.replace(PLAN, capacity=None, newcomer_seats=0, retention_days=3)
    changed = keep_rooms.change_room("engawa", plan, seen=stamp_of(plan_of(room)))
    assert changed == ["capacity", "newcomer_seats", "retention_days"]
    assert plan_of(Room.objects.get(slug="engawa")) == plan


def test_an_old_stamp_changes_nothing(room: Room) -> None:
    for act in (
        lambda: keep_rooms.change_room("engawa", dataclasses.replace(PLAN, title="庭"), seen="old"),
        lambda: keep_rooms.set_hours("engawa", [(0, 0, 60)], seen="old"),
    ):
        with pytest.raises(Overtaken):
            act()
    assert plan_of(Room.objects.get(slug="engawa")) == PLAN
    assert hours_of(room) == ()


def test_a_room_that_is_not_there_is_not_found(db: None) -> None:
    for act in (
        lambda: keep_rooms.change_room("nowhere", PLAN, seen=""),
        lambda: keep_rooms.close_day("nowhere", dt.date(2026, 12, 1)),
        lambda: keep_rooms.retire_room("nowhere"),
        lambda: keep_rooms.move_room("nowhere", by=1),
    ):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.code == "not_found"


def test_a_retired_room_has_no_hours_and_they_come_back(clock: time_machine.Traveller, room: Room) -> None:
    keep_rooms.set_hours("engawa", [(0, 780, 1320)], seen=stamp_of(hours_of(room)))
    opening = timetable_of(Room.objects.get(slug="engawa")).next_opening(dt.datetime.now(dt.UTC))
    assert opening is not None
    keep_rooms.retire_room("engawa")
    assert timetable_of(Room.objects.get(slug="engawa")).next_opening(dt.datetime.now(dt.UTC)) is None
    keep_rooms.bring_back_room("engawa")
    again = timetable_of(Room.objects.get(slug="engawa")).next_opening(dt.datetime.now(dt.UTC))
    assert again == opening


def test_a_retired_room_that_still_waits_for_keepers_does_not_open(
    clock: time_machine.Traveller, evening: Room
) -> None:
    assert state_of(evening) == "preparing"
    keep_rooms.retire_room("yoru")
    assert state_of(evening) == "closed"
    assert RoomChange.objects.get(room=evening).seq == Room.objects.get(pk=evening.pk).seq
    assert turn_sessions() == 0
