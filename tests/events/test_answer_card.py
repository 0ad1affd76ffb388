"""会のあとのカード: one answer a sign-up, and nobody's."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any, Protocol

import pytest
from django.test import Client, override_settings

from ibasho.events.actions import answer_card, forget_cards, forget_sign_ups, withdraw
from ibasho.events.actions.carding import _write_down
from ibasho.events.card_pot import POT, CardPot, mark_of
from ibasho.events.models import AfterCard, CardMark, SignUp
from ibasho.events.queries.cards import has_answered_card
from ibasho.lib import due
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from tests.conftest import EnterAs, KeeperClient
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, replan, signed
from tests.events.test_race_for_seats import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MINE = "/sign-ups/mine/"
ASKED = "いて だいじょうぶでしたか"
NOVEMBER = dt.date(2026, 11, 1)
OVER = SATURDAY + dt.timedelta(minutes=90)


def has_answered(row: SignUp) -> bool:
    return has_answered_card(SignUp.objects.select_related("event").get(pk=row.pk))


def every_row() -> list[list[tuple[Any, ...]]]:
    return [list(model.objects.values_list()) for model in (SignUp, AfterCard, CardMark)]


def numbers() -> dict[tuple[str, str], int]:
    return {(str(row.month), row.answer): row.number for row in AfterCard.objects.all()}


class Came(Protocol):
    def __call__(self, number: int) -> list[SignUp]: ...


@pytest.fixture
def came(meeting: Meeting, sign: Sign, clock: Any) -> Came:
    """`came(number)`: so many sign-ups to one meeting, which is over now."""

    def come(number: int) -> list[SignUp]:
        event = meeting()
        rows = [sign(event) for _ in range(number)]
        clock.move_to(OVER)
        return rows

    return come


def test_after_the_end_one_tap_says_how_it_was(outsider: Client, meeting: Meeting, clock: Any) -> None:
    answer = signed(meeting())
    outsider.get(f"/sign-ups/{answer.code}/")
    clock.move_to(OVER - dt.timedelta(seconds=1))
    assert ASKED not in outsider.get(MINE).content.decode()
    clock.move_to(OVER)
    assert ASKED in outsider.get(MINE).content.decode()
    sent = {"of": answer.sign_up.pk, "answer": "well"}
    told = outsider.post(f"{MINE}card/", sent)
    assert (told.status_code, told["Location"]) == (303, f"{MINE}?of={answer.sign_up.pk}")
    page = outsider.get(told["Location"]).content.decode()
    assert ("聞かせてくださって、ありがとうございます" in page, ASKED in page) == (True, False)


def test_one_sign_up_answers_once_and_the_first_stands(came: Came) -> None:
    rows = came(6)
    for row in rows:
        answer_card(row.pk, "tired")
        answer_card(row.pk, "uneasy")
    for row in rows:
        answer_card(row.pk, "well")
    assert numbers() == {("2026-11-01", "tired"): 5}


def test_any_two_copies_of_the_database_lie_five_answers_apart_or_none(
    meeting: Meeting, sign: Sign, clock: Any
) -> None:
    events = meeting(), meeting(title="べつの会")
    rows = [sign(events[count % 2]) for count in range(11)]
    clock.move_to(OVER)
    copies = [every_row()]
    for row in rows:
        answer_card(row.pk, "uneasy")
        copies.append(every_row())
    changes = [count for count in range(1, len(copies)) if copies[count] != copies[count - 1]]
    assert changes == [5, 10]
    assert numbers() == {("2026-11-01", "uneasy"): 10}
    assert [has_answered(row) for row in rows] == [True] * 11


def test_no_row_and_no_order_ties_an_answer_to_a_sign_up(came: Came) -> None:
    rows = came(5)
    before = list(SignUp.objects.values_list())
    for row in rows:
        answer_card(row.pk, "uneasy")
    assert list(SignUp.objects.values_list()) == before
    marks = list(CardMark.objects.values_list("mark", flat=True))
    assert marks == sorted(marks)
    assert len(marks) == 5
    known = {str(value) for row in rows for value in (row.pk, row.pk.hex, row.request_id, row.code_hash)}
    assert not known & set(marks)
    assert [field.name for field in CardMark._meta.get_fields()] == ["mark", "month"]
    assert [field.name for field in AfterCard._meta.get_fields()] == ["id", "month", "answer", "number"]
    with override_settings(HOUSE_SECRET="0" * 64):
        assert not any(has_answered(row) for row in rows)


def test_a_restart_loses_what_waits_and_keeps_who_has_answered(came: Came) -> None:
    rows = came(6)
    for row in rows:
        answer_card(row.pk, "well")
    POT.forget()
    assert [has_answered(row) for row in rows] == [True] * 5 + [False]


def test_who_has_answered_in_another_process_is_counted_there(came: Came) -> None:
    rows = came(9)
    other = CardPot()
    for row in rows[:4]:
        other.put(NOVEMBER, mark_of(row), "well")
    for row in rows[:5]:
        answer_card(row.pk, "tired")
    late = other.put(NOVEMBER, mark_of(rows[5]), "well")
    assert len(late) == 5
    _write_down(NOVEMBER, late)
    assert numbers() == {("2026-11-01", "tired"): 5}
    for row in rows[5:]:
        answer_card(row.pk, "uneasy")
    assert (CardMark.objects.count(), numbers()) == (5, {("2026-11-01", "tired"): 5})


@pytest.mark.django_db(transaction=True)
def test_two_processes_that_write_the_same_at_one_moment_count_it_once() -> None:
    for turn in range(20):
        batch = {f"{turn} {count}": "well" for count in range(5)}
        together([partial(_write_down, NOVEMBER, batch)] * 4)
        assert CardMark.objects.count() == numbers()[("2026-11-01", "well")] == 5 * (turn + 1)


def test_marks_go_when_the_month_is_counted_and_sums_outlive_the_sign_ups(came: Came, clock: Any) -> None:
    rows = came(6)
    for row in rows:
        answer_card(row.pk, "uneasy")
    clock.move_to(dt.datetime(2026, 12, 7, 14, 59, tzinfo=dt.UTC))
    forget_cards()
    assert CardMark.objects.count() == 5
    clock.shift(dt.timedelta(minutes=1))
    forget_cards()
    assert (CardMark.objects.count(), POT.holds(NOVEMBER, mark_of(rows[5]))) == (0, False)
    clock.move_to(SATURDAY + dt.timedelta(days=40))
    forget_sign_ups()
    assert (SignUp.objects.count(), numbers()) == (0, {("2026-11-01", "uneasy"): 5})
    assert {work.name: work.func for work in due.all_work()}["marks of cards"] is forget_cards


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
    others = [signed(event).sign_up for _ in range(4)]
    desk, mine = keeper_client(steward), enter_as(Client(), parent)
    clock.move_to(OVER)
    paths = ["/desk/", "/desk/meetings/", f"/desk/meetings/{event.pk}/"]
    before = [len(desk.get(path).content) for path in paths]
    for one in (row, *others):
        answer_card(one.pk, "uneasy")
    assert [len(desk.get(path).content) for path in paths] == before
    record = mine.get("/me/download/").content.decode()
    assert ("会のあとのカードに、答えました" in record, "いづらかった" in record) == (True, False)
