"""席があきました: yes, no, later, and silence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ibasho.events.actions import (
    answer_offer,
    lapse_offers,
    let_rest_go,
    release_newcomers_seats,
    set_auto_accept,
    withdraw,
)
from ibasho.events.models import Event, Offer, SignUp
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
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
    assert (row.state, row.seats, row.party) == ("joined", 1, 3)
    assert state_of(second) == "joined"


def test_an_offer_grows_with_the_next_seat_until_the_hour_that_was_said(
    event: Event, sign: Sign, clock: Any
) -> None:
    replan(event, capacity=2, most_party=2)
    first, second, household, single = sign(event), sign(event), sign(event, party=2), sign(event)
    withdraw(first.pk)
    before = Offer.objects.get(answer="")
    clock.shift(dt.timedelta(hours=14))
    withdraw(second.pk)
    assert [state_of(household), state_of(single)] == ["offered", "waiting"]
    now = Offer.objects.get(answer="")
    assert (now.sign_up_id, now.seats, now.until) == (household.pk, 2, before.until)
    before.refresh_from_db()
    assert before.answer == "grown"
    assert answer_offer(household.pk, "yes").seats == 2


def test_what_grew_and_was_not_answered_passes_on_whole(event: Event, sign: Sign, clock: Any) -> None:
    replan(event, capacity=2, most_party=2)
    rows = [sign(event), sign(event), sign(event, party=2), sign(event), sign(event)]
    for row in rows[:2]:
        withdraw(row.pk)
    pass_the_offer(clock)
    assert states(rows[2:]) == ["waiting", "offered", "offered"]


def test_a_yes_to_another_number_than_was_shown_is_asked_again(event: Event, sign: Sign) -> None:
    replan(event, capacity=2, most_party=2)
    first, second, household = sign(event), sign(event), sign(event, party=2)
    withdraw(first.pk)
    withdraw(second.pk)
    with pytest.raises(Refusal) as refusal:
        answer_offer(household.pk, "yes", seats_seen=1)
    assert "数が、かわりました" in refusal.value.text
    assert state_of(household) == "offered"
    assert answer_offer(household.pk, "yes", seats_seen=2).state == "joined"


def test_the_rest_of_a_household_is_given_the_next_seat_before_who_stands_behind(
    event: Event, sign: Sign
) -> None:
    replan(event, capacity=2, most_party=2)
    first, second, household, single = sign(event), sign(event), sign(event, party=2), sign(event)
    withdraw(first.pk)
    answer_offer(household.pk, "yes")
    withdraw(second.pk)
    household.refresh_from_db()
    assert (household.state, household.seats, state_of(single)) == ("joined", 2, "waiting")


def test_who_waits_for_no_rest_lets_the_next_seat_pass_on(event: Event, sign: Sign) -> None:
    replan(event, capacity=2, most_party=2)
    first, second, household, single = sign(event), sign(event), sign(event, party=2), sign(event)
    withdraw(first.pk)
    answer_offer(household.pk, "yes")
    for _ in range(2):
        row = let_rest_go(household.pk)
    assert (row.state, row.seats, row.party) == ("joined", 1, 1)
    withdraw(second.pk)
    assert state_of(single) == "offered"
    assert let_rest_go(single.pk).state == "offered"


def test_the_rest_is_given_a_newcomers_seat_three_hours_before(event: Event, sign: Sign, clock: Any) -> None:
    replan(event, capacity=3, newcomer_seats=1, most_party=2)
    sign(event)
    household = sign(event, party=2)
    answer_offer(household.pk, "yes")
    clock.move_to(SATURDAY - dt.timedelta(hours=3))
    release_newcomers_seats()
    household.refresh_from_db()
    assert (household.state, household.seats) == ("joined", 2)


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
