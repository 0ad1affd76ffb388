"""The form that plans shifts, with days and hours as people write them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import QueryDict

from ibasho.desk.house_fields import Choice, Choices, Day, DayHours, Number
from ibasho.desk.house_forms import HouseForm
from ibasho.lib import clock
from ibasho.lib.spoken_time import moment
from ibasho.people.queries import keepers_with
from ibasho.rooms.actions.shifts import MOST_WEEKS
from ibasho.rooms.queries.keepers import DUTY_ROLES, rooms_to_plan


class ShiftForm(HouseForm):
    keeper = Choice(label="だれが")
    slugs = Choices(label="どの部屋")
    day = Day(label="日にち", help_text="「12月1日」のように書きます。")
    hours = DayHours("時間")
    weeks = Number("何週間", 1, MOST_WEEKS, help_text="1なら、その日だけです。4なら、毎週同じ曜日に4回です。")

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["hours"].required = True
        self.fields["hours"].help_text = "「21:00〜25時」のように書きます。夜の0時をこえても書けます。"
        people = [(str(one.pk), one.duty_name) for one in keepers_with(*DUTY_ROLES)]
        rooms = [(room.slug, room.title_at_desk) for room in rooms_to_plan()]
        self.fields["keeper"].choices = people  # type: ignore[attr-defined]
        self.fields["slugs"].choices = rooms  # type: ignore[attr-defined]

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        # a shift that began yesterday may still go on
        if not -1 <= (day - clock.today()).days <= 7 * MOST_WEEKS:
            raise forms.ValidationError(f"きょうから{MOST_WEEKS}週間までの日にしてください。")
        return day

    def clean_hours(self) -> tuple[int, int]:
        spans: list[tuple[int, int]] = self.cleaned_data["hours"]
        if len(spans) != 1:
            raise forms.ValidationError("「21:00〜25時」のように、時間をひとつ書いてください。")
        return spans[0]

    def span(self) -> tuple[datetime, datetime]:
        """When it starts and ends."""
        day, (opens, closes) = self.cleaned_data["day"], self.cleaned_data["hours"]
        return moment(day, opens), moment(day, closes)


def shift_initial() -> dict[str, Any]:
    tomorrow = clock.today() + timedelta(days=1)
    return {"slugs": [], "day": clock.day_text(tomorrow), "weeks": 1}
