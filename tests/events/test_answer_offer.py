"""席があきました: yes, no, later, and silence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ibasho.events.actions import answer_offer, lapse_offers, set_auto_accept, withdraw
from ibasho.events.models import Event, Offer, SignUp
from ibasho.lib import clock as house_clock
from tests.events.conftest import SATURDAY, Meeting, Sign, refused, replan, state_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def event(meeting: Meeting) -> Event:
    return meeting(capacity=1)


@pytest.fixture
def line(event: Event, sign: Sign) -> list[SignUp]:
    """The first has withdrawn, the second is asked, the third and the fourth wait."""
    rows = [sign(event) for _ in range(4)]
    withdraw(rows[0].pk)
    return rows[1:]


def states(line: list[SignUp]) -> list[str]:
    return [state_of(row) for row in line]


def pass_the_offer(clock: Any) -> None:
    clock.move_to(Offer.objects.get(answer="").until)
    assert lapse_offers() == 1


def test_yes_joins(line: list[SignUp]) -> None:
    assert answer_offer(line[0].pk, "yes").state == "joined"
    assert states(line) == ["joined", "waiting", "waiting"]
    assert Offer.objects.get().answer == "yes"


def test_no_withdraws_and_the_next_is_asked(line: list[SignUp]) -> None:
    assert answer_offer(line[0].pk, "no").call_name == ""
    assert states(line) == ["withdrawn", "offered", "waiting"]


def test_later_keeps_the_turn_for_the_next_seat(line: list[SignUp]) -> None:
    answer_offer(line[0].pk, "later")
    assert states(line) == ["waiting", "offered", "waiting"]
    withdraw(line[1].pk)
    assert states(line) == ["offered", "withdrawn", "waiting"]


def test_silence_keeps_the_turn_and_the_next_is_asked(line: list[SignUp], clock: Any) -> None:
    pass_the_offer(clock)
    assert states(line) == ["waiting", "offered", "waiting"]
    assert Offer.objects.get(sign_up=line[0]).answer == "silence"
    answer_offer(line[1].pk, "no")
    assert states(line) == ["offered", "withdrawn", "waiting"]


def test_an_offer_does_not_lapse_before_its_hour_nor_twice(line: list[SignUp], clock: Any) -> None:
    assert lapse_offers() == 0
    pass_the_offer(clock)
    assert lapse_offers() == 0


def test_a_late_yes_is_told_that_the_next_is_asked(line: list[SignUp], clock: Any) -> None:
    pass_the_offer(clock)
    assert refused(answer_offer, line[0].pk, "yes") == "asked"
    assert states(line) == ["waiting", "offered", "waiting"]


def test_a_late_yes_takes_a_seat_that_nobody_wanted(line: list[SignUp], clock: Any) -> None:
    for _ in line:
        pass_the_offer(clock)
    assert states(line) == ["waiting", "waiting", "waiting"]
    answer_offer(line[2].pk, "yes")
    assert states(line) == ["waiting", "waiting", "joined"]
    assert refused(answer_offer, line[0].pk, "yes") == "asked"


@pytest.mark.parametrize("answer", ["yes", "no", "later"])
def test_an_answer_said_again_changes_nothing(event: Event, line: list[SignUp], answer: str) -> None:
    answer_offer(line[0].pk, answer)
    before, vacancy = states(line), Event.objects.get(pk=event.pk).vacancy
    answer_offer(line[0].pk, answer)
    assert (states(line), Event.objects.get(pk=event.pk).vacancy) == (before, vacancy)


def test_there_is_nothing_to_say_no_to_while_one_waits(line: list[SignUp]) -> None:
    assert refused(answer_offer, line[1].pk, "no") == "asked"
    assert refused(answer_offer, line[1].pk, "maybe") == "malformed"
    assert states(line) == ["offered", "waiting", "waiting"]


def test_nobody_joins_what_is_called_off_or_over(event: Event, line: list[SignUp], clock: Any) -> None:
    replan(event, called_off_at=house_clock.now(), frees=False)
    assert refused(answer_offer, line[0].pk, "yes") == "asked"
    replan(event, called_off_at=None)
    clock.move_to(SATURDAY + dt.timedelta(hours=2))
    assert refused(answer_offer, line[0].pk, "yes") == "asked"
    assert states(line) == ["offered", "waiting", "waiting"]


def test_a_household_may_come_with_the_seats_there_are(event: Event, sign: Sign) -> None:
    replan(event, capacity=2, most_party=3)
    first, second, household = sign(event), sign(event), sign(event, party=3)
    withdraw(first.pk)
    assert Offer.objects.get(sign_up=household).seats == 1
    row = answer_offer(household.pk, "yes")
    assert (row.state, row.seats, row.party) == ("joined", 1, 1)
    assert state_of(second) == "joined"


def test_all_or_none_waits_until_seats_for_all_are_free(event: Event, sign: Sign) -> None:
    replan(event, capacity=2, most_party=2)
    first, second = sign(event), sign(event)
    household, single = sign(event, party=2, all_or_none=True), sign(event)
    withdraw(first.pk)
    assert [state_of(household), state_of(single)] == ["waiting", "offered"]
    answer_offer(single.pk, "no")
    withdraw(second.pk)
    assert state_of(household) == "offered"
    assert answer_offer(household.pk, "yes").seats == 2


def test_in_the_last_three_hours_a_free_seat_is_for_who_says_yes(
    event: Event, sign: Sign, clock: Any
) -> None:
    first, second, third = (sign(event) for _ in range(3))
    clock.move_to(SATURDAY - dt.timedelta(hours=1))
    withdraw(first.pk)
    assert [state_of(second), state_of(third)] == ["waiting", "waiting"]
    answer_offer(third.pk, "yes")
    assert [state_of(second), state_of(third)] == ["waiting", "joined"]


def test_a_free_seat_is_taken_as_soon_as_somebody_wishes_not_to_be_asked(
    line: list[SignUp], clock: Any
) -> None:
    for _ in line:
        pass_the_offer(clock)
    assert set_auto_accept(line[1].pk, is_on=True).state == "joined"
    assert states(line) == ["waiting", "joined", "waiting"]


def test_to_be_asked_again_can_be_wished_as_well(line: list[SignUp]) -> None:
    assert set_auto_accept(line[1].pk, is_on=True).auto_accept
    assert not set_auto_accept(line[1].pk, is_on=False).auto_accept
    answer_offer(line[0].pk, "no")
    assert state_of(line[1]) == "offered"


def test_after_a_cut_promises_stay_promises(event: Event, sign: Sign) -> None:
    replan(event, capacity=2)
    first, second, third = sign(event), sign(event), sign(event)
    withdraw(first.pk)
    replan(event, capacity=1, frees=False)
    assert [state_of(second), state_of(third)] == ["joined", "offered"]
    assert answer_offer(third.pk, "yes").state == "joined"
    assert sign(event).state == "waiting"


def test_one_open_offer_each_and_answers_with_their_hour(line: list[SignUp]) -> None:
    offer = Offer.objects.get()
    wrong: list[dict[str, Any]] = [{"answer": "yes"}, {"answered_at": offer.until}, {"seats": 0}]
    for fields in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(**fields)
    with pytest.raises(IntegrityError), transaction.atomic():
        Offer.objects.create(sign_up=line[0], seats=1, made_at=offer.made_at, until=offer.until)
