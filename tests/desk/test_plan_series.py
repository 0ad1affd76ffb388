"""くりかえす集まり at the desk: a rule as people write it, its days, a day left out, and what stays."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client

from ibasho.events.models import Event, EventSeries
from ibasho.events.recurrence import LAST, rule_text
from ibasho.events.series_plans import rule_of
from ibasho.people.models import Person
from tests.desk.conftest import page_of
from tests.desk.test_plan_meetings import PLAN, coordinator, seen_on, verbs
from tests.events.conftest import signed

__all__ = ["coordinator"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]  # Sunday, 2026-11-22
SERIES = "/desk/meetings/series/"
RULE: dict[str, Any] = {name: value for name, value in PLAN.items() if name != "day"} | {
    "repeats": "weekday",
    "weekdays": ["5"],
    "weeks": ["2"],
    "every": "1",
    "first": "１２月１日",
}


def made(client: Client, **fields: Any) -> EventSeries:
    answer = client.post(f"{SERIES}new/", RULE | fields)
    assert answer.status_code == 303, answer.content.decode()
    return EventSeries.objects.get()


def test_a_series_is_made_as_people_say_it(coordinator: Client) -> None:
    series = made(coordinator, months_off=["1"])
    page = page_of(coordinator, f"{SERIES}{series.pk}/")
    assert "第2土曜 13:30〜15:00、1月は休み" in page
    assert "12月12日（土）" in page
    assert "2月13日（土）" in page
    assert "1月9日（土）" not in page
    assert "下書き" in page
    assert "第2土曜の会" in page_of(coordinator, SERIES)
    assert "create_series" in verbs()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"repeats": "weekly", "weekdays": ["0", "2"], "every": "2"}, "2週に1度、月・水曜 13:30〜15:00"),
        ({"repeats": "weekly", "weeks_off": ["5"]}, "毎週土曜 13:30〜15:00、第5週は休み"),
        ({"weeks": ["1", "-1"]}, "第1・最後の土曜 13:30〜15:00"),
        ({"repeats": "day", "month_day": "３１日"}, "毎月31日 13:30〜15:00、31日がない月は休み"),
        ({"repeats": "day", "month_day": "最後"}, "月の最後の日 13:30〜15:00"),
        ({"hours": "23時半〜25時"}, "第2土曜 23:30〜翌1:00"),
        ({"hours": "25時〜26時"}, "第2土曜 翌1:00〜翌2:00"),
        (
            {"holidays_off": "on", "until": "2027年3月31日"},
            "第2土曜 13:30〜15:00、祝日は休み、2027年3月31日まで",
        ),
        ({"count": "６"}, "第2土曜 13:30〜15:00、全6回"),
    ],
)
def test_every_shape_is_understood(coordinator: Client, fields: dict[str, Any], words: str) -> None:
    assert rule_text(rule_of(made(coordinator, **fields))) == words


def test_hours_that_may_be_a_slip_are_asked_about_once(coordinator: Client) -> None:
    asked = coordinator.post(f"{SERIES}new/", RULE | {"hours": "10時〜3時"})
    assert asked.status_code == 422
    assert 'name="hours_meant" value="10:00〜翌3:00"' in asked.content.decode()
    assert not EventSeries.objects.exists()
    made(coordinator, hours="10時〜3時", hours_meant="10:00〜翌3:00")


def test_a_night_after_midnight_stands_under_the_day_by_which_it_is_left_out(coordinator: Client) -> None:
    series = made(coordinator, repeats="weekly", weekdays=["4"], hours="25時〜26時")
    address = f"{SERIES}{series.pk}/"
    shown = re.compile("12月11日（金）.*翌1:00〜翌2:00")
    assert shown.search(page_of(coordinator, address))
    assert "12月12日（土）" not in page_of(coordinator, address)
    assert coordinator.post(f"{address}days-off/", {"day": "12月11日"}).status_code == 303
    assert not shown.search(page_of(coordinator, address))


def test_a_series_too_says_that_its_words_are_still_the_usual_ones(coordinator: Client) -> None:
    series = made(coordinator, asks_consent="on")
    page = page_of(coordinator, f"{SERIES}{series.pk}/")
    assert page.count("はじめからある、ふつうの文です。") == 2
    day: Event = series.dates.earliest("starts")
    assert "いまは、ふつうの文です" in page_of(coordinator, f"/desk/meetings/{day.pk}/")


def test_a_day_of_a_series_ends_within_a_day(coordinator: Client) -> None:
    for typed in ("0時〜48時", "22時〜翌23時"):
        asked = coordinator.post(f"{SERIES}new/", RULE | {"hours": typed})
        meant = re.search(r'name="hours_meant" value="([^"]+)"', asked.content.decode())
        again = RULE | {"hours": typed, "hours_meant": meant[1] if meant else ""}
        refused = coordinator.post(f"{SERIES}new/", again)
        assert refused.status_code == 422
        assert "24時間までにしてください" in refused.content.decode()
    assert not EventSeries.objects.exists()
    made(coordinator, hours="0:00〜24:00", hours_meant="0:00〜24:00")


def test_what_belongs_to_another_shape_is_not_kept(coordinator: Client) -> None:
    rule = rule_of(made(coordinator, repeats="day", month_day="最後", weeks_off=["5"]))
    assert (rule.weekdays, rule.weeks, rule.weeks_off, rule.month_day) == ((), (), frozenset(), LAST)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("repeats", "FREQ=SECONDLY"),
        ("weekdays", []),
        ("weeks", []),
        ("weeks", ["6"]),
        ("every", "0"),
        ("every", "13"),
        ("first", ""),
        ("first", "2月30日"),
        ("until", "2026年11月30日"),
        ("count", "1000000"),
        ("count", "9" * 5000),
        ("hours", "おひる"),
        ("months_off", [str(month) for month in range(1, 13)]),
        ("newcomer_seats", "13"),
    ],
)
def test_what_cannot_be_comes_back_with_its_words(coordinator: Client, field: str, value: Any) -> None:
    answer = coordinator.post(f"{SERIES}new/", RULE | {"title": "のこる名前", field: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="のこる名前"' in page
    assert f'id="{field}-say"' in page
    assert not EventSeries.objects.exists()


@pytest.mark.parametrize("month_day", ["", "0", "32", "はじめ"])
def test_a_day_of_the_month_is_one(coordinator: Client, month_day: str) -> None:
    answer = coordinator.post(f"{SERIES}new/", RULE | {"repeats": "day", "month_day": month_day})
    assert answer.status_code == 422
    assert 'id="month_day-say"' in answer.content.decode()


def test_a_numbered_name_must_have_room(coordinator: Client) -> None:
    answer = coordinator.post(f"{SERIES}new/", RULE | {"title": "あ" * 40, "is_numbered": "on"})
    assert answer.status_code == 422
    series = made(coordinator, title="家族教室", is_numbered="on", count="3")
    assert "家族教室 第3回" in page_of(coordinator, f"{SERIES}{series.pk}/")


def test_it_is_shown_and_taken_back_with_all_its_days(coordinator: Client) -> None:
    series = made(coordinator)
    coordinator.post(f"{SERIES}{series.pk}/publication/")
    assert not series.dates.filter(published_on__isnull=True).exists()
    coordinator.post(f"{SERIES}{series.pk}/publication/lift/")
    assert not series.dates.filter(published_on__isnull=False).exists()
    assert verbs()[-2:] == ["publish_series", "take_back_series"]


def test_the_plan_is_changed_and_what_stays_is_said(coordinator: Client, parent: Person) -> None:
    series = made(coordinator)
    coordinator.post(f"{SERIES}{series.pk}/publication/")
    taken: Event = series.dates.get(series_day=dt.date(2027, 1, 9))
    signed(taken, person=parent)
    plan = f"{SERIES}{series.pk}/plan/"
    page = page_of(coordinator, plan)
    assert 'value="2026-12-01"' in page
    seen = seen_on(page)
    answer = coordinator.post(plan, RULE | {"seen": seen, "first": "2026-12-01", "weeks": ["3"]})
    assert answer.status_code == 303
    page = page_of(coordinator, f"{SERIES}{series.pk}/")
    assert "第3土曜" in page
    assert "1月9日（土）" in page
    assert "くりかえしには、もうない日です" in page
    again = coordinator.post(plan, RULE | {"seen": seen, "first": "2026-12-01", "title": "べつの名前"})
    assert again.status_code == 409
    assert "べつの名前" in again.content.decode()


def test_a_series_in_the_hours_after_midnight_keeps_its_nights_when_it_is_saved_again(
    coordinator: Client,
) -> None:
    series = made(coordinator, hours="25時〜26時")
    nights = list(series.dates.values_list("series_day", "starts"))
    plan = f"{SERIES}{series.pk}/plan/"
    page = page_of(coordinator, plan)
    (shown,) = re.findall(r'name="hours"[^>]* value="([^"]+)"', page)
    again = RULE | {"seen": seen_on(page), "first": "2026-12-01", "hours": shown, "title": "夜の会"}
    assert coordinator.post(plan, again).status_code == 303
    assert list(series.dates.values_list("series_day", "starts")) == nights


def test_one_day_changed_by_hand_is_said_to_be_so(coordinator: Client) -> None:
    series = made(coordinator)
    day: Event = series.dates.get(series_day=dt.date(2027, 1, 9))
    plan = f"/desk/meetings/{day.pk}/plan/"
    changed = PLAN | {"seen": seen_on(page_of(coordinator, plan)), "day": "2027-01-16"}
    assert coordinator.post(plan, changed).status_code == 303
    page = page_of(coordinator, f"{SERIES}{series.pk}/")
    assert "この日だけ、かえてあります" in page
    assert "1月16日（土）" in page
    assert f"{SERIES}{series.pk}/" in page_of(coordinator, f"/desk/meetings/{day.pk}/")


def test_a_day_is_left_out_and_held_after_all(coordinator: Client) -> None:
    series = made(coordinator)
    off = f"{SERIES}{series.pk}/days-off/"
    assert coordinator.post(off, {"day": "1月9日"}).status_code == 303
    assert not series.dates.filter(series_day=dt.date(2027, 1, 9)).exists()
    assert coordinator.post(off, {"day": "1月10日"}).status_code == 400
    assert coordinator.post(off, {"day": "いつか"}).status_code == 422
    coordinator.post(f"{off}lift/", {"day": "2027-01-09"})
    assert series.dates.filter(series_day=dt.date(2027, 1, 9)).exists()
    assert verbs()[-2:] == ["leave_out_day", "put_back_day"]


def test_a_day_with_a_sign_up_is_not_left_out_and_its_form_says_what_to_do(
    coordinator: Client, parent: Person
) -> None:
    series = made(coordinator)
    coordinator.post(f"{SERIES}{series.pk}/publication/")
    signed(series.dates.get(series_day=dt.date(2027, 1, 9)), person=parent)
    answer = coordinator.post(f"{SERIES}{series.pk}/days-off/", {"day": "1月9日"})
    assert answer.status_code == 409
    assert "なくなったことにする" in answer.content.decode()
    assert 'value="1月9日"' in answer.content.decode()
