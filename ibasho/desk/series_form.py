"""The form about a meeting that comes again: that of a meeting, with a rule in place of a day."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from ibasho.desk.house_fields import Choice, Choices, Day, Number, Tick, Words, folded, hours_words
from ibasho.desk.house_forms import HouseForm
from ibasho.desk.meetings_forms import NEW_EVENT, EventForm, event_initial
from ibasho.events.recurrence import (
    DAY_SHAPE,
    LAST,
    MOST_COUNT,
    MOST_EVERY,
    WEEKDAY_SHAPE,
    WEEKLY_SHAPE,
    Rule,
)
from ibasho.events.series_plans import NUMBERED_LETTERS, SeriesPlan
from ibasho.lib.clock import WEEKDAYS
from ibasho.lib.spoken_time import DAY

_SHAPES = [(WEEKLY_SHAPE, "毎週の、何曜日"), (WEEKDAY_SHAPE, "月の、第何・何曜日"), (DAY_SHAPE, "月の、何日")]
_WEEKDAYS = [(str(number), f"{name}曜") for number, name in enumerate(WEEKDAYS)]
_NTH = [(str(week), f"第{week}") for week in range(1, 6)]
_MONTHS = [(str(month), f"{month}月") for month in range(1, 13)]
_LAST_WORDS = ("最後", "最後の", "末")


NEW_SERIES: dict[str, Any] = NEW_EVENT | {
    "repeats": WEEKDAY_SHAPE,
    "weekdays": [],
    "weeks": [],
    "every": 1,
    "months_off": [],
    "weeks_off": [],
}


class SeriesForm(EventForm):
    usual = NEW_SERIES
    folds: ClassVar[dict[str, tuple[str, ...]]] = EventForm.folds | {
        "off": ("months_off", "weeks_off", "holidays_off", "every", "until", "count", "is_numbered")
    }
    day = None  # type: ignore[assignment] # so Django leaves out a field of the form below
    repeats = Choice(label="くりかえし方", choices=_SHAPES)
    weekdays = Choices(
        label="曜日", choices=_WEEKDAYS, required=False, help_text="「月の、何日」では、いりません。"
    )
    weeks = Choices(
        label="第何週",
        choices=[*_NTH, (str(LAST), "最後")],
        required=False,
        help_text="「月の、第何・何曜日」のときだけ使います。",
    )
    month_day = Words(
        "何日",
        4,
        required=False,
        help_text="「月の、何日」のときだけ使います。「10」や「最後」のように書きます。",
    )
    every = Number("いくつに1度", 1, MOST_EVERY, help_text="1なら毎回。2なら、2週か2か月に1度です。")
    first = Day(label="はじめの日", help_text="この日からあとの、はじめに合う日が1回めです。")
    until = Day(label="おわりの日", required=False)
    count = Number("回数", 1, MOST_COUNT, required=False, help_text="教室のように、回数が決まっているとき。")
    months_off = Choices(label="休みの月", choices=_MONTHS, required=False)
    weeks_off = Choices(
        label="休みの週", choices=_NTH, required=False, help_text="「毎週」のときだけ使います。"
    )
    holidays_off = Tick("祝日は休み")
    is_numbered = Tick("名前に「第1回」とつける", help_text="休みの日は、数えません。")

    def clean_hours(self) -> tuple[int, int]:
        opens, closes = super().clean_hours()
        if closes - opens > DAY:
            raise forms.ValidationError("くりかえす集まりは、1回を24時間までにしてください。")
        return opens, closes

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        shape, until, first = found.get("repeats"), found.get("until"), found.get("first")
        if shape in (WEEKLY_SHAPE, WEEKDAY_SHAPE) and found.get("weekdays") == []:
            self.add_error("weekdays", "曜日を、ひとつ以上えらんでください。")
        if shape == WEEKDAY_SHAPE and found.get("weeks") == []:
            self.add_error("weeks", "第何週かを、ひとつ以上えらんでください。")
        if shape == DAY_SHAPE and self._month_day() is None and "month_day" in found:
            self.add_error("month_day", "1から31までの数か、「最後」と書いてください。")
        if until is not None and first is not None and until < first:
            self.add_error("until", "はじめの日より、後の日にしてください。")
        if len(found.get("months_off", ())) == len(_MONTHS):
            self.add_error("months_off", "ひらく月を、ひとつ以上のこしてください。")
        if found.get("is_numbered") and len(found.get("title", "")) > NUMBERED_LETTERS:
            self.add_error("title", f"番号をつけるときは、{NUMBERED_LETTERS}文字までにしてください。")
        return found

    def series_plan(self) -> SeriesPlan:
        rule = self._rule()
        return SeriesPlan(rule, self.plan_on(rule.first), self.cleaned_data["is_numbered"])

    def _rule(self) -> Rule:
        found, shape = self.cleaned_data, self.cleaned_data["repeats"]
        opens, closes = found["hours"]
        return Rule(
            shape=shape,
            first=found["first"],
            opens=opens,
            closes=closes,
            every=found["every"],
            weekdays=_numbers(found["weekdays"]) if shape != DAY_SHAPE else (),
            weeks=_numbers(found["weeks"]) if shape == WEEKDAY_SHAPE else (),
            month_day=self._month_day() if shape == DAY_SHAPE else None,
            months_off=frozenset(_numbers(found["months_off"])),
            weeks_off=frozenset(_numbers(found["weeks_off"]) if shape == WEEKLY_SHAPE else ()),
            rests_on_holidays=found["holidays_off"],
            until=found["until"],
            count=found["count"],
        )

    def _month_day(self) -> int | None:
        words = folded(self.cleaned_data.get("month_day")).removesuffix("日")
        if words in _LAST_WORDS:
            return LAST
        return int(words) if words.isdecimal() and 1 <= int(words) <= 31 else None


class DayOffForm(HouseForm):
    day = Day(label="休む日", help_text="「12月12日」のように書きます。")


def series_initial(plan: SeriesPlan) -> dict[str, Any]:
    rule = plan.rule
    meeting = event_initial(plan.meeting)
    del meeting["day"]
    return meeting | {
        "hours": hours_words([(rule.opens, rule.closes)]),
        "repeats": rule.shape,
        "weekdays": [str(day) for day in rule.weekdays],
        "weeks": [str(week) for week in rule.weeks],
        "month_day": "最後" if rule.month_day == LAST else rule.month_day or "",
        "every": rule.every,
        "first": rule.first.isoformat(),
        "until": rule.until.isoformat() if rule.until else "",
        "count": rule.count or "",
        "months_off": [str(month) for month in sorted(rule.months_off)],
        "weeks_off": [str(week) for week in sorted(rule.weeks_off)],
        "holidays_off": rule.rests_on_holidays,
        "is_numbered": plan.is_numbered,
    }


def _numbers(chosen: list[str]) -> tuple[int, ...]:
    return tuple(int(one) for one in chosen)
