"""Words that hurt are told on the desk without a reload, calmly, until a keeper has looked and says so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out

HARD = "おまえなんか死ねばいいのに、きもい"
ALERT = "[data-alert^=noticed-]"


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper is enough for: its slug and its title."""
    title = "日なたの部屋"
    return open_staffed_room(place, "hinata", title, needed=1), title


def is_well(page: Page, name: str) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if folder := os.environ.get("IBASHO_LOOK"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        assert small_targets(page) == []
    assert barriers(page) + list(what_sticks_out(page)) == []


def test_one_tap_after_looking_ends_it_for_everybody(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    midori, susuki = keeper_browser("みどり"), keeper_browser("すすき")
    take_duty(midori, title)
    take_duty(susuki, title)
    desk, other = midori.open("/desk/"), susuki.open("/desk/")
    writer = come().enter()
    writer.sit(slug, name="なのはな")
    writer.send(f"/rooms/{slug}/messages/", id="00000000-0000-4000-8000-000000000001", text=HARD)
    for page in (desk, other):
        expect(page.locator(ALERT)).to_contain_text(f"「{title}」に、見てほしい言葉が出ています。")
    is_well(desk, "noticed-desk")
    with desk.expect_navigation():
        desk.locator(ALERT).get_by_role("link").click()
    expect(desk.get_by_text(HARD).first).to_be_hidden()
    desk.get_by_text("文をひらく").click()
    expect(desk.get_by_text(HARD).first).to_be_visible()
    is_well(desk, "noticed-list")
    with desk.expect_navigation():
        desk.get_by_role("button", name="見ました").click()
    expect(desk.get_by_text("気になる言葉")).to_have_count(0)
    expect(other.locator(ALERT)).to_have_count(0)
