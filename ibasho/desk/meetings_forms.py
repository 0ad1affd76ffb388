"""The forms about meetings, with days and hours as people write them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from ibasho.desk.house_fields import (
    Choice,
    Choices,
    Day,
    DayHours,
    Number,
    Telephone,
    Tick,
    TimeOfDay,
    Words,
    folded,
    hours_words,
)
from ibasho.desk.house_forms import HouseForm
from ibasho.events.actions.consents import ConsentParts
from ibasho.events.actions.sheets import MOST_CHOICES, QuestionFacts
from ibasho.events.materials import LINE_LETTERS, MOST_MATERIALS, material_of
from ibasho.events.models import (
    INTERVIEW_MINUTES,
    LINK_LETTERS,
    LONGEST_INTERVIEW,
    MOST_PARTY,
    WHERE_LETTERS,
    Event,
    Interview,
    Question,
    QuestionSheet,
)
from ibasho.events.plans import MOST_CLOSING_HOURS, MOST_FACILITATORS, MOST_SEATS, EventPlan
from ibasho.events.talk_places import open_place
from ibasho.lib import clock
from ibasho.lib.spoken_time import is_next_day_unsaid, moment
from ibasho.people.models import Standpoint
from ibasho.people.queries import keepers_with
from ibasho.rooms.queries.keepers import DUTY_ROLES

ABOUT_GRAPHEMES = 1000
FLOW_GRAPHEMES = 600
PART_GRAPHEMES = 800
WORDS_GRAPHEMES = 200
REFERRAL_GRAPHEMES = 600
_HOUR = 60
_LONG = 6 * _HOUR
_WALL = "家族が読むかもしれない集まりでは、本人は話しにくくなります。反対も、そうです。説明会のように、だれが来てもよい集まりで使います。"
_REFERRAL = (
    "お話を聞かせてくださって、ありがとうございました。\n"
    "今回は、この集まりよりも、つぎの窓口のほうが お力になれそうです。\n"
    "\n"
    "また ここに来たくなったら、いつでも来てください。"
)


NEW_EVENT: dict[str, Any] = {
    "kind": Event.Kind.FAMILY_MEETING,
    "standpoints": [],
    "way": Event.Way.ONLINE,
    "capacity": 12,
    "newcomer_seats": 3,
    "most_party": 1,
    "keeps_line": True,
    "closes_before": 0,
    "sheet": "",
    "facilitators_needed": 2,
    "cost": "かかりません",
}


class EventForm(HouseForm):
    """What every meeting needs stands first; the rest is in `folds`, by the name of its part."""

    usual = NEW_EVENT
    folds: ClassVar[dict[str, tuple[str, ...]]] = {
        "seats": ("newcomer_seats", "most_party", "keeps_line", "facilitators_needed", "over_the_wall"),
        "asking": ("closes_before", "has_intake", "asks_consent", "sheet"),
        "more": (
            *("about", "flow", "meeting_point", "link", "cost", "bring"),
            *("is_short", "is_at_home", "is_just_looking"),
        ),
    }
    kind = Choice(label="どんな集まり", choices=Event.Kind.choices)
    title = Words("集まりの名前", 40)
    about = Words("案内の文", ABOUT_GRAPHEMES, lines=5, required=False, help_text="すること、すごし方など。")
    flow = Words(
        "どうなるの？",
        FLOW_GRAPHEMES,
        lines=4,
        required=False,
        help_text="当日の流れを、1行に1つ。空のままなら、種類ごとの ふつうの文が出ます。あとから、なおせます。",
    )
    standpoints = Choices(label="だれの集まり", choices=Standpoint.choices)
    over_the_wall = Tick("本人と家族を、いっしょにする", help_text=_WALL)
    day = Day(label="日にち", help_text="「12月12日」など")
    hours = DayHours("時間")
    hours_meant = forms.CharField(required=False)
    way = Choice(label="どこで", choices=Event.Way.choices)
    place = Words("来る場所", 120, required=False, help_text="オンラインだけなら、いりません。")
    meeting_point = Words("会うところ", 120, required=False, help_text="入口や、改札など。")
    link = Words(
        "外の会議のリンク",
        LINK_LETTERS,
        required=False,
        help_text="ZoomやJitsiなど、httpsではじまるもの。参加する方だけに、集まりの時間にだけ見えます。文字だけの部屋は、つけなくてもできます。",
    )
    capacity = Number("席の数", 1, MOST_SEATS, required=False, help_text="空なら、決めません。")
    newcomer_seats = Number(
        "そのうち、はじめての方の席",
        0,
        MOST_SEATS,
        help_text="はじまる3時間前まで、はじめての方のためにとっておきます。",
    )
    most_party = Number("いっしょに来られる人数", 1, MOST_PARTY, help_text="1なら、ひとりずつです。")
    keeps_line = Tick("いっぱいのとき、順番を待てる")
    closes_before = Number(
        "申し込みのしめきり（はじまりの何時間前）",
        0,
        MOST_CLOSING_HOURS // _HOUR,
        help_text="0なら、終わるまで申し込めます。",
    )
    has_intake = Tick("先に面談をする", help_text="申し込みのあと、お話をしてから、席を決めます。")
    asks_consent = Tick(
        "同意の文を読んでもらう",
        help_text="まだ文を書いていなければ、ふつうの文が出ます。あとから、なおせます。",
    )
    sheet = Choice(label="質問の紙")
    facilitators_needed = Number(
        "進行役の人数",
        0,
        MOST_FACILITATORS,
        help_text="たりないあいだは、準備中になります。ふつうは2人です。",
    )
    cost = Words("お金", 60)
    bring = Words("もちもの", 200, required=False)
    is_short = Tick("短時間")
    is_at_home = Tick("在宅")
    is_just_looking = Tick("見学だけOK")

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        self._hours_asked = ""
        self.fields["hours"].required = True
        self.fields["hours"].help_text = "「13:30〜15:00」など"
        chosen = self.initial.get("sheet", "")
        sheets = [
            sheet for sheet in QuestionSheet.objects.all() if not sheet.retired_on or str(sheet.pk) == chosen
        ]
        choices = [("", "ありません"), *((str(sheet.pk), sheet.title) for sheet in sheets)]
        self.fields["sheet"].choices = choices  # type: ignore[attr-defined]

    def clean_hours(self) -> tuple[int, int]:
        return _one_span(self.cleaned_data["hours"])

    @property
    def unfolded(self) -> set[str]:
        """The parts that stand open: something in them is other than usual, or wrong."""
        return {part for part, names in self.folds.items() if any(map(self._is_to_be_seen, names))}

    def _is_to_be_seen(self, name: str) -> bool:
        field = self[name]
        is_wrong = bool(field.errors or self.fields[name].theirs)  # type: ignore[attr-defined]
        return is_wrong or _said(field.value()) != _said(self.usual.get(name))

    @property
    def hours_asked(self) -> str:
        """The hours somebody is asked about: whether they are meant so."""
        return self._hours_asked

    @property
    def day_read(self) -> str:
        """The day as it was read, with its weekday, for a form that comes back."""
        day = getattr(self, "cleaned_data", {}).get("day")
        return clock.day_text(moment(day, 0)) if day else ""

    def clean(self) -> dict[str, Any]:
        found = self.cleaned_data
        self._ask_about_hours(found.get("hours"))
        capacity, newcomers = found.get("capacity"), found.get("newcomer_seats")
        if capacity is not None and newcomers is not None and newcomers > capacity:
            self.add_error("newcomer_seats", f"席の数（{capacity}）までにしてください。")
        if capacity is None and newcomers and "capacity" in found:
            self.add_error("newcomer_seats", "席の数を決めないときは、0にしてください。")
        return found

    def _ask_about_hours(self, span: tuple[int, int] | None) -> None:
        if span is None:
            return
        words = hours_words([span])
        is_odd = span[1] - span[0] > _LONG or is_next_day_unsaid(str(self.data.get("hours", "")))
        # a tick is about these hours only, so that later ones are asked about again
        if is_odd and words not in (self.initial.get("hours"), self.cleaned_data.get("hours_meant")):
            self._hours_asked = words
            self.add_error("hours", f"{words}と読みました。これで大丈夫ですか。")

    def plan(self) -> EventPlan:
        return self.plan_on(self.cleaned_data["day"])

    def plan_on(self, day: date) -> EventPlan:
        fields = {name: self.cleaned_data[name] for name in _OF_THE_PLAN}
        opens, closes = fields.pop("hours")
        sheet = fields.pop("sheet")
        return EventPlan(
            **fields
            | {
                "standpoints": tuple(fields["standpoints"]),
                "starts": moment(day, opens),
                "ends": moment(day, closes),
                "closes_before": fields["closes_before"] * _HOUR,
                "sheet_id": int(sheet) if sheet else None,
            }
        )


_OF_THE_PLAN = [name for name in EventForm.base_fields if name not in ("day", "hours_meant", "over_the_wall")]


def event_initial(plan: EventPlan) -> dict[str, Any]:
    starts, ends = clock.tokyo(plan.starts), clock.tokyo(plan.ends)
    midnight = starts.replace(hour=0, minute=0, second=0, microsecond=0)
    span = [(_minutes(starts - midnight), _minutes(ends - midnight))]
    return asdict(plan) | {
        "standpoints": list(plan.standpoints),
        "over_the_wall": plan.stands_over_the_wall,
        "day": starts.date().isoformat(),
        "hours": hours_words(span),
        "closes_before": plan.closes_before // _HOUR,
        "sheet": "" if plan.sheet_id is None else str(plan.sheet_id),
    }


class CallOffForm(HouseForm):
    words = Words(
        "申し込んだ方への言葉",
        WORDS_GRAPHEMES,
        lines=3,
        required=False,
        help_text="申し込みのページに出ます。わけは、書かなくても大丈夫です。",
    )


class MaterialsForm(HouseForm):
    materials = Words(
        "資料",
        MOST_MATERIALS * LINE_LETTERS,
        lines=4,
        required=False,
        help_text=f"1行に1つ、{MOST_MATERIALS}までです。「第1回のまとめ https://…」のように書くと、リンクになります。",
    )

    def clean_materials(self) -> str:
        lines = [line.strip() for line in self.cleaned_data["materials"].splitlines() if line.strip()]
        if len(lines) > MOST_MATERIALS or any(len(line) > LINE_LETTERS for line in lines):
            raise forms.ValidationError(
                f"{MOST_MATERIALS}行まで、1行は{LINE_LETTERS}文字までにしてください。"
            )
        if any(material_of(line) is None for line in lines):
            raise forms.ValidationError("リンクは、行のさいごに「https://」から書いてください。")
        return "\n".join(lines)


class FacilitatorForm(HouseForm):
    keeper = Choice(label="進行役")

    def __init__(self, data: QueryDict | None = None, *, there: Collection[int] = (), **options: Any) -> None:
        """`there`: who is planned already."""
        super().__init__(data, **options)
        others = keepers_with(*DUTY_ROLES).exclude(pk__in=there)
        people = [(str(one.pk), one.duty_name) for one in others]
        self.fields["keeper"].choices = people  # type: ignore[attr-defined]
        self.may_choose = bool(people)


class SheetForm(HouseForm):
    title = Words("紙の名前", 40, help_text="スタッフだけが見ます。")


class QuestionForm(HouseForm):
    text = Words("質問", 120)
    purpose = Words("聞くわけ", 120, help_text="質問の下に出ます。")
    kind = Choice(label="答え方", choices=Question.Kind.choices)
    choices = Words(
        "えらぶ言葉",
        480,
        lines=4,
        required=False,
        help_text=f"「えらぶ」のときだけ使います。1行に1つ、{MOST_CHOICES}までです。",
    )
    is_required = Tick(
        "かならず答えてもらう", help_text="しるしがなければ、とばせます。なるべく、つけないでください。"
    )
    days = Number("答えを残す日数", 1, 30, help_text="集まりのあと、この日数で消えます。")

    def facts(self) -> QuestionFacts:
        return QuestionFacts(**self.cleaned_data)


NEW_QUESTION: dict[str, Any] = {"kind": Question.Kind.TEXT, "days": 14}


class ConsentForm(HouseForm):
    aim = Words("1 めざすこと", PART_GRAPHEMES, lines=4, help_text="何のための集まりか。")
    outline = Words(
        "2 すること、役に立つこと", PART_GRAPHEMES, lines=4, help_text="何をするか。どんなことに役立つか。"
    )
    cost = Words("3 お金", PART_GRAPHEMES, lines=3)
    accident = Words("4 事故などのとき", PART_GRAPHEMES, lines=4, help_text="けがや、具合がわるいとき。")
    ending = Words("5 とちゅうで終わるとき", PART_GRAPHEMES, lines=4)
    information = Words(
        "6 あなたの情報", PART_GRAPHEMES, lines=4, help_text="何を、何のために、いつまで残すか。"
    )
    day = Day(label="いつから", help_text="「12月1日」のように書きます。")

    def parts(self) -> ConsentParts:
        fields = dict(self.cleaned_data)
        del fields["day"]
        # `data` is what Django's forms call all that was sent
        return ConsentParts(data=fields.pop("information"), **fields)


def consent_initial(parts: ConsentParts) -> dict[str, Any]:
    fields = asdict(parts)
    return fields | {"information": fields.pop("data")}


class InterviewForm(HouseForm):
    day = Day(label="面談の日", help_text="「12月1日」のように書きます。")
    time = TimeOfDay(label="時刻", help_text="「19時半」のように書きます。")
    way = Choice(label="どうやって", choices=Interview.Way.choices)
    where = Words(
        "どこで",
        WHERE_LETTERS,
        required=False,
        help_text="来る場所や、つなぎ方です。かけてもらうときは、ここにかける番号を書きます。申し込んだ方に見えます。",
    )
    number = Telephone(
        label="うかがった電話番号",
        required=False,
        help_text="「こちらから かける」のときだけ、残します。もう連絡先があるときは、空のままで大丈夫です。暗号にして、会のつぎの日に消えます。",
    )
    with_whom = Words("だれと", 40, required=False, help_text="当番の名前です。申し込んだ方に見えます。")
    minutes = Number("何分ぐらい", 1, LONGEST_INTERVIEW)

    def facts(self) -> dict[str, Any]:
        """As `arrange_interview` takes them."""
        facts = dict(self.cleaned_data)
        return facts | {"at": moment(facts.pop("day"), facts.pop("time"))}


def interview_initial(interview: Interview | None, with_whom: str) -> dict[str, Any]:
    if interview is None:
        return {"way": Interview.Way.PHONE, "with_whom": with_whom, "minutes": INTERVIEW_MINUTES}
    at = {"day": clock.tokyo(interview.at).date().isoformat(), "time": clock.clock_text(interview.at)}
    names = ("way", "with_whom", "minutes")
    return at | {"where": open_place(interview)} | {name: getattr(interview, name) for name in names}


class ReferralForm(HouseForm):
    words = Words(
        "ほかの窓口の言葉",
        REFERRAL_GRAPHEMES,
        lines=6,
        help_text="申し込んだ方のページに出ます。窓口の名前と、連絡のしかたを書いてください。",
    )


def referral_initial() -> dict[str, Any]:
    return {"words": _REFERRAL}


def _said(value: Any) -> object:
    """As a form says it: 3 is "3", and nothing is nothing."""
    return value if isinstance(value, list) else folded("" if value is None or value is False else str(value))


def _one_span(spans: list[tuple[int, int]]) -> tuple[int, int]:
    if len(spans) != 1:
        raise forms.ValidationError("「13:30〜15:00」のように、時間をひとつ書いてください。")
    return spans[0]


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60
