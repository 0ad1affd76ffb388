"""家のこと: what is stale is said, to whoever can look after it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from ibasho.desk.house_queries import reminders
from ibasho.duty.models import TrainingUnit
from ibasho.house.actions import draft_next_rules
from ibasho.house.models import Helpline, HouseProfile
from ibasho.lib import clock as house_clock
from ibasho.moderation.actions import add_contact
from ibasho.moderation.escalation_contacts import ContactFacts
from ibasho.people.models import KeeperRole
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import OpeningHours, Room
from tests.conftest import KeeperClient, OpenRoom

HOUSE = "/desk/house/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    room = open_room(slug="engawa", title="縁側の部屋", keepers_needed=2)
    with transaction.atomic():
        OpeningHours.objects.create(room=room, weekday=0, opens=0, closes=60)
    return room


def _page(desk: Client) -> str:
    return desk.get(HOUSE).content.decode()


def test_a_house_in_order_has_nothing_waiting(
    desk: Client, room: Room, keeper: KeeperFacts, steward: KeeperFacts, settings: Any
) -> None:
    settings.MAIL = object()  # only whether there is one counts here
    add_contact(steward, ContactFacts("そと", "", "soto@mail.example"))
    TrainingUnit.objects.get_or_create(title="聞くこと")
    assert "いまは、ありません。" in _page(desk)


def test_every_stale_thing_is_named_with_its_page(desk: Client, room: Room) -> None:
    with transaction.atomic():
        HouseProfile.objects.update(is_specimen=True)
        Helpline.objects.update(checked_on=house_clock.today() - dt.timedelta(days=181))
        Helpline.objects.create(
            name="見本の電話",
            way="call",
            number="000",
            hours_text="昼",
            source_url="https://mihon.example/",
            checked_on=house_clock.today(),
            is_specimen=True,
        )
        room.hours.all().delete()
    draft_next_rules()
    page = _page(desk)
    for words in (
        "家の言葉が、見本のままです。",
        "約束の下書きが、待っています。",
        "縁側の部屋の時間が、まだ決まっていません。",
        "まだ確かめていない窓口が、1つあります。",
        "180日をすぎた窓口が、1つあります。",
        "スタッフが、2人そろっていません。",
    ):
        assert words in page
    assert 'href="/desk/house/rooms/engawa/hours/"' in page


def test_that_nobody_outside_would_hear_of_a_danger_stands_first(
    desk: Client, room: Room, steward: KeeperFacts, settings: Any
) -> None:
    TrainingUnit.objects.all().delete()
    way_out = "命が心配なことを、外の人に知らせるしくみが、まだありません。"
    settings.MAIL = object()
    assert way_out in _page(desk)
    add_contact(steward, ContactFacts("そと", "", "soto@mail.example"))
    assert way_out not in _page(desk)
    settings.MAIL = None
    assert reminders()[0].text == way_out
    assert "研修の項目が、まだありません。" in _page(desk)


def test_an_empty_house_says_what_comes_first(desk: Client) -> None:
    HouseProfile.objects.all().delete()
    page = _page(desk)
    assert "家の名前と言葉が、まだありません。" in page
    assert "部屋が、まだありません。" in page


def test_a_coordinator_is_shown_what_a_coordinator_can_do(
    room: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    HouseProfile.objects.update(is_specimen=True)
    KeeperRole.objects.create(keeper_id=keeper.keeper_id, role="coordinator", given_on=house_clock.today())
    page = _page(keeper_client(keeper))
    assert "見本のまま" not in page
    assert "/desk/house/profile/" not in page
    assert "/desk/house/rooms/" in page


def test_others_do_not_find_it(keeper: KeeperFacts, keeper_client: KeeperClient, outsider: Client) -> None:
    assert keeper_client(keeper).get(HOUSE).status_code == 404
    assert outsider.get(HOUSE).status_code in (302, 404)


def test_it_says_how_many_keepers_the_rooms_need(desk: Client, room: Room, keeper: KeeperFacts) -> None:
    with transaction.atomic():
        Room.objects.update(keepers_needed=3)
    assert "3人いると、どの部屋もあけられます。" in _page(desk)
    with transaction.atomic():
        Room.objects.update(keepers_needed=1)
        keeper_roles = KeeperRole.objects.filter(keeper_id=keeper.keeper_id)
        keeper_roles.delete()
    assert "スタッフが、" not in _page(desk)
