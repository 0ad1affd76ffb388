from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ibasho.duty.actions import purge_duties, read_handover
from ibasho.duty.models import Duty, HandoverNote, HandoverRead
from ibasho.lib import clock as house_clock
from ibasho.people.models import Person
from ibasho.people.my_record import sections_of
from ibasho.people.queries import KeeperFacts
from tests.duty.conftest import DutyOf, handed_over

pytestmark = pytest.mark.django_db


def test_ended_duties_and_notes_go_after_ninety_days(
    clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts, duty_of: DutyOf
) -> None:
    duty_of(keeper)
    Duty.objects.update(ended_at=house_clock.now(), there_at=None)
    read_handover(second_keeper, handed_over(keeper, facts="あったこと", plan="").pk)
    clock.shift(dt.timedelta(days=90))
    duty_of(keeper)
    purge_duties()
    assert (Duty.objects.count(), HandoverNote.objects.count()) == (2, 1)
    clock.shift(dt.timedelta(seconds=1))
    purge_duties()
    purge_duties()
    assert (Duty.objects.count(), HandoverNote.objects.count(), HandoverRead.objects.count()) == (1, 0, 0)


def test_an_ended_duty_has_forgotten_whether_anybody_was_there(keeper: KeeperFacts, duty_of: DutyOf) -> None:
    duty_of(keeper)
    with pytest.raises(IntegrityError), transaction.atomic():
        Duty.objects.update(ended_at=house_clock.now())


def test_a_keeper_has_one_open_duty(keeper: KeeperFacts, second_keeper: KeeperFacts, duty_of: DutyOf) -> None:
    duty_of(keeper)
    duty_of(second_keeper)
    with pytest.raises(IntegrityError):
        duty_of(keeper)


def test_keepers_find_their_duties_and_notes_in_their_record(
    clock: Any, keeper: KeeperFacts, second_keeper: KeeperFacts, duty_of: DutyOf, regular: Person
) -> None:
    duty_of(keeper, hours=2)
    handed_over(keeper, facts="あったこと", plan="")
    read_handover(keeper, handed_over(second_keeper, facts="べつのこと", plan="").pk)
    found = {section.title: section.rows for section in sections_of(Person.objects.get(pk=keeper.person_id))}
    assert found["当番"] == [
        ("11月22日（日） 20:02 から", "11月22日（日） 22:02 までの予定。さいごにいたのは 20:02")
    ]
    assert found["申し送り"] == [
        ("11月22日（日） 20:02 に書いたもの", "事実：あったこと"),
        ("11月22日（日） 20:02 のメモ", "11月22日（日） に読みました"),
    ]
    assert not {"当番", "申し送り"} & {section.title for section in sections_of(regular)}
