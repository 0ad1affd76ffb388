from __future__ import annotations

import datetime as dt

from ibasho.house.models import Helpline, HelplineHours
from ibasho.house.queries import helplines_now
from ibasho.house.sample import furnish_house
from ibasho.lib.clock import TOKYO

SUNDAY = dt.date(2026, 11, 22)


def _line(*hours: tuple[int, int, int], checked_on: dt.date = SUNDAY, for_life: bool = False) -> Helpline:
    line = Helpline.objects.create(
        name="窓口",
        way=Helpline.Way.CALL,
        number="0120-000-000",
        hours_text="時間",
        source_url="https://helpline.example/",
        checked_on=checked_on,
        for_life=for_life,
    )
    for weekday, opens, closes in hours:
        HelplineHours.objects.create(helpline=line, weekday=weekday, opens=opens, closes=closes)
    return line


def _at(day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), TOKYO)


def test_a_line_is_open_from_its_first_minute_to_before_its_last(db: None) -> None:
    line = _line((6, 16 * 60, 21 * 60))
    assert helplines_now(_at(SUNDAY, 15, 59)).later == [line]
    assert helplines_now(_at(SUNDAY, 16)).open_now == [line]
    assert helplines_now(_at(SUNDAY, 20, 59)).open_now == [line]
    assert helplines_now(_at(SUNDAY, 21)).later == [line]


def test_a_line_that_crosses_midnight_is_open_after_it(db: None) -> None:
    line = _line((6, 22 * 60, 26 * 60))
    monday = SUNDAY + dt.timedelta(days=1)
    assert helplines_now(_at(monday, 1, 59)).open_now == [line]
    assert helplines_now(_at(monday, 2)).later == [line]
    assert helplines_now(_at(SUNDAY, 1)).later == [line]


def test_a_line_checked_long_ago_is_never_called_open(db: None) -> None:
    line = _line(*((day, 0, 1440) for day in range(7)))
    fresh = helplines_now(_at(SUNDAY + dt.timedelta(days=180), 12))
    stale = helplines_now(_at(SUNDAY + dt.timedelta(days=181), 12))
    assert fresh.open_now == [line]
    assert stale.open_now == []
    assert stale.unsure == [line]


def test_a_line_without_known_hours_is_never_called_open(db: None) -> None:
    line = _line()
    assert helplines_now(_at(SUNDAY, 12)).unsure == [line]


def test_numbers_for_life_stand_apart_whatever_their_age(db: None) -> None:
    line = _line(for_life=True, checked_on=dt.date(2020, 1, 1))
    assert helplines_now(_at(SUNDAY, 12)).life == [line]


def test_the_specimen_lists_what_answers_at_night_and_says_it_is_a_specimen(db: None) -> None:
    furnish_house()
    night = helplines_now(_at(SUNDAY, 2, 10))
    assert [line.number for line in night.life] == ["119", "110"]
    assert "よりそいホットライン" in [line.name for line in night.open_now]
    assert "いのちの電話" in [line.name for line in night.later]
    assert "#いのちSOS" in [line.name for line in night.unsure]
    assert night.are_specimens


def test_nothing_is_named_always_open_that_was_only_a_trial(db: None) -> None:
    furnish_house()
    assert not Helpline.objects.filter(number__contains="9999").exists()


def test_every_line_of_the_specimen_says_where_it_is_from(db: None) -> None:
    furnish_house()
    assert all(line.source_url.startswith("http") and line.checked_on for line in Helpline.objects.all())
