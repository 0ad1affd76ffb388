"""申し込む: a name, a place in the line, a code; without an account."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from ibasho.events.actions import sign_up, withdraw
from ibasho.events.models import Answer, Consent, ConsentText, Event, SignUp
from ibasho.events.queries.sign_ups import by_code
from ibasho.house.heeding import AskedFirst
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.events.conftest import (
    SATURDAY,
    Meeting,
    Sign,
    new_sheet,
    refused,
    replan,
    signed,
    state_of,
    wished,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def text_of_consent(number: int, **fields: Any) -> ConsentText:
    parts = dict.fromkeys(("aim", "outline", "cost", "accident", "ending", "data"), "同意の言葉です。")
    usual = {"effective_on": dt.date(2026, 11, 1)}
    return ConsentText.objects.create(number=number, **parts | usual | fields)


def test_somebody_who_passes_by_has_a_seat_and_a_code(meeting: Meeting) -> None:
    event = meeting(capacity=2)
    answer = signed(event, call_name="くさ", participation="text")
    assert (answer.is_new, answer.sign_up.state, answer.sign_up.turn) == (True, "joined", 1)
    found = by_code(answer.code.lower().replace("-", " "))
    assert found == answer.sign_up
    assert (found.call_name, found.participation, found.person) == ("くさ", "text", None)


def test_the_code_is_kept_nowhere(meeting: Meeting) -> None:
    answer = signed(meeting())
    row = SignUp.objects.filter(pk=answer.sign_up.pk).values().get()
    assert answer.code.replace("-", "") not in str(row).replace("-", "")


def test_a_full_meeting_gives_a_place_in_the_line(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    assert [sign(event).state for _ in range(3)] == ["joined", "waiting", "waiting"]
    assert list(event.sign_ups.values_list("turn", flat=True)) == [1, 2, 3]


def test_without_a_line_a_full_meeting_says_so_and_keeps_nothing(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1, keeps_line=False)
    sign(event)
    assert refused(signed, event) == "full"
    assert event.sign_ups.count() == 1


def test_with_an_intake_nobody_has_a_seat_before_it(meeting: Meeting, sign: Sign) -> None:
    row = sign(meeting(capacity=5, has_intake=True))
    assert (row.state, row.seats) == ("applied", 0)


def test_the_same_form_again_gets_the_same_answer(meeting: Meeting) -> None:
    event = meeting(capacity=1)
    wish = wished(call_name="くさ")
    first, again = sign_up(event.pk, wish), sign_up(event.pk, wish)
    assert (again.sign_up, again.code, again.is_new) == (first.sign_up, first.code, False)
    assert event.sign_ups.count() == 1


def test_the_same_form_is_answered_also_once_the_meeting_is_over(meeting: Meeting, clock: Any) -> None:
    event = meeting()
    wish = wished()
    first = sign_up(event.pk, wish)
    clock.move_to(SATURDAY + dt.timedelta(days=1))
    assert sign_up(event.pk, wish).code == first.code
    assert refused(signed, event) == "asked"


@pytest.mark.parametrize("other", [{"call_name": "はな"}, {"party": 2}, {"is_first": True}])
def test_other_words_under_the_same_id_are_refused(meeting: Meeting, other: dict[str, Any]) -> None:
    event = meeting(most_party=2)
    wish = wished(call_name="くさ")
    sign_up(event.pk, wish)
    assert (
        refused(signed, event, **{"request_id": wish.request_id, "call_name": "くさ"} | other) == "id_reused"
    )


def test_the_same_id_at_another_meeting_is_refused(meeting: Meeting) -> None:
    wish = wished()
    sign_up(meeting().pk, wish)
    assert refused(sign_up, meeting().pk, wish) == "id_reused"


def test_who_gives_no_name_gets_one_nobody_has_there(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    names = [sign(event).call_name for _ in range(5)]
    assert all(names)
    assert len(set(names)) == 5


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"starts": SATURDAY - dt.timedelta(days=7)}, "もう終わりました"),
        ({"called_off_at": SATURDAY}, "なくなりました"),
        ({"closes_before": 7 * 1440}, "しめきりました"),
    ],
)
def test_what_is_over_called_off_or_closed_says_so(meeting: Meeting, plan: dict[str, Any], why: str) -> None:
    event = meeting(**plan)
    with pytest.raises(Refusal) as refusal:
        signed(event)
    assert refusal.value.code == "asked"
    assert why in refusal.value.text


@pytest.mark.parametrize(
    ("plan", "closes"),
    [({"closes_before": 60}, SATURDAY - dt.timedelta(hours=1)), ({}, SATURDAY + dt.timedelta(minutes=90))],
)
def test_the_clock_of_the_house_decides_at_the_very_moment_it_closes(
    meeting: Meeting, sign: Sign, clock: Any, plan: dict[str, Any], closes: dt.datetime
) -> None:
    event = meeting(**plan)
    clock.move_to(closes - dt.timedelta(seconds=1), tick=False)
    assert sign(event).state == "joined"
    clock.move_to(closes, tick=False)
    assert refused(signed, event) == "asked"


def test_one_may_sign_up_while_it_goes_on(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting(capacity=1)
    clock.move_to(SATURDAY + dt.timedelta(minutes=10))
    assert sign(event).state == "joined"


def test_what_is_not_published_or_not_there_is_not_found(meeting: Meeting) -> None:
    assert refused(signed, meeting(is_published=False)) == "not_found"
    assert refused(sign_up, 12345, wished()) == "not_found"


def test_meetings_of_one_side_are_for_who_has_come_in_on_that_side(
    meeting: Meeting, parent: Person, newcomer: Person
) -> None:
    event = meeting(standpoints=["parent", "sibling"])
    assert refused(signed, event) == "not_found"
    assert refused(signed, event, person=newcomer) == "not_found"
    assert signed(event, person=parent).sign_up.person is None


def test_a_keeper_is_somebody_who_passes_by(meeting: Meeting, keeper: KeeperFacts) -> None:
    event = meeting(standpoints=["parent"])
    assert refused(signed, event, person=Person.objects.get(pk=keeper.person_id)) == "not_found"


def test_nobody_signs_up_as_somebody_the_meeting_is_not_for(meeting: Meeting) -> None:
    assert refused(signed, meeting(standpoints=["person", "sibling"]), standpoint="parent") == "not_found"


def test_it_stands_in_my_record_by_choice_only(meeting: Meeting, parent: Person) -> None:
    event = meeting()
    assert signed(event, person=parent).sign_up.person is None
    assert signed(event, person=parent, ties_person=True).sign_up.person == parent


def test_more_than_the_meeting_takes_together_is_malformed(meeting: Meeting) -> None:
    assert refused(signed, meeting(most_party=2), party=3) == "malformed"


def test_answers_are_kept_for_their_own_days(meeting: Meeting, sign: Sign) -> None:
    sheet = new_sheet({"days": 3}, {"days": 30})
    first, second = sheet.questions.all()
    row = sign(meeting(sheet=sheet), answers=((first.pk, "はい"), (second.pk, "しずかな席")))
    ends = {answer.text: answer.ends_on for answer in row.answers.all()}
    assert ends == {"はい": dt.date(2026, 12, 1), "しずかな席": dt.date(2026, 12, 28)}


def test_answers_to_questions_of_another_meeting_are_malformed(meeting: Meeting) -> None:
    question = new_sheet({}).questions.get()
    assert refused(signed, meeting(sheet=new_sheet({})), answers=((question.pk, "はい"),)) == "malformed"
    assert not Answer.objects.exists()


def test_words_about_dying_are_marked_for_who_reads_first(meeting: Meeting, sign: Sign) -> None:
    question = new_sheet({}).questions.get()
    event = meeting(sheet=question.sheet)
    assert sign(event, answers=((question.pk, "もう死にたいです。"),)).about_dying
    assert not sign(event, answers=((question.pk, "しずかな席がいいです。"),)).about_dying


def test_a_number_among_the_answers_is_asked_about_first(meeting: Meeting, sign: Sign) -> None:
    question = new_sheet({}).questions.get()
    event = meeting(sheet=question.sheet)
    answers = ((question.pk, "電話は090-1234-5678です。"),)
    with pytest.raises(AskedFirst):
        signed(event, answers=answers)
    assert sign(event, answers=answers, as_is=True).answers.count() == 1


def test_a_consent_is_given_to_the_version_in_force(meeting: Meeting, sign: Sign) -> None:
    event = meeting(asks_consent=True)
    text_of_consent(1)
    text_of_consent(2)
    text_of_consent(3, effective_on=dt.date(2026, 12, 1))
    for other in (None, 1, 3):
        assert refused(signed, event, consent_version=other) == "rules_changed"
    row = sign(event, consent_version=2)
    assert Consent.objects.get(sign_up=row).text.number == 2


def test_a_kind_of_meeting_has_a_text_of_its_own_or_the_one_for_all(meeting: Meeting, sign: Sign) -> None:
    text_of_consent(1)
    text_of_consent(2, kind="activity")
    text_of_consent(3)
    text_of_consent(4, kind="activity", effective_on=dt.date(2026, 12, 1))
    activity = meeting(asks_consent=True, kind="activity")
    assert refused(signed, activity, consent_version=3) == "rules_changed"
    assert sign(activity, consent_version=2).consent.text.kind == "activity"
    assert sign(meeting(asks_consent=True, kind="family_class"), consent_version=3).consent.text.kind == ""


def test_who_signs_up_again_after_withdrawing_has_a_new_turn(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    first = sign(event)
    withdraw(first.pk)
    again = sign(event)
    assert (again.turn, again.state, state_of(first)) == (2, "joined", "withdrawn")


def test_seats_that_were_added_are_offered_to_who_waits(meeting: Meeting, sign: Sign) -> None:
    event = meeting(capacity=1)
    rows = [sign(event) for _ in range(3)]
    replan(event, capacity=2)
    assert [state_of(row) for row in rows] == ["joined", "offered", "waiting"]


def test_a_line_of_thousands_takes_nobody_more(meeting: Meeting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ibasho.events.actions.signing_up.MOST_SIGN_UPS", 1)
    event = meeting()
    signed(event)
    assert refused(signed, event) == "full"


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "joined", "seats": 0},
        {"state": "waiting", "seats": 1},
        {"state": "offered", "seats": 2},
        {"state": "elsewhere", "seats": 0},
        {"party": 5},
        {"party": 0, "seats": 0},
        {"state": "referred", "seats": 0},
        {"state": "withdrawn", "seats": 0},
    ],
)
def test_the_database_keeps_what_must_be_so(meeting: Meeting, sign: Sign, fields: dict[str, Any]) -> None:
    row = sign(meeting())
    with pytest.raises(IntegrityError), transaction.atomic():
        SignUp.objects.filter(pk=row.pk).update(**fields)


def test_no_column_counts_who_did_not_come() -> None:
    words = ("no_show", "missed", "absen", "count", "cancel")
    columns = [field.name for model in (SignUp, Event, Answer) for field in model._meta.concrete_fields]
    assert [name for name in columns if any(word in name for word in words)] == []


def test_a_code_belongs_to_one_id_only(meeting: Meeting, sign: Sign) -> None:
    event = meeting()
    assert len({signed(event, request_id=uuid4()).code for _ in range(20)}) == 20
