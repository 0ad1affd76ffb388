"""The calendar: four weeks of hours, for anybody passing by and for each side of the wall."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import ClosedDay, OpeningHours, Room, RoomAudience
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting

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


def test_meetings_stand_beside_the_hours_of_the_rooms(outsider: Client, meeting: Meeting) -> None:
    room_with_hours("engawa", "person", (5, 780, 1320))
    event = meeting(way="place", place="町の家", is_short=True, is_just_looking=True)
    shown = page(outsider)
    assert f'href="/events/{event.pk}/">土曜の会' in shown
    assert "13:30〜15:00" in shown
    assert "町の家" in shown
    assert shown.index("engawaの部屋") < shown.index("土曜の会")
    assert "短時間" in shown
    assert "見学だけOK" in shown
    assert "在宅" not in shown


def test_of_a_meeting_of_one_side_who_passes_by_learns_kind_and_day(
    outsider: Client, meeting: Meeting
) -> None:
    event = meeting(
        standpoints=["parent"], title="カナリア", way="place", place="カナリアの家", is_short=True
    )
    shown = page(outsider)
    assert f'href="/events/{event.pk}/">家族会' in shown
    assert "入ると、時間が見えます" in shown
    for hidden in ("カナリア", "13:30", "短時間"):
        assert hidden not in shown


def test_a_meeting_of_the_other_side_is_not_there(
    client: Client, meeting: Meeting, parent: Person, newcomer: Person, enter_as: EnterAs
) -> None:
    meeting(standpoints=["parent"], title="カナリア")
    assert "カナリア" in page(enter_as(client, parent))
    shown = page(enter_as(Client(), newcomer))
    assert "カナリア" not in shown
    assert "家族会" not in shown


def test_months_reach_as_far_as_a_meeting_that_one_may_see(
    outsider: Client, client: Client, meeting: Meeting, newcomer: Person, enter_as: EnterAs
) -> None:
    meeting(standpoints=["parent"], starts=SATURDAY + dt.timedelta(days=70))
    assert "家族会" in page(outsider, "2027-02")
    assert 'href="/events/?month=2027-01"' in page(outsider, "2026-12")
    assert enter_as(client, newcomer).get("/events/", {"month": "2027-02"}).status_code == 404
    meeting(starts=SATURDAY + dt.timedelta(days=3000), is_published=False)
    meeting(starts=SATURDAY + dt.timedelta(days=800))
    assert outsider.get("/events/", {"month": "2027-10"}).status_code == 200
    assert outsider.get("/events/", {"month": "2027-11"}).status_code == 404


def test_what_is_called_off_says_so_and_what_is_not_published_is_nowhere(
    outsider: Client, meeting: Meeting
) -> None:
    meeting(title="あめの会", called_off_at=SATURDAY)
    meeting(title="ひみつの会", is_published=False)
    shown = page(outsider)
    assert "なくなりました" in shown
    assert "ひみつの会" not in shown


def test_the_year_is_shown_as_one_wishes(outsider: Client, meeting: Meeting) -> None:
    shown = outsider.get("/events/", {"era": "reiwa"}).content.decode()
    assert "令和8年11月" in shown
    assert 'href="/events/?month=2026-12&amp;era=reiwa"' in shown
    assert "令和8年" not in page(outsider)


def test_a_meeting_over_midnight_stands_on_the_day_it_begins(outsider: Client, meeting: Meeting) -> None:
    meeting(starts=SATURDAY + dt.timedelta(hours=10), ends=SATURDAY + dt.timedelta(hours=11, minutes=30))
    assert page(outsider).count("23:30〜翌1:00") == 1


def test_a_month_of_many_meetings_costs_few_queries(
    outsider: Client, meeting: Meeting, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        meeting(starts=SATURDAY - dt.timedelta(hours=number))
    with django_assert_max_num_queries(9):
        page(outsider)


def test_the_rooms_may_be_left_out_and_one_s_wishes_stay_from_month_to_month(
    outsider: Client, meeting: Meeting
) -> None:
    room_with_hours("engawa", "person", (5, 780, 1320))
    meeting()
    shown = outsider.get("/events/", {"show": "meetings", "era": "reiwa", "x": "<y>"}).content.decode()
    assert "土曜の会" in shown
    assert "engawaの部屋" not in shown
    assert 'href="/events/?month=2026-12&amp;era=reiwa&amp;show=meetings"' in shown


@pytest.mark.parametrize(("day", "is_told"), [(23, False), (24, True), (30, True)])
def test_in_the_last_week_of_a_month_the_next_meetings_of_the_month_after_stand_first(
    outsider: Client, meeting: Meeting, clock: time_machine.Traveller, day: int, is_told: bool
) -> None:
    for number in range(4):
        begins = dt.datetime(2026, 12, 1 + number, 4, 30, tzinfo=dt.UTC)
        meeting(title=f"{number + 1}日の会", starts=begins)
    clock.move_to(dt.datetime(2026, 11, day, 1, tzinfo=dt.UTC))
    shown = page(outsider)
    assert ("12月1日（火） 13:30〜15:00" in shown) is is_told
    assert ("3日の会" in shown) is is_told
    assert "4日の会" not in shown
    assert "つぎの集まり" not in page(outsider, "2026-12")


def test_the_front_door_tells_of_the_next_three_meetings_that_take_place(
    outsider: Client, meeting: Meeting
) -> None:
    meeting(title="なくなった会", called_off_at=SATURDAY - dt.timedelta(days=9))
    meeting(title="下書きの会", is_published=False)
    meeting(title="終わった会", starts=SATURDAY - dt.timedelta(days=14))
    for days in range(4):
        meeting(title=f"{days}の会", starts=SATURDAY + dt.timedelta(days=days), place="和室")
    shown = outsider.get("/").content.decode()
    assert '11月28日（土） 13:30〜15:00<span class="gap"> </span>和室' in shown
    assert [f"{days}の会" in shown for days in range(4)] == [True, True, True, False]
    for gone in ("なくなった会", "下書きの会", "終わった会"):
        assert gone not in shown


def test_the_front_door_keeps_the_wall(
    outsider: Client,
    client: Client,
    newcomer: Person,
    parent: Person,
    meeting: Meeting,
    enter_as: EnterAs,
    keeper_client: KeeperClient,
    keeper: KeeperFacts,
) -> None:
    meeting(title="こもれびの会", standpoints=["parent"], place="和室")
    told = {
        "outsider": outsider.get("/").content.decode(),
        "keeper": keeper_client(keeper).get("/").content.decode(),
    }
    for shown in told.values():
        assert "家族会" in shown
        assert "13:30" not in shown
        assert "こもれびの会" not in shown
    inside = enter_as(client, parent).get("/").content.decode()
    assert "こもれびの会" in inside
    assert "和室" in inside
    other_side = enter_as(Client(), newcomer).get("/").content.decode()
    assert "家族会" not in other_side
    assert "これからの集まり" not in other_side


def test_the_front_door_keeps_the_wall_from_the_day_of_a_change_though_it_is_not_written_yet(
    client: Client, parent: Person, meeting: Meeting, enter_as: EnterAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(person: Person) -> None:
        raise OperationalError("database is locked")

    room_with_hours("kazoku", "parent", (6, 0, 1440))
    meeting(title="こもれびの会", standpoints=["parent"])
    enter_as(client, parent)
    monkeypatch.setattr("ibasho.people.actions.turn_standpoint_if_due", locked)
    theirs = ("kazoku", "こもれびの会")
    assert [name in client.get("/").content.decode() for name in theirs] == [True, True]
    change = {"next_standpoint": "person", "next_standpoint_on": house_clock.today()}
    Person.objects.filter(pk=parent.pk).update(**change)
    assert [name in client.get("/").content.decode() for name in theirs] == [False, False]
