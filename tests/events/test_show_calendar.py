"""The calendar: four weeks of hours, for anybody passing by and for each side of the wall."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from ibasho.house.models import HouseProfile
from ibasho.people.models import Person
from ibasho.rooms.models import ClosedDay, OpeningHours, Room, RoomAudience
from tests.conftest import EnterAs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "house")]  # Sunday, 2026-11-22


def room_with_hours(slug: str, standpoint: str, *hours: tuple[int, int, int], **fields: object) -> Room:
    room = Room.objects.create(slug=slug, title=f"{slug}の部屋", about="ためす部屋です。", **fields)
    RoomAudience.objects.create(room=room, standpoint=standpoint)
    for weekday, opens, closes in hours:
        OpeningHours.objects.create(room=room, weekday=weekday, opens=opens, closes=closes)
    return room


def page(client: Client, month: str = "") -> str:
    return client.get("/events/", {"month": month} if month else {}).content.decode()


def test_anybody_may_see_the_hours_of_four_weeks(outsider: Client) -> None:
    room_with_hours("engawa", "person", (2, 780, 1320))  # Wednesdays
    november, december = page(outsider), page(outsider, "2026-12")
    assert "2026年11月" in november
    assert november.count("13:00〜22:00") == 1
    assert december.count("13:00〜22:00") == 3  # 2, 9 and 16 December: the four weeks end on the 19th
    assert 'href="/events/?month=2026-12"' in november


def test_hours_past_midnight_stand_on_the_day_they_begin(outsider: Client) -> None:
    room_with_hours("yoru", "person", (0, 1410, 1470))
    assert page(outsider).count("23:30〜翌0:30") == 2


def test_holidays_are_said_in_words_and_kept(outsider: Client) -> None:
    room_with_hours("engawa", "person", (0, 780, 1320), holidays=Room.Holidays.CLOSED)
    shown = page(outsider)
    assert "祝日" in shown
    assert shown.count("13:00〜22:00") == 1  # not on Monday 23, a holiday


def test_a_closed_day_has_no_hours(outsider: Client) -> None:
    room = room_with_hours("engawa", "person", (2, 780, 1320))
    ClosedDay.objects.create(room=room, date=dt.date(2026, 11, 25))
    assert "13:00〜22:00" not in page(outsider)


def test_after_entering_only_ones_own_side_is_there(
    client: Client, parent: Person, enter_as: EnterAs
) -> None:
    room_with_hours("honnin", "person", (2, 780, 1320))
    room_with_hours("kazoku", "parent", (2, 780, 1320))
    shown = page(enter_as(client, parent))
    assert "kazokuの部屋" in shown
    assert "honninの部屋" not in shown


def test_an_unlisted_room_is_nowhere(outsider: Client) -> None:
    room_with_hours("kakure", "person", (2, 780, 1320), is_listed=False)
    assert "kakure" not in page(outsider)


@pytest.mark.parametrize("month", ["2026-10", "2027-02", "2026-13", "おととい", "0000-01", "２０２６-12"])
def test_other_months_do_not_exist(outsider: Client, month: str) -> None:
    assert outsider.get("/events/", {"month": month}).status_code == 404


def test_a_stranger_s_calendar_sets_no_cookie(outsider: Client, house: HouseProfile) -> None:
    assert not outsider.get("/events/").cookies
