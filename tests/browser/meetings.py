"""A house in which meetings are planned: sheets, consents, facilitators, and people who signed up."""

from __future__ import annotations

from tests.browser.guests import Place

_FURNISH = """
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4
from django.db import transaction
from ibasho.events.actions import add_question, add_sheet, create_series, leave_out, plan_facilitator, publish_series, sign_up, withdraw, write_consent
from ibasho.events.actions.consents import ConsentParts, consent_facts, newest_consent
from ibasho.events.actions.sheets import QuestionFacts
from ibasho.events.models import Event, EventAudience
from ibasho.events.plans import plan_of
from ibasho.events.queries.events import consent_now
from ibasho.events.recurrence import Rule
from ibasho.events.series_plans import SeriesPlan
from ibasho.events.wishes import Wish
from ibasho.lib import clock
from ibasho.lib.stamps import stamp_of
from ibasho.people.models import Keeper, Role
from ibasho.people.queries import facts_of

now = clock.now()
noon = clock.tokyo(now + timedelta(days=3)).replace(hour=13, minute=30, second=0, microsecond=0)
parts = ConsentParts(*["同意の言葉です。短く、わかりやすく書きます。"] * 6)
for days in (0, 5):
    write_consent(parts, effective_on=clock.today() + timedelta(days=days), seen=stamp_of(consent_facts(newest_consent())))
sheet = add_sheet("会の前に")
for kind, choices in (("text", ""), ("choice", "お茶\\n水\\nなにもいりません"), ("yes_no", "")):
    facts = QuestionFacts("飲みものは、なにがいいですか", kind, choices, is_required=False, purpose="用意するためです。", days=3)
    question = add_question(sheet.pk, facts)
add_sheet("使わない紙")


@transaction.atomic
def meeting(title, starts, **plan):
    event = Event.objects.create(
        title=title, starts=starts, ends=starts + timedelta(minutes=90), published_on=clock.today(),
        **({"kind": "family_meeting", "capacity": 4, "newcomer_seats": 1, "most_party": 2} | plan)
    )
    for standpoint in ("parent", "partner_kin"):
        EventAudience.objects.create(event=event, standpoint=standpoint)
    return event


def signs(event, name, **wish):
    wish = {"standpoint": "parent", "call_name": name} | wish
    return sign_up(event.pk, Wish(request_id=uuid4(), as_is=True, **wish), by_keeper=True, contact=wish.pop("contact", "")).sign_up


saturday = meeting("土曜の会", noon, way="both", place="つばめ坂センター 2階の和室", facilitators_needed=2, sheet=sheet)
first = signs(saturday, "ゆうぐれ", is_first=True, participation="text", answers=((question.pk, "はい"),))
signs(saturday, "とても長い名前のこもれび", party=2)
gone = signs(saturday, "そらまめ")
for name in ("あさつゆ", "みずうみ"):
    signs(saturday, name)
withdraw(gone.pk)
talks = meeting("面談のある会", noon + timedelta(days=7), has_intake=True, asks_consent=True)
signs(talks, "ひだまり", consent_version=consent_now(clock.today(), "").number)
tonight = meeting("こよいの会", now + timedelta(minutes=10), way="online", facilitators_needed=1)
signs(tonight, "つきのわ", is_first=True)
with transaction.atomic():
    Event.objects.filter(pk=meeting("下書きの会", noon + timedelta(days=14)).pk).update(published_on=None)
    Event.objects.filter(pk=meeting("なくなった会", noon + timedelta(days=15)).pk).update(called_off_at=now, call_off_words="台風が来るためです。")
plan = replace(plan_of(saturday), title="とても長い名前の家族教室のつづき", facilitators_needed=0)
rule = Rule("weekday", clock.today(), 810, 900, weekdays=(2, 5), weeks=(2, -1), months_off=frozenset({1, 8}), rests_on_holidays=True)
series = create_series(SeriesPlan(rule, plan, is_numbered=True), over_the_wall=False)
publish_series(series.pk)
days = list(series.dates.order_by("starts"))
leave_out(series.pk, days[3].series_day)
signs(days[4], "ほしぞら")
with transaction.atomic():
    Event.objects.filter(pk=days[5].pk).update(place="べつの場所")
by = Keeper.objects.filter(duty_name="つきみ").first()
if by is not None:
    plan_facilitator(facts_of(by), saturday.pk, by.pk)
"""


def furnish_meetings(place: Place) -> None:
    """Two sheets, two versions of the consent, five meetings, and who signed up to them; つきみ facilitates one."""
    place.tell(_FURNISH)
