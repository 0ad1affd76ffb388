"""Many at the same moment: never a seat too many, never a turn twice, one form one effect."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest
from django.db import connections

from ibasho.events.actions import Signed, answer_offer, sign_up, tie, withdraw
from ibasho.events.models import Event, Offer, SignUp
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.actions import choose_standpoint, erase
from ibasho.people.models import Person
from tests.events.conftest import Meeting, Sign, signed, wished

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 10


def together(acts: Sequence[Callable[[], object]]) -> list[object]:
    """All begin at once, each in a thread with its own connection; a refusal is an answer, too."""
    start = threading.Barrier(len(acts))
    answers: list[object] = []
    errors: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait(10)
            answers.append(act())
        except Refusal as refusal:
            answers.append(refusal.code)
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert errors == []
    return answers


@pytest.fixture
def next_week(meeting: Meeting) -> Meeting:
    """Time goes on while threads wait for each other, so nobody travels here."""
    return partial(meeting, starts=house_clock.now() + dt.timedelta(days=6))


def states(event: Event) -> list[str]:
    return list(event.sign_ups.order_by("turn").values_list("state", flat=True))


def test_two_for_the_last_seat(next_week: Meeting) -> None:
    for _ in range(ROUNDS):
        event = next_week(capacity=1)
        together([partial(signed, event)] * 2)
        assert sorted(states(event)) == ["joined", "waiting"]


def test_many_for_few_seats(next_week: Meeting) -> None:
    event = next_week(capacity=3)
    together([partial(signed, event)] * 16)
    assert states(event) == ["joined"] * 3 + ["waiting"] * 13
    assert sorted(event.sign_ups.values_list("turn", flat=True)) == list(range(1, 17))


def test_where_no_line_is_kept_the_others_are_told_that_it_is_full(next_week: Meeting) -> None:
    event = next_week(capacity=2, keeps_line=False)
    answers = together([partial(signed, event)] * 8)
    assert answers.count("full") == 6
    assert states(event) == ["joined", "joined"]


def test_the_same_form_many_times_at_once_has_one_effect(next_week: Meeting) -> None:
    event, wish = next_week(capacity=1), wished()
    answers = together([partial(sign_up, event.pk, wish)] * 12)
    codes = {answer.code for answer in answers if isinstance(answer, Signed)}
    assert len(answers) == 12
    assert len(codes) == 1
    assert event.sign_ups.count() == 1


def test_the_same_form_at_once_is_answered_also_where_nobody_more_is_taken(
    next_week: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ibasho.events.actions.signing_up.MOST_SIGN_UPS", 1)
    for _ in range(ROUNDS):
        answers = together([partial(sign_up, next_week().pk, wished())] * 4)
        assert sum(isinstance(answer, Signed) and answer.is_new for answer in answers) == 1
        assert all(isinstance(answer, Signed) for answer in answers)


def test_the_same_id_at_two_meetings_at_once_has_one_effect(next_week: Meeting) -> None:
    first, second = next_week(), next_week()
    for _ in range(ROUNDS):
        wish = wished()
        acts = [partial(sign_up, event.pk, wish) for event in (first, second)]
        assert together(acts).count("id_reused") == 1
    assert SignUp.objects.count() == ROUNDS


def test_one_withdraws_while_another_signs_up(next_week: Meeting, sign: Sign) -> None:
    for _ in range(ROUNDS):
        event = next_week(capacity=1)
        first = sign(event)
        together([partial(withdraw, first.pk), partial(signed, event)])
        # who came first waited and is asked, who came second found the seat free
        assert states(event) in (["withdrawn", "joined"], ["withdrawn", "offered"])


def test_yes_and_no_at_once_are_one_answer(next_week: Meeting, sign: Sign) -> None:
    for _ in range(ROUNDS):
        event = next_week(capacity=1)
        first, second, third = sign(event), sign(event), sign(event)
        withdraw(first.pk)
        acts = [partial(answer_offer, second.pk, word) for word in ("yes", "no")]
        assert "asked" in together(acts)
        third.refresh_from_db()
        assert (states(event)[1], third.state) in (("joined", "waiting"), ("withdrawn", "offered"))
        assert Offer.objects.filter(sign_up=second).count() == 1


def test_everybody_leaves_at_once_and_the_next_are_asked(next_week: Meeting, sign: Sign) -> None:
    event = next_week(capacity=4)
    rows = [sign(event) for _ in range(8)]
    together([partial(withdraw, row.pk) for row in rows[:4]])
    assert states(event) == ["withdrawn"] * 4 + ["offered"] * 4
    event.refresh_from_db()
    assert event.vacancy == 4


def test_erasing_and_crossing_the_wall_wait_for_nobody_for_ever(
    next_week: Meeting, sign: Sign, parent: Person, sibling: Person
) -> None:
    event = next_week(capacity=2)
    signed(event, person=parent, ties_person=True)
    others = [sign(event) for _ in range(3)]
    acts: list[Callable[[], object]] = [
        partial(erase, parent),
        partial(signed, event, person=parent, ties_person=True),
        partial(signed, event, person=sibling, ties_person=True),
        partial(choose_standpoint, sibling, standpoint="person"),
        partial(tie, others[1].pk, parent),
        *(partial(withdraw, row.pk) for row in others),
    ]
    together(acts)
    assert not Person.objects.filter(pk=parent.pk).exists()
    assert not event.sign_ups.exclude(person=sibling).exclude(person=None).exists()
    assert seats_held(event) <= 2


def seats_held(event: Event) -> int:
    return sum(event.sign_ups.values_list("seats", flat=True))
