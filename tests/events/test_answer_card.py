"""会のあとのカード: one answer a sign-up, and nobody's."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from ibasho.events.actions import answer_card, forget_sign_ups, withdraw
from ibasho.events.models import AfterCard, SignUp
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, replan, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINE = "/sign-ups/mine/"
ASKED = "いて だいじょうぶでしたか"
OVER = SATURDAY + dt.timedelta(minutes=90)


def numbers() -> dict[tuple[str, str], int]:
    return {(str(row.month), row.answer): row.number for row in AfterCard.objects.all()}


def test_after_the_end_one_tap_says_how_it_was(outsider: Client, meeting: Meeting, clock: Any) -> None:
    answer = signed(meeting())
    outsider.get(f"/sign-ups/{answer.code}/")
    clock.move_to(OVER - dt.timedelta(seconds=1))
    assert ASKED not in outsider.get(MINE).content.decode()
    clock.move_to(OVER)
    assert ASKED in outsider.get(MINE).content.decode()
    sent = {"of": answer.sign_up.pk, "answer": "well"}
    told = outsider.post(f"{MINE}card/", sent)
    assert (told.status_code, told["Location"]) == (303, f"{MINE}?of={answer.sign_up.pk}&done=card")
    page = outsider.get(told["Location"]).content.decode()
    assert ("聞かせてくださって、ありがとうございます" in page, ASKED in page) == (True, False)
    assert numbers() == {("2026-11-01", "well"): 1}


def test_one_sign_up_answers_once_and_the_first_stands(meeting: Meeting, sign: Sign, clock: Any) -> None:
    event = meeting()
    rows = [sign(event) for _ in range(3)]
    clock.move_to(OVER)
    for row in rows:
        answer_card(row.pk, "tired")
        answer_card(row.pk, "uneasy")
    assert numbers() == {("2026-11-01", "tired"): 3}


def test_what_is_kept_says_nothing_of_who_answered(meeting: Meeting, sign: Sign, clock: Any) -> None:
    row, other = sign(meeting()), sign(meeting(title="べつの会"))
    clock.move_to(OVER)
    before = SignUp.objects.values_list().get(pk=row.pk)
    answer_card(row.pk, "uneasy")
    answer_card(other.pk, "uneasy")
    after = SignUp.objects.values_list().get(pk=row.pk)
    names = [field.attname for field in SignUp._meta.concrete_fields]
    changed = {name for name, old, new in zip(names, before, after) if old != new}
    assert changed == {"has_answered_card"}
    assert [field.name for field in AfterCard._meta.get_fields()] == ["id", "month", "answer", "number"]
    assert numbers() == {("2026-11-01", "uneasy"): 2}
    clock.move_to(SATURDAY + dt.timedelta(days=40))
    forget_sign_ups()
    assert (SignUp.objects.count(), numbers()) == (0, {("2026-11-01", "uneasy"): 2})


@pytest.mark.parametrize("state", ["withdrawn", "waiting", "called_off", "not_over", "counted"])
def test_who_was_not_there_is_not_asked(meeting: Meeting, sign: Sign, clock: Any, state: str) -> None:
    event = meeting(capacity=1)
    row = sign(event)
    if state == "withdrawn":
        withdraw(row.pk)
    if state == "waiting":
        row = sign(event)
    if state == "called_off":
        replan(event, called_off_at=SATURDAY)
    days = {"not_over": dt.timedelta(minutes=-1), "counted": dt.timedelta(days=10)}
    clock.move_to(OVER + days.get(state, dt.timedelta()))
    assert refused(answer_card, row.pk, "well") == "asked"
    assert numbers() == {}


def test_other_answers_and_other_peoples_sign_ups_are_refused(
    outsider: Client, meeting: Meeting, sign: Sign, clock: Any
) -> None:
    event = meeting()
    mine, other = signed(event), sign(event)
    outsider.get(f"/sign-ups/{mine.code}/")
    clock.move_to(OVER)
    assert refused(answer_card, mine.sign_up.pk, "すばらしい") == "malformed"
    assert outsider.post(f"{MINE}card/", {"of": other.pk, "answer": "well"}).status_code == 404
    assert outsider.get(f"{MINE}card/").status_code == 405
    assert numbers() == {}


def test_no_page_of_the_desk_tells_who_has_answered(
    meeting: Meeting,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    parent: Person,
    enter_as: EnterAs,
    clock: Any,
) -> None:
    event = meeting()
    row = signed(event, person=parent, ties_person=True).sign_up
    desk, mine = keeper_client(steward), enter_as(Client(), parent)
    clock.move_to(OVER)
    paths = ["/desk/", "/desk/meetings/", f"/desk/meetings/{event.pk}/"]
    before = [len(desk.get(path).content) for path in paths]
    answer_card(row.pk, "uneasy")
    assert [len(desk.get(path).content) for path in paths] == before
    record = mine.get("/me/download/").content.decode()
    assert ("会のあとのカードに、答えました" in record, "いづらかった" in record) == (True, False)
