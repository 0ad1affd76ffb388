"""質問の紙 and 同意の文: bounded, versioned, and never changed under what somebody has said."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ibasho.events.actions import (
    add_question,
    add_sheet,
    bring_back_consent,
    bring_back_sheet,
    change_question,
    consents,
    copy_sheet,
    move_question,
    remove_question,
    retire_consent,
    retire_sheet,
    withdraw_consent,
    write_consent,
)
from ibasho.events.actions.consents import ConsentParts, consent_facts, newest_consent
from ibasho.events.actions.sheets import MOST_CHOICES, MOST_QUESTIONS, QuestionFacts, facts_of_question
from ibasho.events.consent_owners import EVERYBODY, ConsentOwner
from ibasho.events.models import ConsentText, EventSeries, QuestionSheet
from ibasho.events.queries.events import consent_asked, consent_now
from ibasho.events.queries.sign_ups import sign_up_page
from ibasho.lib.stamps import Overtaken, stamp_of
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
FACTS = QuestionFacts(
    "お茶は飲みますか", "yes_no", "", is_required=False, purpose="用意するためです。", days=3
)
PARTS = ConsentParts(*["同意の言葉です。"] * 6)
TODAY = dt.date(2026, 11, 22)
ACTIVITY = ConsentOwner(kind="activity")


@pytest.fixture
def sheet() -> QuestionSheet:
    return add_sheet("会の前に")


def test_questions_stand_in_their_order(sheet: QuestionSheet) -> None:
    first, second = (add_question(sheet.pk, replace(FACTS, text=text)) for text in ("一つめ", "二つめ"))
    move_question(sheet.pk, second.pk, by=-1)
    move_question(sheet.pk, second.pk, by=-1)  # it is the first already
    assert [question.text for question in sheet.questions.all()] == ["二つめ", "一つめ"]
    assert first.key != second.key
    remove_question(sheet.pk, second.pk)
    assert sheet.questions.count() == 1


def test_a_sheet_has_an_end(sheet: QuestionSheet) -> None:
    for _ in range(MOST_QUESTIONS):
        add_question(sheet.pk, FACTS)
    assert refused(add_question, sheet.pk, FACTS) == "asked"
    assert sheet.questions.count() == MOST_QUESTIONS


@pytest.mark.parametrize(
    "choices", ["", "ひとつだけ", "同じ\n同じ", "\n".join(map(str, range(MOST_CHOICES + 1)))]
)
def test_what_is_to_be_chosen_is_two_or_more_and_not_too_many(sheet: QuestionSheet, choices: str) -> None:
    assert refused(add_question, sheet.pk, replace(FACTS, kind="choice", choices=choices)) == "malformed"


def test_choices_are_lines_and_go_with_choosing_alone(sheet: QuestionSheet) -> None:
    chosen = add_question(sheet.pk, replace(FACTS, kind="choice", choices=" お茶 \n\n水\n"))
    assert chosen.options == ["お茶", "水"]
    assert add_question(sheet.pk, replace(FACTS, kind="text", choices="お茶\n水")).choices == ""


def test_an_answered_question_stays_as_it_was_and_a_copy_may_change(
    sheet: QuestionSheet, meeting: Meeting, sign: Sign
) -> None:
    question = add_question(sheet.pk, FACTS)
    seen = stamp_of(facts_of_question(question))
    sign(meeting(sheet=sheet), answers=((question.pk, "はい"),))
    other = replace(FACTS, text="水は飲みますか")
    assert refused(change_question, sheet.pk, question.pk, other, seen=seen) == "asked"
    assert refused(add_question, sheet.pk, other) == "asked"
    assert refused(remove_question, sheet.pk, question.pk) == "asked"
    copy = copy_sheet(sheet.pk)
    twin = copy.questions.get()
    assert change_question(copy.pk, twin.pk, other, seen=stamp_of(facts_of_question(twin)))
    assert (sheet.questions.get().text, copy.questions.get().text) == ("お茶は飲みますか", "水は飲みますか")


def test_of_two_who_change_a_question_the_second_is_told(sheet: QuestionSheet) -> None:
    question = add_question(sheet.pk, FACTS)
    seen = stamp_of(facts_of_question(question))
    assert change_question(sheet.pk, question.pk, replace(FACTS, text="一つめ"), seen=seen)
    with pytest.raises(Overtaken):
        change_question(sheet.pk, question.pk, replace(FACTS, text="二つめ"), seen=seen)


def test_a_question_of_another_sheet_is_not_there(sheet: QuestionSheet) -> None:
    question, other = add_question(sheet.pk, FACTS), add_sheet("べつの紙")
    assert refused(remove_question, other.pk, question.pk) == "not_found"
    assert refused(move_question, other.pk, question.pk, by=1) == "not_found"


def test_a_sheet_out_of_use_comes_back(sheet: QuestionSheet) -> None:
    assert [retire_sheet(sheet.pk), retire_sheet(sheet.pk)] == [True, False]
    assert [bring_back_sheet(sheet.pk), bring_back_sheet(sheet.pk)] == [True, False]


def written(**more: Any) -> ConsentText:
    seen = stamp_of(consent_facts(newest_consent(more.get("owner", EVERYBODY))))
    fields: dict[str, Any] = {"effective_on": TODAY, "seen": seen} | more
    return write_consent(PARTS, **fields)


def test_a_consent_counts_from_its_day_on(clock: Any) -> None:
    first = written()
    tomorrow = written(effective_on=TODAY + dt.timedelta(days=1))
    assert (first.number, tomorrow.number) == (1, 2)
    assert consent_now(TODAY, "") == first
    assert consent_now(TODAY + dt.timedelta(days=1), "") == tomorrow


def test_each_kind_has_versions_of_its_own_and_the_text_for_all_stands_in_for_it() -> None:
    everywhere, activity = written(), written(owner=ACTIVITY, effective_on=TODAY + dt.timedelta(days=1))
    assert (everywhere.number, activity.number) == (1, 2)
    assert consent_now(TODAY, "activity") == everywhere
    assert consent_now(TODAY + dt.timedelta(days=1), "activity") == activity
    again = written()  # the one to come of a kind is not the one to come of all
    assert (again.number, consent_now(TODAY, "briefing")) == (3, again)
    assert newest_consent(ACTIVITY) == activity


def walks() -> EventSeries:
    return EventSeries.objects.create(
        kind="activity", title="散歩", shape="weekly", first=TODAY, opens=810, closes=900
    )


def test_a_meeting_has_a_text_of_its_own_before_its_series_and_its_kind(meeting: Meeting) -> None:
    series = walks()
    plan: dict[str, Any] = {"kind": "activity", "asks_consent": True, "series": series}
    days = [dt.timedelta(days=count) for count in range(2)]
    here, there = (meeting(**plan, series_day=TODAY + day, starts=SATURDAY + day) for day in days)
    elsewhere = meeting(kind="activity", asks_consent=True)
    own = ConsentOwner(event_id=here.pk)
    everybodys, kinds = written(), written(owner=ACTIVITY)
    assert [consent_asked(event) for event in (here, there, elsewhere)] == [kinds] * 3
    coming = written(owner=own, effective_on=TODAY + dt.timedelta(days=1))
    assert consent_asked(here) == kinds
    withdraw_consent(coming.number)
    heres, seriess = written(owner=own), written(owner=ConsentOwner(series_id=series.pk))
    newest = written(owner=ACTIVITY)  # a greater number of somebody further off changes nothing
    assert [consent_asked(event) for event in (here, there, elsewhere)] == [heres, seriess, newest]
    assert consent_asked(meeting(kind="briefing", asks_consent=True)) == everybodys
    assert consent_asked(meeting(kind="activity")) is None
    again = written(owner=own)
    assert (consent_asked(here), newest_consent(own)) == (again, again)


def test_a_text_of_its_own_is_taken_back_to_the_one_behind_it_and_forth(meeting: Meeting) -> None:
    series = walks()
    event = meeting(kind="activity", asks_consent=True, series=series, series_day=TODAY)
    own, seriess = ConsentOwner(event_id=event.pk), ConsentOwner(series_id=series.pk)
    chain = [written(), written(owner=ACTIVITY), written(owner=seriess)]
    first, second = written(owner=own), written(owner=own)
    with pytest.raises(Overtaken):
        retire_consent(first.number)
    assert [retire_consent(second.number), retire_consent(second.number)] == [True, False]
    assert consent_asked(event) == chain[2]
    assert [bring_back_consent(second.number), bring_back_consent(second.number)] == [True, False]
    assert consent_asked(event) == second
    for text, behind in ((second, chain[2]), (chain[2], chain[1]), (chain[1], chain[0])):
        assert retire_consent(text.number)
        assert consent_asked(event) == behind
    assert refused(retire_consent, chain[0].number) == "asked"
    again = written(owner=own)
    assert consent_asked(event) == again
    with pytest.raises(IntegrityError, match="the_consent_for_all_stays_in_use"), transaction.atomic():
        ConsentText.objects.filter(number=chain[0].number).update(retired_on=TODAY)


def test_who_said_yes_keeps_the_text_and_who_signs_up_meanwhile_reads_the_other(meeting: Meeting) -> None:
    event = meeting(asks_consent=True)
    everybodys, own = written(), written(owner=ConsentOwner(event_id=event.pk))
    row = signed(event, consent_version=own.number).sign_up
    retire_consent(own.number)
    assert sign_up_page(row.pk).consent == own
    assert refused(signed, event, consent_version=own.number) == "rules_changed"
    later = signed(event, consent_version=everybodys.number).sign_up
    assert sign_up_page(later.pk).consent == everybodys


def test_a_version_written_while_the_one_before_is_taken_out_of_use_counts(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = meeting(asks_consent=True)
    everybodys, own = written(), ConsentOwner(event_id=event.pk)
    first, newer = written(owner=own), []

    def meanwhile(text: ConsentText) -> ConsentText:
        newer.append(written(owner=own))
        return everybodys

    monkeypatch.setattr(consents, "consent_behind", meanwhile)
    assert retire_consent(first.number)
    assert [consent_asked(event)] == newer


def test_what_is_to_come_still_comes_and_the_last_text_there_is_stays(meeting: Meeting) -> None:
    event = meeting(asks_consent=True)
    only = written(owner=ConsentOwner(event_id=event.pk))
    assert refused(retire_consent, only.number) == "asked"
    assert consent_asked(event) == only
    everybodys = written()
    coming = written(owner=ConsentOwner(event_id=event.pk), effective_on=TODAY + dt.timedelta(days=3))
    with pytest.raises(Overtaken):
        retire_consent(coming.number)
    retire_consent(only.number)
    assert consent_asked(event) == everybodys
    assert consent_now(TODAY + dt.timedelta(days=3), event.kind, event_id=event.pk) == coming


@pytest.mark.parametrize("kind", ["", "activity"])
def test_a_text_belongs_to_one_alone(meeting: Meeting, kind: str) -> None:
    series, event = walks(), meeting()
    owner = ConsentOwner(kind, None if kind else series.pk, event.pk)
    with pytest.raises(IntegrityError, match="consent_of_one_owner"), transaction.atomic():
        ConsentText.objects.create(number=1, effective_on=TODAY, **owner.columns, **asdict(PARTS))


def test_a_version_to_come_is_written_anew_and_taken_back_but_not_one_that_counts() -> None:
    first = written()
    coming = written(effective_on=TODAY + dt.timedelta(days=3))
    again = written(effective_on=TODAY + dt.timedelta(days=5))
    assert (again.pk, again.effective_on) == (coming.pk, TODAY + dt.timedelta(days=5))
    assert [withdraw_consent(2), withdraw_consent(2)] == [True, False]
    with pytest.raises(Overtaken):
        withdraw_consent(first.number)


def test_of_two_who_write_the_consent_the_second_is_told() -> None:
    seen = stamp_of(consent_facts(None))
    written(seen=seen)
    with pytest.raises(Overtaken):
        written(seen=seen)


def test_a_consent_begins_today_at_the_earliest() -> None:
    assert refused(written, effective_on=TODAY - dt.timedelta(days=1)) == "malformed"
