"""相談に来た方に、わたす言葉 (M06): a sentence, an address, a QR and a sheet; of nobody, and for nobody in particular."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.lib.qr import qr_of
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient
from tests.desk.conftest import page_of
from tests.events.conftest import new_meeting, signed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock", "house")]
TITLE = "相談に来た方に、わたす言葉"


def test_any_keeper_can_hand_it_on_and_it_carries_nothing_of_anybody(
    keeper: KeeperFacts, keeper_client: KeeperClient, outsider: Client
) -> None:
    event = new_meeting(title="土曜の午後の会")
    signed(event, call_name="ゆうぐれ")
    browser = keeper_client(keeper)
    hand = page_of(browser, f"/desk/meetings/{event.pk}/").split(TITLE)[1].split("</section>")[0]
    address = f"http://testserver/events/{event.pk}/"
    assert "家族会「土曜の午後の会」があります。11月28日（土） 13:30〜15:00です。" in hand
    assert f'<a href="{address}">{address}</a>' in hand
    assert qr_of(address).dots in hand, "the square is the same address and nothing more"
    paper = page_of(browser, f"/events/{event.pk}/print/")
    for words in (hand, paper):
        assert "ゆうぐれ" not in words
        assert "見守りの名前" not in words.split("<footer")[0]
        assert "?for=" not in words
    assert qr_of(address).dots in paper
    assert outsider.get(f"/events/{event.pk}/").status_code == 200


@pytest.mark.parametrize(
    "plan", [{"is_published": False}, {"called_off_at": "now"}, {"starts": "past"}], ids=str
)
def test_what_nobody_can_come_to_is_not_handed_on(
    keeper: KeeperFacts, keeper_client: KeeperClient, plan: dict[str, Any]
) -> None:
    moments = {"now": house_clock.now(), "past": house_clock.now() - timedelta(days=1)}
    event = new_meeting(**{name: moments.get(value, value) for name, value in plan.items()})
    assert TITLE not in page_of(keeper_client(keeper), f"/desk/meetings/{event.pk}/")
