"""A few meetings of a house that does not exist, in the weeks after it was furnished."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db import transaction

from ibasho.events.models import ConsentText, Event, EventAudience, Question, QuestionSheet
from ibasho.lib import clock
from ibasho.people.models import Standpoint

_SOON_DAYS = 4  # nobody should feel hurried by a first look
_EVERYBODY = tuple(Standpoint.values)
_FAMILY = (Standpoint.PARENT.value, Standpoint.PARTNER_KIN.value)


class _Sample(NamedTuple):
    weekday: int
    weeks: int
    begins: time
    minutes: int
    standpoints: tuple[str, ...]
    plan: dict[str, Any]
    asks: bool = False


def furnish_events() -> None:
    """Put the sample meetings in; a house that has any meeting stays as it is."""
    with transaction.atomic():
        if Event.objects.exists():
            return
        if not ConsentText.objects.exists():
            ConsentText.objects.create(
                number=1, effective_on=clock.today(), kind=Event.Kind.FAMILY_CLASS, **_CONSENT
            )
        sheet = _lay_out_sheet()
        for sample in _SAMPLES:
            _furnish(sample, sheet, clock.today())


def _furnish(sample: _Sample, sheet: QuestionSheet, today: date) -> None:
    starts = datetime.combine(_day_of(sample, today), sample.begins, clock.TOKYO)
    event = Event.objects.create(
        starts=starts,
        ends=starts + timedelta(minutes=sample.minutes),
        published_on=today,
        sheet=sheet if sample.asks else None,
        **sample.plan,
    )
    EventAudience.objects.bulk_create(
        EventAudience(event=event, standpoint=standpoint) for standpoint in sample.standpoints
    )


def _day_of(sample: _Sample, today: date) -> date:
    soon = today + timedelta(days=_SOON_DAYS)
    return soon + timedelta(days=(sample.weekday - soon.weekday()) % 7, weeks=sample.weeks)


def _lay_out_sheet() -> QuestionSheet:
    sheet = QuestionSheet.objects.create(title="会の前に")
    Question.objects.create(
        sheet=sheet,
        position=1,
        key="wish",
        text="スタッフに伝えたいこと",
        purpose="席や進め方を、用意するためです。",
        days=14,
    )
    return sheet


_CONSENT = {
    "aim": "ご家族が、少し楽になることをめざします。ご本人を変えるための会では、ありません。",
    "outline": "スタッフの話を聞いて、ご家族どうしで話します。話さずに、聞いているだけでも大丈夫です。",
    "cost": "かかりません。",
    "accident": "来るとちゅうや会の間に、けがや病気があったときは、スタッフが救急車をよぶことがあります。",
    "ending": "いつでも、理由なしでやめられます。"
    "ほかの方を傷つけることがつづいたときは、スタッフがお話しして、ほかの窓口をお伝えすることがあります。",
    "data": "申し込みに書いたことは、この会のスタッフだけが読みます。会の30日あとに消えます。ほかには、わたしません。",
}
_SAMPLES = (
    _Sample(
        5,
        0,
        time(13, 30),
        90,
        _FAMILY,
        {
            "kind": Event.Kind.FAMILY_MEETING,
            "title": "家族会",
            "about": "ご家族どうしで、ゆっくり話す会です。話さずに、読んでいるだけでも大丈夫です。",
            "capacity": 12,
            "newcomer_seats": 3,
            "most_party": 2,
        },
        asks=True,
    ),
    _Sample(
        6,
        0,
        time(14),
        60,
        _EVERYBODY,
        {
            "kind": Event.Kind.ACTIVITY,
            "title": "本を読む時間",
            "about": "それぞれが、すきな本を読みます。さいごに、読んだ本の名前を書いても、書かなくても大丈夫です。",
            "bring": "読みたい本。なくても大丈夫です。",
            "is_short": True,
            "is_at_home": True,
            "is_just_looking": True,
        },
    ),
    _Sample(
        3,
        0,
        time(19, 30),
        60,
        (Standpoint.SIBLING.value,),
        {
            "kind": Event.Kind.SIBLING_MEETING,
            "title": "きょうだい会",
            "about": "きょうだいだけで、夜に少し話します。",
            "capacity": 8,
            "newcomer_seats": 2,
        },
    ),
    _Sample(
        5,
        1,
        time(14),
        90,
        (Standpoint.PERSON.value,),
        {
            "kind": Event.Kind.PEER_MEETING,
            "title": "土曜の午後",
            "about": "本人どうしの会です。話題は、その日に決めます。決めないことも、あります。",
            "capacity": 10,
            "newcomer_seats": 3,
            "is_at_home": True,
            "is_just_looking": True,
        },
        asks=True,
    ),
    _Sample(
        2,
        1,
        time(10, 30),
        90,
        _FAMILY,
        {
            "kind": Event.Kind.FAMILY_CLASS,
            "title": "家族教室（第1回）",
            "about": "はじめて学ぶ方のための会です。資料があります。",
            "way": Event.Way.BOTH,
            "place": "見本市 市民会館（見本です）",
            "meeting_point": "2階の小さな会議室",
            "capacity": 10,
            "newcomer_seats": 4,
            "most_party": 2,
            "asks_consent": True,
            "closes_before": 24 * 60,
        },
        asks=True,
    ),
    _Sample(
        1,
        2,
        time(19),
        40,
        _EVERYBODY,
        {
            "kind": Event.Kind.BRIEFING,
            "title": "この家の説明会",
            "about": "どんな場所かを、スタッフが話します。顔も声も、出さなくて大丈夫です。",
            "is_short": True,
            "is_at_home": True,
            "is_just_looking": True,
        },
    ),
)
