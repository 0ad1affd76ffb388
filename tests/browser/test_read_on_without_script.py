"""Without script one asks for new words by a link, and it asks every time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty


@pytest.fixture
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper opens: its slug and its title."""
    title = "よみつぐ部屋"
    return open_staffed_room(place, "yomitsugu", title, needed=1), title


def _goes_on_reading(page: Page, link: str, writer: Guest, slug: str) -> None:
    for words in ("ひとつめの言葉", "ふたつめの言葉", "みっつめの言葉"):
        writer.say_many(slug, [words])
        page.get_by_role("link", name=link).click()
        expect(page.locator("[data-message]").filter(has_text=words)).to_be_in_viewport()


def test_a_reader_without_script_is_given_new_words_at_every_press(come: Come, room: str) -> None:
    writer, reader = come().enter(), come(java_script_enabled=False).enter()
    writer.sit(room)
    writer.say_many(room, [f"{number}番めの言葉です。" for number in range(20)])
    reader.send(f"/rooms/{room}/door/", mode="observe")
    page = reader.open(f"/rooms/{room}/#latest")
    _goes_on_reading(page, "新しい書き込みを読む", writer, room)


def test_a_keeper_without_script_is_given_new_words_at_every_press(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("あけぼの", java_script_enabled=False)
    take_duty(keeper, title)
    writer = come().enter()
    writer.sit(slug)
    page = keeper.open(f"/desk/rooms/{slug}/#latest")
    _goes_on_reading(page, "新しくする", writer, slug)
