from __future__ import annotations

from typing import Any

import pytest

from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import set_pace, set_topic
from ibasho.rooms.models import Room
from tests.rooms.conftest import OnDuty

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard(evening: Room, on_duty: OnDuty, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is announced from now on."""
    on_duty(evening)
    changes: list[Any] = []
    monkeypatch.setattr("ibasho.rooms.actions.changes.publish", changes.extend)
    return changes


def code(act: Any, keeper: KeeperFacts, **fields: Any) -> str:
    with pytest.raises(Refusal) as no:
        act(keeper, "yoru", **fields)
    return no.value.code


def test_a_new_pace_is_a_change_of_the_room(heard: list[Any], keeper: KeeperFacts) -> None:
    for seconds in (5, 10, 20, 30, 60, 0):
        set_pace(keeper, "yoru", seconds=seconds)
    assert [change.event["room"]["pace"] for change in heard] == [5, 10, 20, 30, 60, 0]
    assert Room.objects.get().pace_seconds == 0


def test_the_same_again_is_none(heard: list[Any], keeper: KeeperFacts) -> None:
    set_pace(keeper, "yoru", seconds=20)
    set_pace(keeper, "yoru", seconds=20)
    set_topic(keeper, "yoru", text="夜ふかし")
    set_topic(keeper, "yoru", text="夜ふかし ")
    assert len(heard) == 2


def test_a_topic_is_one_plain_line_and_may_be_taken_away(heard: list[Any], keeper: KeeperFacts) -> None:
    set_topic(keeper, "yoru", text=" 夜ふかしと\n朝\u202eねぼう ")
    assert heard[-1].event["room"]["topic"] == "夜ふかしと 朝ねぼう"
    set_topic(keeper, "yoru", text=" \u200b")
    assert "topic" not in heard[-1].event["room"]
    assert Room.objects.get().topic == ""


def test_a_topic_has_eighty_letters_as_people_count_them(heard: list[Any], keeper: KeeperFacts) -> None:
    set_topic(keeper, "yoru", text="が" * 79 + "か\u3099")
    assert code(set_topic, keeper, text="が" * 81) == "too_long"
    assert code(set_topic, keeper, text="a\x00") == "malformed"
    assert len(heard) == 1


@pytest.mark.parametrize("seconds", [-1, 1, 15, 61, 3600])
def test_there_are_six_paces(heard: list[Any], keeper: KeeperFacts, seconds: int) -> None:
    assert code(set_pace, keeper, seconds=seconds) == "malformed"


def test_only_keepers_of_the_room_set_them(heard: list[Any], steward: KeeperFacts) -> None:
    assert code(set_pace, steward, seconds=10) == "not_found"
    assert code(set_topic, steward, text="夜ふかし") == "not_found"
    assert heard == []
