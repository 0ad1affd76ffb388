"""Many incidents of one room that nobody has taken end together, and nothing else with them."""

from __future__ import annotations

import pytest
from django.db import transaction

from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import close_flood, reopen_incident, take_incident
from ibasho.moderation.actions.incidents import Level, Origin, begin
from ibasho.moderation.models import Incident
from ibasho.people.actions import enter
from ibasho.people.models import Standpoint
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, step_out
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient, SeatFor
from tests.desk.conftest import page_of

pytestmark = pytest.mark.django_db
LIST = "/desk/incidents/"
PATH = "/desk/rooms/engawa/incidents/closing/"


@pytest.fixture
def flood(watched: Room, seat_for: SeatFor) -> list[Incident]:
    """Six of as many guests."""
    return [_of_somebody(watched, seat_for, f"くさ{number}") for number in range(6)]


def _of_somebody(room: Room, seat_for: SeatFor, name: str) -> Incident:
    seat = seat_for(enter(Standpoint.PERSON), room, name=name)
    with transaction.atomic():
        return begin(seat, room, level=Level.LOOK, about_other=False, origin=Origin.FOUND)[0]


def _open() -> list[int]:
    return list(Incident.objects.filter(closed_at__isnull=True).values_list("pk", flat=True))


def test_what_nobody_has_taken_ends_with_one_tap_and_what_came_after_the_page_waits(
    flood: list[Incident],
    watched: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    seat_for: SeatFor,
) -> None:
    take_incident(second_keeper, flood[0].pk)
    browser = keeper_client(keeper)
    assert "5件を、まとめて終わりにする" in page_of(browser, LIST)
    late = _of_somebody(watched, seat_for, "あとの人")
    answer = browser.post(PATH, {"newest": flood[-1].pk})
    assert (answer.status_code, answer["Location"]) == (303, LIST)
    assert _open() == [flood[0].pk, late.pk]
    assert "まとめて終わりにする" not in page_of(browser, LIST)
    assert reopen_incident(keeper, flood[1].pk).is_open


def test_the_last_keeper_can_go_home_after_it(
    flood: list[Incident], keeper: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    step_out(second_keeper)
    with pytest.raises(Refusal, match="asked"):
        leave_duty(keeper)
    assert close_flood(keeper, "engawa", newest=flood[-1].pk) == 6
    leave_duty(keeper)


def test_a_few_are_read_one_by_one(
    flood: list[Incident], keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for incident in flood[:2]:
        take_incident(keeper, incident.pk)
    answer = keeper_client(keeper).post(PATH, {"newest": flood[-1].pk})
    assert answer.status_code == 400
    assert "ひとつずつ、読んでから" in answer.content.decode()
    assert len(_open()) == 6


def test_without_a_duty_there_nobody_ends_it(
    flood: list[Incident], steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    browser = keeper_client(steward)
    assert browser.post(PATH, {"newest": flood[-1].pk}).status_code == 404
    assert "まとめて終わりにする" not in page_of(browser, LIST)
    assert len(_open()) == 6
