"""Somebody would like an answer to a note: two keepers read it, and it is found in わたし."""

from __future__ import annotations

import os
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Place, until
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out

WORDS = "お茶の会は、来月もひらきます。\n来ても、来なくても、大丈夫です。"


def is_well(page: Page, name: str) -> None:
    """As its reader sees it, by day and by night."""
    for width, scheme in ((360, "light"), (360, "dark"), (320, "light"), (1280, "light")):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.set_viewport_size({"width": width, "height": 800})
        # colours on their way from one to the other are neither
        until(page, "() => document.getAnimations().every(one => one.playState !== 'running')")
        if folder := os.environ.get("IBASHO_LOOK"):
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
        assert small_targets(page) == []
        assert barriers(page) + list(what_sticks_out(page)) == []


def test_two_keepers_answer_and_one_person_reads(
    come: Come, place: Place, keeper_browser: KeeperBrowser
) -> None:
    title = "軒先の部屋"
    open_staffed_room(place, "nokisaki", title, needed=1)
    midori, susuki = keeper_browser("みどり"), keeper_browser("すすき")
    take_duty(midori, title)
    take_duty(susuki, title)
    guest = come().enter()
    page = guest.open("/note/")
    page.get_by_label("メモ", exact=True).fill("お茶の会は、またありますか。")
    page.get_by_label("返事がほしい").check()
    is_well(page, "note")
    with page.expect_navigation():
        page.get_by_role("button", name="メモをわたす").click()
    is_well(page, "note-given")

    desk = midori.open("/desk/notes/")
    is_well(desk, "notes")
    with desk.expect_navigation():
        desk.get_by_role("link", name="返事を書く").click()
    desk.get_by_label("返事", exact=True).fill(WORDS)
    is_well(desk, "answer-write")
    other = susuki.open("/desk/")
    with desk.expect_navigation():
        desk.get_by_role("button", name="ほかの見守り役に見てもらう").click()
    is_well(desk, "answer-own")

    waits = other.get_by_role("link", name="ひとことメモへの返事が、もうひとりの見守り役を待っています")
    expect(waits).to_be_visible()
    with other.expect_navigation():
        waits.click()
    with other.expect_navigation():
        other.get_by_role("link", name="返事を見る").click()
    is_well(other, "answer-read")
    with other.expect_navigation():
        other.get_by_role("button", name="この返事をわたす").click()
    is_well(other, "answer-given")

    page = guest.open("/rooms/")
    expect(page.locator("[data-code=note_answer]")).not_to_contain_text("お茶の会は")
    is_well(page, "told-elsewhere")
    with page.expect_navigation():
        page.get_by_role("link", name="「わたし」で読む").click()
    news = page.locator("[data-code=note_answer]")
    expect(news).to_contain_text("お茶の会は、来月もひらきます。")
    expect(news).to_contain_text("スタッフ（2人で読みました）")
    is_well(page, "me")
    with page.expect_navigation():
        news.get_by_role("button", name="わかりました").click()
    expect(news).to_have_count(0)
