"""With several dangers at once, what the own one needs is seen without looking for it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.guests import PHONE, Come, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out

LARGE = {"theme": "clear", "text_size": "200", "send_delay": "0"}
NARROW = ViewportSize(width=320, height=640)


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_staffed_room(place, "kishi", "川べりの部屋")


def _can_be_shown(page: Page) -> None:
    assert [*barriers(page), *small_targets(page), *what_sticks_out(page)] == []


def test_what_can_be_done_stands_on_the_first_screen(
    come: Come, keeper_browser: KeeperBrowser, slug: str
) -> None:
    midori = keeper_browser("みどり", viewport=PHONE)
    susuki = keeper_browser("すすき", viewport=PHONE)
    for keeper in (midori, susuki):
        take_duty(keeper, "川べりの部屋")
    for number, name in enumerate(("なのはな", "すみれ", "とりのす"), 1):
        writer = come(viewport=PHONE).enter()
        writer.sit(slug, name=name)
        writer.write("いま橋の上にいます。")
        writer.sees("いま橋の上にいます。", times=number)
        writer.leave()
    page = midori.page
    page.set_viewport_size({"width": 390, "height": 844})
    midori.open("/desk/")
    expect(page.get_by_text("当番中です。")).to_be_in_viewport()
    page.get_by_role("button", name="わたしが見ます").first.click()
    act = page.get_by_role("button", name="2人で静かな部屋をひらく")
    expect(act).to_be_in_viewport(ratio=1)
    expect(page.get_by_text("ほかに、見てほしいことが2つあります")).to_be_visible()
    _can_be_shown(page)
    case = page.url
    midori.send("/me/settings/", **LARGE)
    page.set_viewport_size(NARROW)
    page.goto("about:blank")
    page.goto(case)
    expect(page.get_by_role("button", name="部屋で文を読む")).to_be_in_viewport()
    box = act.bounding_box()
    assert box is not None
    assert box["y"] < 1.5 * NARROW["height"]
    _can_be_shown(page)
    act.click()
    expect(page.get_by_text("あと1人を待っています。")).to_be_visible()
    _can_be_shown(page)
    midori.open("/desk/")
    page.get_by_role("button", name="ひと休み").click()
    expect(page.get_by_role("button", name="もどりました")).to_be_in_viewport()
    _can_be_shown(page)
    susuki.open("/desk/")
    expect(susuki.page.get_by_text("みどりさん（ひと休み）").first).to_be_visible()
