"""Hidden words and a second look at them, without JavaScript: from the letter, and with the code alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

TITLE = "土間"
_HIDE = """
from ibasho.moderation.actions import hide
from ibasho.people.models import Keeper
from ibasho.people.queries import facts_of
from ibasho.rooms.models import Message

message = Message.objects.filter(room__slug={slug!r}).latest("position")
hide(facts_of(Keeper.objects.get(duty_name="みどり")), {slug!r}, message.pk, rule="no_identifiers")
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_staffed_room(place, "minaoshi", TITLE, needed=1)


@pytest.fixture
def writer(come: Come, keeper_browser: KeeperBrowser, place: Place, slug: str) -> Guest:
    """Without script, in the room where a keeper just hid what they wrote."""
    take_duty(keeper_browser("みどり"), TITLE)
    guest = come(java_script_enabled=False).enter()
    guest.send(f"/rooms/{slug}/door/", mode="speak", call_name="ゆうぐれ")
    page = guest.open(f"/rooms/{slug}/")
    page.locator("textarea[name=text]").fill("帽子は あおいつばめがら です。")
    page.get_by_role("button", name="送信").click()
    place.tell(_HIDE.format(slug=slug))
    guest.open(f"/rooms/{slug}/")
    return guest


def test_the_letter_says_why_and_one_tap_asks_again(writer: Guest) -> None:
    page = writer.page
    letter = page.locator("[data-notice]")
    expect(letter).to_contain_text("いまかくしています")
    expect(letter).to_contain_text("連絡先や、だれのことか分かる言葉が、入っていました（約束四）。")
    letter.get_by_role("button", name="もう一度 見てほしい").click()
    expect(page.get_by_role("status")).to_have_text("受けとりました。ありがとうございます。")
    expect(page).to_have_title(re.compile("^見直し – "))


def test_the_code_alone_is_enough_on_another_device(writer: Guest, come: Come) -> None:
    found = re.search(r"「(\w{5}-\w{5})」", writer.page.locator("[data-notice]").inner_text())
    assert found
    stranger = come(java_script_enabled=False)
    stranger.forgive("404 (Not Found)")
    page = stranger.open("/reviews/")
    page.get_by_label("見直しの番号").fill("22222-22222")
    page.get_by_label("伝えたいこと").fill("まちがえて書きました。")
    page.get_by_role("button", name="もう一度 見てほしい").click()
    expect(page.get_by_text("その番号は、見つかりませんでした。")).to_be_visible()
    expect(page.get_by_label("伝えたいこと")).to_have_value("まちがえて書きました。")
    page.get_by_label("見直しの番号").fill(found[1].lower())
    page.get_by_role("button", name="もう一度 見てほしい").click()
    expect(page.get_by_role("status")).to_have_text("受けとりました。ありがとうございます。")
