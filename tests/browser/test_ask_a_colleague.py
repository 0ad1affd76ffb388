"""A keeper who is unsure asks, and reads the answer where they stand; the colleague's desk tells it without a reload."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    title = "軒先の部屋"
    return open_staffed_room(place, "nokisaki", title, needed=1), title


def is_well(page: Page, name: str) -> None:
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        if folder := os.environ.get("IBASHO_LOOK"):
            page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page=True)
        assert small_targets(page) == []
    assert barriers(page) + list(what_sticks_out(page)) == []


def test_a_question_and_its_answer_come_by_themselves(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    midori, susuki = keeper_browser("みどり"), keeper_browser("すすき")
    take_duty(midori, title)
    take_duty(susuki, title)
    writer = come().enter()
    writer.sit(slug, name="なのはな")
    number = "00000000-0000-4000-8000-000000000001"
    writer.send(f"/rooms/{slug}/messages/", id=number, text="きょうは雨でした。")
    other = susuki.open("/desk/")
    desk = midori.open(f"/desk/rooms/{slug}/")
    message = desk.locator("[data-message]").first.get_attribute("data-message")
    desk = midori.open(f"/desk/rooms/{slug}/messages/{message}/")
    is_well(desk, "opinion-ask")
    with desk.expect_navigation():
        desk.get_by_role("button", name="ほかのスタッフに聞く").click()
    expect(other.get_by_text("みどりさんが、どう思うか聞いています。").last).to_be_visible()
    with other.expect_navigation():
        other.locator("[data-alert^=opinion-]").get_by_role("link").click()
    is_well(other, "opinion-asked")
    with other.expect_navigation():
        other.get_by_role("button", name="もう少し、ようすを見たいです").click()
    expect(desk.get_by_text("すすきさん：「もう少し、ようすを見たいです」")).to_be_visible()
    is_well(desk, "opinion-answered")
    with desk.expect_navigation():
        desk.get_by_role("button", name="わかりました").click()
    expect(desk.get_by_role("button", name="ほかのスタッフに聞く")).to_be_visible()
