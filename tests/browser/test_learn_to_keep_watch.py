"""How a keeper begins (E07): asked for without an account, trained, pledged, and a first shift beside somebody who knows."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import PHONE, Come, Place
from tests.browser.keepers import KeeperBrowser, hand_over, open_staffed_room, take_duty
from tests.browser.test_passkeys import Keeper

TITLE = "ならいの部屋"
CONTACT = "kusa@mail.example"
_TRAINING = """
from ibasho.duty.actions import add_unit

add_unit("はじめの研修", "この家の約束を読みます。")
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    place.tell(_TRAINING)
    return open_staffed_room(place, "narai", TITLE, needed=1)


def test_from_the_wish_to_help_to_a_keeper_who_counts(
    come: Come, keeper_browser: KeeperBrowser, place: Place, slug: str
) -> None:
    kajika = keeper_browser("かじか", "steward", viewport=PHONE)
    susuki = keeper_browser("すすき", viewport=PHONE)
    hand_over(place, "すすき", facts="静かでした。")  # of a duty: she has kept watch before
    kusa = come(viewport=PHONE)
    receipt = _asks_to_help(kusa.open("/about/helping/"))
    desk = kajika.open("/desk/")
    desk.get_by_role("link", name="手伝いたいという申しこみが、届いています").click()
    desk.get_by_role("link", name="くささん").click()
    expect(desk.get_by_text(CONTACT)).to_be_visible()
    desk.get_by_label("お話の日").fill("12月1日")
    desk.get_by_label("時刻").fill("19時半")
    desk.get_by_role("button", name="この日にする").click()
    desk.get_by_label("した日").fill("11月21日")
    desk.get_by_role("radio", name="すすき").check()
    desk.get_by_role("button", name="研修を記録する").click()
    expect(desk.get_by_text("すすきさんと")).to_be_visible()
    case = desk.url.removeprefix(kajika.place.url)
    desk.get_by_role("button", name="リンクをつくる").click()
    link = desk.get_by_label("わたすリンク").input_value().removeprefix(kajika.place.url)

    new = Keeper(kusa)
    new.begin(link, "kusa", "くさ")
    new.add_code()
    page = kusa.open("/desk/")
    expect(page.locator("[data-panel=pledge]")).to_contain_text("当番に入る前に、誓約を読んでください。")
    kusa.forgive("409", "404")
    take_duty(kusa, TITLE)
    expect(page.get_by_text("当番に入る前に、誓約を読んでください。").first).to_be_visible()
    kusa.open("/desk/pledge/")
    page.get_by_label("読みました。守ります").check()
    page.get_by_role("button", name="約束する").click()
    page.wait_for_url("**/desk/")
    take_duty(kusa, TITLE)  # and nobody who knows is there
    expect(page.get_by_role("button", name="ひと休み")).to_have_count(0)

    take_duty(susuki, TITLE)
    take_duty(kusa, TITLE)
    room = kusa.open(f"/desk/rooms/{slug}/")
    expect(room.locator("[data-panel=facts]")).to_contain_text("すすき")
    guest = come().enter()
    guest.sit(slug, name="なのはな")
    guest.write("雨の音がします。")
    kusa.sees("雨の音がします。")
    susuki.open("/desk/handover/?end=on").get_by_role("button", name="書かずに、おわる").click()
    expect(guest.page.locator("[data-room-state]")).to_contain_text("スタッフがそろっていません。")
    kusa.open("/desk/handover/?end=on").get_by_role("button", name="書かずに、おわる").click()
    expect(page.get_by_text("いまは、当番ではありません")).to_be_visible()
    kusa.open(f"/desk/rooms/{slug}/")
    expect(page.get_by_role("heading", name="見つかりませんでした")).to_be_visible()

    kajika.open(case).get_by_role("button", name="はじめての当番が終わりました").click()
    take_duty(kusa, TITLE)
    expect(guest.page.locator("[data-room-state]")).to_be_hidden()  # counts, and is enough for the room
    stranger = come(java_script_enabled=False).open("/receipts/")
    stranger.get_by_label("ひかえの番号").fill(receipt)
    stranger.get_by_role("button", name="見る").click()
    expect(stranger.get_by_role("status")).to_be_visible()


def _asks_to_help(page: Page) -> str:
    """Returns the code that tells how far it is."""
    page.get_by_label("呼ばれたい名前").fill("くさ")
    page.get_by_label("連絡先").fill(CONTACT)
    page.get_by_label("手伝いたいと思ったわけ").fill("前に、ここで助けてもらいました。")
    page.get_by_role("button", name="申しこむ").click()
    expect(page.get_by_role("status")).to_contain_text("ありがとうございます。")
    return page.locator("[data-receipt]").inner_text()
