"""Sign-ups, addresses and ties that were ended since a copy of the database end again when it is brought back."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import transaction

from ibasho.events.actions import (
    come_back,
    forget_contact,
    give_feed,
    give_sign_up_feed,
    set_mail,
    stop_feed,
    stop_mail,
    tie,
    untie,
    withdraw,
)
from ibasho.events.contacts import keep_contact
from ibasho.events.models import Feed, MailContact, SignUp, SignUpContact, WayBack
from ibasho.people.models import Person
from tests.events.conftest import Meeting, Sign, new_sheet, state_of
from tests.restoring import restored_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(meeting: Meeting, sign: Sign, clock: time_machine.Traveller) -> SignUp:
    question = new_sheet({}).questions.get()
    event = meeting(capacity=1, sheet=question.sheet)
    return sign(event, call_name="くさ", answers=((question.pk, "ゆっくり話します。"),))


def test_who_withdrew_is_out_and_their_seat_passes_on(row: SignUp, sign: Sign) -> None:
    second = sign(row.event)
    assert restored_before(lambda: withdraw(row.pk)) == {"sign-up": 1, "answers": 1}
    row.refresh_from_db()
    assert (row.state, row.call_name) == ("withdrawn", "")
    assert not row.answers.exists()
    assert not WayBack.objects.exists()
    assert state_of(second) == "offered"


def test_who_came_back_has_their_place_and_left_no_answers(
    row: SignUp, clock: time_machine.Traveller
) -> None:
    acts: Any = (lambda: withdraw(row.pk), lambda: clock.shift(1), lambda: come_back(row.pk))
    assert restored_before(*acts) == {"answers": 1}
    row.refresh_from_db()
    assert row.state == "joined"
    assert row.call_name not in ("", "くさ")
    assert not row.answers.exists()


def test_an_address_that_was_stopped_or_replaced_is_gone(row: SignUp) -> None:
    set_mail(row.pk, "old@example.org")
    assert restored_before(lambda: set_mail(row.pk, "new@example.org")) == {"mail": 1}
    assert not MailContact.objects.exists()
    set_mail(row.pk, "new@example.org")
    assert restored_before(lambda: stop_mail(row.pk)) == {"mail": 1}
    assert not MailContact.objects.exists()


def test_a_telephone_number_that_was_taken_back_is_gone(row: SignUp) -> None:
    with transaction.atomic():
        keep_contact(row, row.event, "01-2345-6789")
    assert restored_before(lambda: forget_contact(row.pk)) == {"contact": 1}
    assert not SignUpContact.objects.exists()


def test_an_address_of_a_calendar_that_was_ended_opens_nothing(row: SignUp, regular: Person) -> None:
    give_feed(regular)
    assert restored_before(lambda: stop_feed(regular)) == {"feed": 1}
    give_sign_up_feed(row.pk)
    assert restored_before(lambda: give_sign_up_feed(row.pk)) == {"feed": 1}
    assert not Feed.objects.exists()


def test_a_sign_up_that_was_untied_stands_in_nobodys_record(
    row: SignUp, regular: Person, clock: time_machine.Traveller
) -> None:
    tie(row.pk, regular)
    acts: Any = (lambda: untie(row.pk), lambda: clock.shift(1), lambda: tie(row.pk, regular))
    assert restored_before(*acts) == {}
    assert restored_before(lambda: untie(row.pk)) == {"tie": 1}
    row.refresh_from_db()
    assert row.person is None
