"""部屋の時間: one line a weekday, across midnight, in any width."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import OpeningHours, Room, RoomSession
from tests.conftest import KeeperClient, OpenRoom
from tests.desk.house_kit import fields_of

PATH = "/desk/house/rooms/engawa/hours/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room(slug="engawa", keepers_needed=2)


def _hours() -> list[tuple[int, int, int]]:
    return list(OpeningHours.objects.values_list("weekday", "opens", "closes"))


def test_hours_are_kept_as_they_are_said(desk: Client, room: Room) -> None:
    typed = {
        "hours_0": "１３：００～２２：００",
        "hours_4": "22時〜25時",
        "hours_6": "10:00〜12:00、13時から15時まで",
    }
    assert desk.post(PATH, fields_of(desk.get(PATH), PATH) | typed).status_code == 303
    assert _hours() == [(0, 780, 1320), (4, 1320, 1500), (6, 600, 720), (6, 780, 900)]
    shown = fields_of(desk.get(PATH), PATH)
    assert [shown[f"hours_{day}"] for day in (0, 1, 4)] == ["13:00〜22:00", "", "22:00〜翌1:00"]
    assert shown["hours_6"] == "10:00〜12:00、13:00〜15:00"
    assert (entry := LogEntry.objects.latest("number")).verb == "set_hours"
    assert entry.room == "engawa"


def test_an_hour_after_midnight_alone_is_kept_on_the_day_it_is(desk: Client, room: Room) -> None:
    typed = {"hours_4": "20時〜22時、25時〜26時", "hours_6": "25時〜26時"}
    assert desk.post(PATH, fields_of(desk.get(PATH), PATH) | typed).status_code == 303
    assert _hours() == [(0, 60, 120), (4, 1200, 1320), (5, 60, 120)]
    assert fields_of(desk.get(PATH), PATH)["hours_0"] == "1:00〜2:00"


def test_saving_what_is_shown_changes_nothing(desk: Client, room: Room) -> None:
    desk.post(PATH, fields_of(desk.get(PATH), PATH) | {"hours_2": "23時半〜24時半", "hours_3": "0時半〜1時"})
    before, rows = _hours(), LogEntry.objects.count()
    assert desk.post(PATH, fields_of(desk.get(PATH), PATH)).status_code == 303
    assert _hours() == before
    assert LogEntry.objects.count() == rows


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"hours_1": "夜だけ"}, "hours_1", "時間を読み取れませんでした"),
        ({"hours_1": "25時〜1時"}, "hours_1", "時間を読み取れませんでした"),
        ({"hours_1": "13:00〜25:99"}, "hours_1", "時間を読み取れませんでした"),
        ({"hours_1": "10時〜12時、11時〜13時"}, "hours_1", "かさなっているようです"),
        ({"hours_1": "22時〜26時", "hours_2": "1時〜3時"}, "hours_2", "前の日の終わりと"),
        ({"hours_6": "22時〜26時", "hours_0": "1時〜3時"}, "hours_0", "前の日の終わりと"),
        ({"hours_6": "25時〜26時", "hours_0": "1時半〜3時"}, "hours_0", "前の日の終わりと"),
    ],
)
def test_hours_that_cannot_be_come_back_with_a_word(
    desk: Client, room: Room, typed: dict[str, str], field: str, says: str
) -> None:
    answer = desk.post(PATH, fields_of(desk.get(PATH), PATH) | typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page.partition(f'id="{field}-say"')[2][:200]
    assert all(words in page for words in typed.values())
    assert _hours() == []


def test_a_session_that_has_begun_keeps_its_end(desk: Client, room: Room) -> None:
    session = RoomSession.objects.get(room=room)
    desk.post(PATH, fields_of(desk.get(PATH), PATH) | {"hours_0": "1時〜2時"})
    again = RoomSession.objects.get(room=room)
    assert (again.state, again.closes_at) == (session.state, session.closes_at)


def test_two_who_set_hours_do_not_undo_each_other(desk: Client, room: Room) -> None:
    first, second = (fields_of(desk.get(PATH), PATH) for _ in range(2))
    desk.post(PATH, first | {"hours_0": "9時〜10時"})
    answer = desk.post(PATH, second | {"hours_0": "20時〜21時"})
    assert answer.status_code == 409
    assert "9:00〜10:00" in answer.content.decode()
    assert _hours() == [(0, 540, 600)]
    desk.post(PATH, fields_of(answer, PATH))
    assert _hours() == [(0, 1200, 1260)]
