"""The house of docs/keepers-handbook.md: one room, two keepers on their phones, and three who sit there."""

from __future__ import annotations

from typing import Any, NamedTuple

from playwright.sync_api import Locator, Page, ViewportSize

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.pictures import draw

TITLE = "夜の茶の間"
TODAY: dict[str, Any] = {"timezone_id": "Asia/Tokyo", "color_scheme": "light"}
_SMALL: ViewportSize = {"width": 390, "height": 600}


class House(NamedTuple):
    """One room, two keepers who are on duty there, and three who sit in it."""

    slug: str
    midori: Guest
    susuki: Guest
    reader: Guest
    writer: Guest
    other: Guest


def open_house(place: Place) -> str:
    """The room's slug."""
    return open_staffed_room(place, "tebiki", TITLE, needed=1)


def furnish(come: Come, keeper_browser: KeeperBrowser, slug: str) -> House:
    midori, susuki = keeper_browser("みどり", **TODAY), keeper_browser("すすき", **TODAY)
    for keeper in (midori, susuki):
        take_duty(keeper, TITLE)
    guests = [come(**TODAY).enter() for _ in range(3)]
    for guest, name in zip(guests, ("こもれびの人", "みなとのゆず", "ゆうぐれのめじろ")):
        guest.sit(slug, name=name)
    return House(slug, midori, susuki, *guests)


def about_words(keeper: Guest, slug: str, words: str) -> Page:
    """The page about these words, with a promise chosen."""
    page = keeper.open(f"/desk/rooms/{slug}/")
    keeper.wait_for_line()
    keeper.row(words).get_by_role("link", name="この書き込みについて").click()
    page.get_by_label("約束四").check()
    return page


def picture(page: Page, name: str, top: Locator | None = None) -> None:
    """What a small phone shows of it, from `top` on."""
    before = page.viewport_size
    assert before
    page.set_viewport_size(_SMALL)
    page.mouse.move(0, 0)
    if top is not None:
        top.first.evaluate("it => it.scrollIntoView()")
    draw(page, f"handbook-{name}", whole=False)
    page.set_viewport_size(before)
