"""The forms about who would like to help."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict

from ibasho.desk.house_fields import Choice, Day, TimeOfDay, Words
from ibasho.desk.house_forms import HouseForm
from ibasho.duty.models import LETTER_GRAPHEMES, NOTE_GRAPHEMES, PLEDGE_GRAPHEMES
from ibasho.lib import clock
from ibasho.lib.spoken_time import moment, year_before
from ibasho.people.queries import keepers

_LETTER = (
    "手伝いたいと思ってくださって、ありがとうございます。\n"
    "今回は、いっしょに当番をすることを、見送らせてください。\n"
    "あなたが だめだった、ということでは ありません。\n"
    "この場所には、参加する人として、いつでも来てください。"
)


class TalkForm(HouseForm):
    day = Day(label="お話の日", help_text="「12月1日」のように書きます。")
    time = TimeOfDay(label="時刻", help_text="「19時半」のように書きます。")

    def at(self) -> datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["time"])


class NoteForm(HouseForm):
    note = Words(
        "おぼえ書き",
        NOTE_GRAPHEMES,
        lines=3,
        required=False,
        help_text="申しこんだ方も、ひかえの番号で読めます。読まれてもよい言葉で書いてください。",
    )


class DeclineForm(HouseForm):
    letter = Words("手紙", LETTER_GRAPHEMES, lines=5, help_text="ひかえのページに出ます。")


class TrainingForm(HouseForm):
    done_on = Day(label="した日")
    led_by = Choice(label="いっしょにした人")

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        people = [(str(one.pk), one.duty_name) for one in keepers()]
        self.fields["led_by"].choices = people  # type: ignore[attr-defined]

    def clean_done_on(self) -> Any:
        day = self.cleaned_data["done_on"]
        # without a year a day just gone is read as one of the next
        day = day if day <= clock.today() else year_before(day)
        if day > clock.today():
            raise forms.ValidationError("きょうまでの日を書いてください。")
        return day


class UnitForm(HouseForm):
    title = Words("研修の名前", 60)
    about = Words("すること", 200, lines=2, required=False)


class PledgeForm(HouseForm):
    text = Words("誓約の言葉", PLEDGE_GRAPHEMES, lines=10, help_text="1行に、ひとつずつ書きます。")


def decline_initial() -> dict[str, Any]:
    return {"letter": _LETTER}
