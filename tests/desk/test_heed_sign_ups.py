"""Words about dying in a sign-up: the desk and the escalation list hear of them until a coordinator has read them."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.events.actions import withdraw
from ibasho.events.models import SignUp, Worry
from ibasho.house.models import HouseProfile
from ibasho.moderation.actions.life_words import follow_life_words
from ibasho.moderation.models import LifeWords, LogEntry
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient, new_keeper
from tests.events.conftest import Meeting, new_meeting, new_sheet, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def coordinator(keeper: KeeperFacts) -> KeeperFacts:
    return new_keeper("かりん", "karin", Role.COORDINATOR)


@pytest.fixture
def meeting(house: HouseProfile) -> Meeting:
    return new_meeting


@pytest.fixture
def row(meeting: Meeting) -> SignUp:
    question = new_sheet({}).questions.get()
    event = meeting(sheet=question.sheet)
    return signed(event, answers=((question.pk, "もう死にたいです。"),)).sign_up


def told(keeper: KeeperFacts) -> list[str]:
    return [alert.page for alert in alerts_for(keeper, desk_now()) if alert.id.startswith("sign-up-")]


def test_the_coordinator_is_told_and_nobody_else(
    row: SignUp, coordinator: KeeperFacts, keeper: KeeperFacts
) -> None:
    assert told(coordinator) == ["/desk/meetings/inbox/"]
    assert told(keeper) == []


def test_other_words_ring_for_nobody(meeting: Meeting, coordinator: KeeperFacts) -> None:
    question = new_sheet({}).questions.get()
    signed(meeting(sheet=question.sheet), answers=((question.pk, "しずかな席がいいです。"),))
    assert told(coordinator) == []
    assert not Worry.objects.exists()


def test_the_desk_looks_different_while_they_wait(row: SignUp) -> None:
    version = desk_now().version
    Worry.objects.all().delete()
    assert desk_now().version != version


def test_the_escalation_list_hears_of_them_until_they_are_opened(
    row: SignUp, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    follow_life_words()
    assert LifeWords.objects.get().kind == "sign_up"
    client = keeper_client(coordinator)
    assert client.get(page(row)).status_code == 200
    client.post(f"{page(row)}reading/")
    follow_life_words()
    assert not LifeWords.objects.exists()


def test_they_are_put_away_by_one_tap_and_wait_again_by_another(
    row: SignUp, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(coordinator)
    assert "reading/" in shown(client, row)
    for verb, waits in (("reading/", False), ("reading/", False), ("reading/lift/", True)):
        assert client.post(f"{page(row)}{verb}").status_code == 303
        assert Worry.objects.exists() == waits
    verbs = list(LogEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["read_sign_up", "unread_sign_up"]
    assert verbs.count("read_sign_up") == 1


def test_nothing_waits_of_who_withdrew(row: SignUp, coordinator: KeeperFacts) -> None:
    withdraw(row.pk)
    assert told(coordinator) == []
    assert not Worry.objects.exists()


def test_where_nobody_wrote_of_dying_there_is_nothing_to_put_away(
    meeting: Meeting, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    row = signed(meeting()).sign_up
    client = keeper_client(coordinator)
    assert "reading/" not in shown(client, row)
    assert client.post(f"{page(row)}reading/lift/").status_code == 303
    assert not Worry.objects.exists()
    other = page(row).replace(f"/{row.event_id}/", "/12345/")
    assert client.post(f"{other}reading/").status_code == 404


def page(row: SignUp) -> str:
    return f"/desk/meetings/{row.event_id}/sign-ups/{row.pk}/"


def shown(client: Client, row: SignUp) -> str:
    return client.get(page(row)).content.decode()
