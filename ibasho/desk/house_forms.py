"""The forms of the house's pages: what a steward may write, read into the shapes the actions take."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from typing import Any

from django import forms
from django.http import QueryDict

from ibasho.desk.house_fields import (
    Choice,
    Choices,
    Day,
    DayHours,
    Link,
    Number,
    Slug,
    Telephone,
    Tick,
    TimeOfDay,
    Words,
    WrittenWords,
    hours_words,
    labels_of,
)
from ibasho.house.clauses import Clause
from ibasho.house.helplines import HelplineFacts
from ibasho.house.models import Helpline, ScreeningWord
from ibasho.house.plate import ABOUT_GRAPHEMES, HIGHEST_AGE, LEAD_GRAPHEMES, LOWEST_AGE, Plate
from ibasho.lib import clock
from ibasho.lib.spoken_time import DAY, days_over, moment
from ibasho.people.models import Role, Standpoint
from ibasho.rooms.models import Room
from ibasho.rooms.plans import (
    LONGEST_DAYS,
    MOST_KEEPERS,
    MOST_SEATS,
    SLOWEST_SECONDS,
    RoomPlan,
    stands_over_the_wall,
)

CLAUSE_GRAPHEMES = 400
PASSPHRASE_GRAPHEMES = 60
FURTHEST_DAYS = 366
_WEEK = 7 * DAY
_WHICH = (
    "日にちか時刻が書いてあります。その日からにするときは「日にちを決める」をえらんでください。"
    "いまからにするときは、日にちと時刻を消してください。"
)
_READINGS = "ふりがなは「｜漢字《かんじ》」と書きます。空白は、文節の切れめです。"


class HouseForm(forms.Form):
    """Knows how to lay the words of somebody else beside one's own."""

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        for name in self.fields:
            self.fields[name].theirs = ""  # type: ignore[attr-defined]

    def show_theirs(self) -> None:
        """Beside each field that differs, what is there now."""
        for name, field in self.fields.items():
            if name in self.initial and self.cleaned_data.get(name) != _read(field, self.initial[name]):
                field.theirs = _in_words(field, self.initial[name])  # type: ignore[attr-defined]

    def first_say(self) -> str:
        return str(next(iter(self.errors.values()))[0])


class PlateForm(HouseForm):
    name = Words("家の名前", 60)
    welcome = Words("玄関の大きな文字", 60, lines=2, help_text="行を変えて、2行までです。")
    lead = WrittenWords("はじめの言葉", LEAD_GRAPHEMES, lines=3, help_text=_READINGS)
    about = WrittenWords("どんな家か", ABOUT_GRAPHEMES, lines=4)
    run_by = Words("運営", 120, help_text="団体の名前です。すべてのページの下に出ます。")
    run_by_about = WrittenWords("運営について", ABOUT_GRAPHEMES, lines=4, required=False)
    other_ways = WrittenWords(
        "ほかの入口", ABOUT_GRAPHEMES, lines=3, required=False, help_text="電話や、来るところ。1行に1つです。"
    )
    staff_hours = Words(
        "電話や、来るところに、スタッフがいる時間",
        120,
        required=False,
        help_text="「ほかの入口」の下に出ます。部屋の時間は、部屋のページで決めます。",
    )
    minimum_age = Number("何さいから", LOWEST_AGE, HIGHEST_AGE, help_text="「若い方へ」のページに出ます。")
    not_specimen = Tick("見本ではありません", help_text="ほんとうの家の言葉に、書きかえました。")

    def clean_welcome(self) -> str:
        words: str = self.cleaned_data["welcome"]
        if words.count("\n") > 1:
            raise forms.ValidationError("2行までにしてください。")
        return words

    def plate(self) -> Plate:
        fields = dict(self.cleaned_data)
        is_specimen = not fields.pop("not_specimen")
        return Plate(**fields, is_specimen=is_specimen)


def plate_initial(plate: Plate) -> dict[str, Any]:
    fields = asdict(plate)
    not_specimen = not fields.pop("is_specimen")
    return fields | {"not_specimen": not_specimen}


class ClauseForm(HouseForm):
    group = Words("見出し", 40, help_text="同じ見出しの約束は、まとめて出ます。")
    text = WrittenWords("約束の言葉", CLAUSE_GRAPHEMES, lines=5)

    def clause(self, key: str) -> Clause:
        return Clause(key, self.cleaned_data["group"], self.cleaned_data["text"])


class PublicationForm(HouseForm):
    when = Choice(label="いつから", choices=[("now", "いまから"), ("later", "日にちを決める")])
    day = Day(label="日にち", required=False, help_text="「12月1日」のように書きます。")
    time = TimeOfDay(
        label="時刻", required=False, help_text="「9時」「25時」のように書けます。なければ、0時です。"
    )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        if found.get("when") == "now" and (self["day"].data or self["time"].data):
            self.add_error("when", _WHICH)  # what is in force at once is not taken back
            return found
        if found.get("when") != "later" or "day" in self.errors or "time" in self.errors:
            return found
        if found.get("day") is None:
            self.add_error("day", "日にちを書いてください。")
        elif not 0 < (self._at() - clock.now()).total_seconds() < FURTHEST_DAYS * 86_400:
            self.add_error("day", "これから1年までの日にちと時刻にしてください。")
        return found

    def effective_from(self) -> datetime | None:
        return self._at() if self.cleaned_data["when"] == "later" else None

    def _at(self) -> datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data.get("time") or 0)


class HoursForm(HouseForm):
    """One field a weekday, `hours_0` for Monday."""

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        hours = options.pop("hours", ())
        super().__init__(data, **options)
        for weekday, name in enumerate(clock.WEEKDAYS):
            field = DayHours(f"{name}よう日")
            field.theirs = ""  # type: ignore[attr-defined]
            self.fields[f"hours_{weekday}"] = field
            self.initial[f"hours_{weekday}"] = hours_words([(o, c) for day, o, c in hours if day == weekday])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        for weekday in _overlapped(self.hours()):
            self.add_error(f"hours_{weekday}", "前の日の終わりと、かさなっているようです。")
        return found

    def hours(self) -> tuple[tuple[int, int, int], ...]:
        """(weekday, opens, closes), in order. 25時〜26時 of a Monday is one o'clock on Tuesday."""
        return tuple(
            sorted(
                ((weekday + days) % 7, *span)
                for weekday in range(7)
                for days, span in map(days_over, self.cleaned_data.get(f"hours_{weekday}") or ())
            )
        )

    def days(self) -> list[forms.BoundField]:
        return [self[f"hours_{weekday}"] for weekday in range(7)]


def _overlapped(hours: Iterable[tuple[int, int, int]]) -> set[int]:
    """The weekdays that begin before the day before has ended, wherever its hours were written."""
    rows = list(hours)
    pairs = enumerate(_ends_and_begins(rows))
    over_midnight = {(weekday + 1) % 7 for weekday, (end, begin) in pairs if end > begin}
    within = {day for (day, _, end), (other, begin, _) in pairwise(rows) if day == other and begin < end}
    return over_midnight | within


def _ends_and_begins(hours: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """For each weekday when its last opening ends, and when the first of the next day begins, in minutes."""
    rows = list(hours)
    found = []
    for weekday in range(7):
        ends = [closes for day, _, closes in rows if day == weekday]
        begins = [opens + DAY for day, opens, _ in rows if day == (weekday + 1) % 7]
        found.append((max(ends, default=0), min(begins, default=_WEEK)))
    return found


class HelplineForm(HoursForm):
    name = Words("窓口の名前", 80)
    way = Choice(label="話し方", choices=Helpline.Way.choices)
    number = Telephone(label="電話番号", required=False)
    url = Link(label="窓口のページ", required=False, help_text="文字やページの窓口で使います。")
    note = Words("ひとこと", 160, required=False, help_text="お金のこと、だれのための窓口か、など。")
    hours_text = Words("時間の言葉", 80, help_text="ページに出る言葉です。例：毎日 16:00〜21:00。")
    source_url = Link(label="出どころのページ", help_text="時間と番号を、確かめたページです。")
    for_life = Tick("命の危険のときの番号", help_text="119や110のような番号だけです。")
    checked = Tick("きょう、自分で確かめました", help_text="出どころのページを見たか、電話をかけました。")

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        self._is_new = options.pop("is_new", False)
        super().__init__(data, **options)

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        way = found.get("way")
        if way == Helpline.Way.CALL and not found.get("number") and "number" not in self.errors:
            self.add_error("number", "電話の窓口には、電話番号がいります。")
        if way in (Helpline.Way.TEXT, Helpline.Way.WEB) and not found.get("url") and "url" not in self.errors:
            self.add_error("url", "文字やページの窓口には、URLがいります。")
        if self._is_new and not found.get("checked"):
            self.add_error("checked", "確かめてから、足してください。まちがった番号は、人をこまらせます。")
        return found

    def facts(self) -> HelplineFacts:
        plain = {name: self.cleaned_data[name] for name in self.declared_fields if name != "checked"}
        return HelplineFacts(**plain, hours=self.hours())


def helpline_initial(facts: HelplineFacts) -> dict[str, Any]:
    fields = asdict(facts)
    fields.pop("hours")
    return fields


class WordForm(HouseForm):
    word = Words("言葉", 40, help_text="ひらがな、カタカナ、空白などのちがいは、同じものとしてさがします。")
    action = Choice(label="見つけたとき", choices=ScreeningWord.Action.choices)


class TrialForm(HouseForm):
    text = Words("ためす言葉", 1000, lines=4, help_text="どこにも残しません。")
    audience = Choice(
        label="どの部屋で",
        choices=(
            ("any", "だれでもの部屋"),
            ("person", "本人の部屋"),
            ("family", "家族の部屋"),
            ("sibling", "きょうだいの部屋"),
        ),
        initial="any",
    )


class RoomForm(HouseForm):
    title = Words("部屋の名前", 40)
    about = WrittenWords("どんな部屋か", 200, lines=3, help_text=_READINGS)
    standpoints = Choices(label="だれの部屋", choices=Standpoint.choices)
    over_the_wall = Tick(
        "本人と家族を、同じ部屋にする",
        help_text="家族が読むかもしれない部屋では、本人は話しにくくなります。反対も、そうです。"
        "いちど同じ部屋にすると、そこで読んだことは、取りも⁠どせません。",
    )
    entry = Choice(
        label="入り方", choices=[(way.value, way.label) for way in (Room.Entry.OPEN, Room.Entry.PASSPHRASE)]
    )
    passphrase = Words(
        "部屋の合言葉",
        PASSPHRASE_GRAPHEMES,
        required=False,
        help_text="合言葉で入る部屋だけで使います。ここに書いた言葉は、あとから見ることができません。",
    )
    is_listed = Tick("一覧に出す", help_text="出さない部屋は、合言葉を知っている人だけが見つけます。")
    capacity = Number("話す席の数", 1, MOST_SEATS, required=False, help_text="空のままなら、数を決めません。")
    newcomer_seats = Number(
        "そのうち、はじめての人の席", 0, MOST_SEATS, help_text="ほかの席がいっぱいでも、空けておく席です。"
    )
    pace_seconds = Number(
        "ゆっくり（秒）",
        0,
        SLOWEST_SECONDS,
        help_text="ひとりが続けて書けるまでの秒数です。0なら、待ちません。",
    )
    keepers_needed = Number(
        "スタッフの人数",
        1,
        MOST_KEEPERS,
        help_text="この人数がいるときだけ、部屋があきます。ふつうは2人です。",
    )
    retention_days = Number("言葉が残る日数", 1, LONGEST_DAYS)
    holidays = Choice(label="祝日", choices=Room.Holidays.choices)
    age_note = Words("年齢のめやす", 60, required=False, help_text="入口に出るだけで、年齢は聞きません。")
    is_facilitated = Tick("進行役がいる部屋")
    checked_first = Tick(
        "書き込みは、見てから出す",
        help_text="スタッフが読むまで、部屋には出ません。部屋の人に、そう書いて知らせます。",
    )
    newcomers_first = Tick(
        "はじめての方の書き込みは、見てから出す", help_text="はじめの10分か、5つめまでです。"
    )
    holds_abuse = Tick(
        "きつい言葉は、見てから出す", help_text="しるしがなければ、出てからスタッフに知らせます。"
    )

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        capacity, newcomers = found.get("capacity"), found.get("newcomer_seats")
        if capacity is not None and newcomers is not None and newcomers > capacity:
            self.add_error("newcomer_seats", f"話す席の数（{capacity}）までにしてください。")
        if stands_over_the_wall(found.get("standpoints") or ()) and not found.get("over_the_wall"):
            self.add_error(
                "over_the_wall",
                "本人と家族の、どちらもえらばれています。それでよいときだけ、しるしをつけてください。",
            )
        if found.get("entry") == Room.Entry.OPEN and found.get("passphrase"):
            self.add_error("passphrase", "合言葉を使うときは、入り方で「部屋の合言葉」をえらんでください。")
        if found.get("entry") == Room.Entry.OPEN and not found.get("is_listed") and "is_listed" in found:
            self.add_error("is_listed", "合言葉のない部屋は、一覧に出さないと、だれも入れません。")
        return found

    def plan(self) -> RoomPlan:
        fields = {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in ("slug", "over_the_wall", "passphrase")
        }
        return RoomPlan(**fields | {"standpoints": tuple(fields["standpoints"])})


class NewRoomForm(RoomForm):
    slug = Slug("短い名前", 40, help_text="部屋のURLになります。あとから変えられません。例：engawa")
    field_order = ("title", "slug")


def room_initial(plan: RoomPlan) -> dict[str, Any]:
    return asdict(plan) | {
        "standpoints": list(plan.standpoints),
        "over_the_wall": plan.stands_over_the_wall,
    }


NEW_ROOM: dict[str, Any] = {
    "standpoints": [],
    "entry": Room.Entry.OPEN,
    "is_listed": True,
    "capacity": 12,
    "newcomer_seats": 3,
    "pace_seconds": 10,
    "keepers_needed": 2,
    "retention_days": 14,
    "holidays": Room.Holidays.AS_USUAL,
}


class ClosedDayForm(HouseForm):
    day = Day(label="お休みにする日", help_text="「12月29日」のように書きます。")

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not 0 <= (day - clock.today()).days <= FURTHEST_DAYS:
            raise forms.ValidationError("きょうから1年までの日にしてください。")
        return day


class RolesForm(HouseForm):
    roles = Choices(label="役わり", choices=Role.choices)


def _read(field: forms.Field, value: Any) -> Any:
    try:
        return field.clean(value)
    except forms.ValidationError:  # written before this limit was
        return value


def _in_words(field: forms.Field, value: Any) -> str:
    """What is there now, as a sentence beside the field says it."""
    if isinstance(field, Choices):
        chosen = set(value or ())
        return "・".join(label for key, label in labels_of(field).items() if key in chosen)
    if isinstance(field, Choice):
        return labels_of(field).get(value, str(value))
    if isinstance(field, Tick):
        return "しるしがあります" if value else "しるしはありません"
    return "なし" if value in (None, "") else str(value)
