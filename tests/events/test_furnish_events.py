"""Meetings of the sample house: something for everybody to look at, and nothing put into a house that has its own."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.events.models import Event
from ibasho.events.months import Month
from ibasho.events.queries.calendar import farthest_meeting
from ibasho.events.queries.events import consent_now
from ibasho.events.sample import furnish_events
from ibasho.house.models import HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.people.models import Standpoint
from tests.events.conftest import Meeting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


def test_everybody_finds_something(house: HouseProfile) -> None:
    furnish_events()
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert kinds == set(Event.Kind.values)
    for standpoint in Standpoint.values:
        assert farthest_meeting(standpoint, house_clock.today())


def test_each_can_be_opened_and_signed_up_to(house: HouseProfile, outsider: Client) -> None:
    furnish_events()
    shown = [outsider.get(f"/events/{event.pk}/sign-up/").content.decode() for event in Event.objects.all()]
    assert len(shown) == 6
    assert sum('name="participation"' in text for text in shown) == 2
    assert sum("/enter/?next=" in text for text in shown) == 4


def test_its_consent_speaks_to_families_and_to_nobody_else(house: HouseProfile) -> None:
    furnish_events()
    written = {kind for kind in Event.Kind.values if consent_now(house_clock.today(), kind)}
    assert written == {Event.Kind.FAMILY_CLASS}


def test_it_adds_nothing_to_a_house_that_has_its_own(meeting: Meeting) -> None:
    meeting()
    furnish_events()
    assert Event.objects.count() == 1


def test_the_days_lie_ahead_and_near(house: HouseProfile) -> None:
    furnish_events()
    days = [house_clock.tokyo(event.starts).date() for event in Event.objects.all()]
    assert all(4 <= (day - house_clock.today()).days <= 30 for day in days)
    assert Month.of(min(days)) <= Month.of(max(days))
