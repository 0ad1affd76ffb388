import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.lib import due
from ibasho.people.actions import give_phrase, purge_guests
from ibasho.people.models import Person, Session
from tests.conftest import EnterAs

pytestmark = pytest.mark.django_db


def test_a_guest_ends_with_the_session_and_a_member_stays(
    client: Client, newcomer: Person, regular: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    give_phrase(regular)
    enter_as(client, newcomer)
    clock.shift(dt.timedelta(days=7))
    purge_guests()
    assert Person.objects.filter(pk=newcomer.pk).exists()
    clock.shift(dt.timedelta(days=1))
    purge_guests()
    purge_guests()
    assert list(Person.objects.all()) == [regular]
    assert not Session.objects.exists()


def test_a_remembered_browser_has_thirty_days(
    client: Client, newcomer: Person, enter_as: EnterAs, clock: time_machine.Traveller
) -> None:
    enter_as(client, newcomer)
    client.post("/me/settings/", {"keep": "on"})
    clock.shift(dt.timedelta(days=30))
    purge_guests()
    assert Person.objects.filter(pk=newcomer.pk).exists()
    clock.shift(dt.timedelta(days=1))
    purge_guests()
    assert not Person.objects.filter(pk=newcomer.pk).exists()


def test_somebody_who_came_in_this_moment_is_left_alone(newcomer: Person) -> None:
    purge_guests()
    assert Person.objects.filter(pk=newcomer.pk).exists()


def test_a_guest_who_signed_out_is_gone_the_day_after(
    clock: time_machine.Traveller, client: Client, newcomer: Person, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    client.post("/me/sign-out/")
    clock.shift(dt.timedelta(days=1))
    purge_guests()
    assert not Person.objects.filter(pk=newcomer.pk).exists()


def test_it_is_due_work_of_the_house() -> None:
    assert {"guests", "standpoints"} <= {work.name for work in due.all_work()}
