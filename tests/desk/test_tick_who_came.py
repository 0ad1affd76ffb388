"""来た方のしるし on the page of a meeting: one tap, one tap back, and no name in the log."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.events.actions import plan_facilitator
from ibasho.events.models import Event, Visit
from ibasho.moderation.models import LogDetail
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient, new_keeper
from tests.desk.conftest import page_of
from tests.events.conftest import SATURDAY, new_meeting, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HALF_PAST = SATURDAY + dt.timedelta(minutes=30)


@pytest.fixture
def event(house: object) -> Event:
    return new_meeting(most_party=2)


@pytest.fixture
def facilitator(
    event: Event, clock: Any, steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient
) -> Client:
    """During the meeting."""
    plan_facilitator(steward, event.pk, keeper.keeper_id)
    clock.move_to(HALF_PAST)
    return keeper_client(keeper)


def test_who_came_is_ticked_with_one_tap_and_back_with_one(
    event: Event, clock: Any, facilitator: Client
) -> None:
    clock.move_to(SATURDAY - dt.timedelta(days=1))
    alone, two = signed(event, call_name="くさ").sign_up, signed(event, call_name="はな", party=2).sign_up
    clock.move_to(HALF_PAST)
    here = f"/desk/meetings/{event.pk}/"
    assert facilitator.post(f"{here}visits/", {"sign_up": str(alone.pk)}).status_code == 303
    assert facilitator.post(f"{here}visits/", {"sign_up": str(two.pk), "people": "1"}).status_code == 303
    assert sorted(Visit.objects.values_list("standpoint", "people")) == [("parent", 1), ("parent", 1)]
    assert "来ました（1人）" in page_of(facilitator, here)
    for visit in Visit.objects.all():
        assert facilitator.post(f"{here}visits/{visit.pk}/removal/").status_code == 303
    assert not Visit.objects.exists()
    kept = "".join(LogDetail.objects.values_list("body", flat=True))
    assert str(alone.pk) not in kept


def test_who_came_without_signing_up_counts_once_a_form(event: Event, facilitator: Client) -> None:
    here, data = (
        f"/desk/meetings/{event.pk}/",
        {"id": str(uuid4()), "standpoint": "sibling", "is_first": "on"},
    )
    for _ in range(2):
        assert facilitator.post(f"{here}visits/unannounced/", data).status_code == 303
    visit = Visit.objects.get()
    assert (visit.standpoint, visit.is_first, visit.sign_up_id) == ("sibling", True, None)
    assert facilitator.post(f"{here}visits/unannounced/", data | {"standpoint": "x"}).status_code == 400


def test_only_who_keeps_this_meeting_ticks(
    event: Event, facilitator: Client, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    row = signed(event).sign_up
    path, data = f"/desk/meetings/{event.pk}/visits/", {"sign_up": str(row.pk)}
    assert keeper_client(second_keeper).post(path, data).status_code == 404
    assert keeper_client(new_keeper("うみ", "umi", Role.STEWARD)).post(path, data).status_code == 404
    assert not Visit.objects.exists()
    assert (
        keeper_client(new_keeper("つきみ", "tsukimi", Role.COORDINATOR)).post(path, data).status_code == 303
    )
    assert Visit.objects.exists()


def test_before_the_meeting_there_is_nothing_to_tick(event: Event, clock: Any, facilitator: Client) -> None:
    row = signed(event).sign_up
    clock.move_to(SATURDAY - dt.timedelta(hours=2))
    here = f"/desk/meetings/{event.pk}/"
    assert "来ました" not in page_of(facilitator, here)
    answer = facilitator.post(f"{here}visits/", {"sign_up": str(row.pk)})
    assert answer.status_code == 409
    assert "30分前" in answer.content.decode()
