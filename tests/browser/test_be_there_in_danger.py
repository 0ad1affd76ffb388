"""命が心配なこと, on two phones of keepers and one of the person: the alert, who looks, the quiet room, its end."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import PHONE, Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out

WORDS = "いま橋の上にいます。"


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_staffed_room(place, "hashi", "川べりの部屋")


def _can_be_shown(page: Page) -> None:
    assert [*barriers(page), *small_targets(page), *what_sticks_out(page)] == []


def test_two_keepers_and_the_person_meet_in_a_quiet_room(
    come: Come, keeper_browser: KeeperBrowser, slug: str
) -> None:
    midori = keeper_browser("みどり", viewport=PHONE)
    susuki = keeper_browser("すすき", viewport=PHONE)
    for keeper in (midori, susuki):
        take_duty(keeper, "川べりの部屋")
    reader = come(viewport=PHONE).enter()
    reader.sit(slug, name="とりのす")
    writer = come(viewport=PHONE).enter()
    writer.sit(slug, name="なのはな")
    desks = midori.page, susuki.page

    writer.write(WORDS)
    writer.sees(WORDS)
    reader.sees(WORDS)
    for desk in desks:  # on every device of a keeper, without reloading, and without a word of theirs
        expect(desk.get_by_text("命が心配").first).to_be_visible()
        expect(desk.get_by_text(WORDS)).to_have_count(0)
    _can_be_shown(desks[0])

    desks[0].get_by_role("button", name="わたしが見ます").first.click()
    expect(desks[0].get_by_role("heading", name="声のかけ方")).to_be_visible()
    expect(desks[0].get_by_role("link", name="119（救急車）").first).to_be_visible()
    expect(desks[1].get_by_text("みどりさんが見ています。")).to_be_visible()
    _can_be_shown(desks[0])
    desks[0].get_by_role("button", name="部屋で文を読む").click()
    expect(desks[0].locator("[role=log]").get_by_text(WORDS)).to_be_in_viewport()

    desks[0].go_back()
    card = writer.page.locator("[data-code=support]")
    card.get_by_role("button", name="静かな部屋で話す").click()
    expect(card.get_by_text("スタッフに伝えました。2人そろうと、ここにお知らせが出ます。")).to_be_visible()
    writer.wait_for_line()
    _can_be_shown(writer.page)
    for desk in desks:
        expect(desk.get_by_text("静かな部屋で話したい方がいます。").first).to_be_visible()
    desks[0].get_by_role("button", name="2人で静かな部屋をひらく").click()
    expect(desks[0].get_by_role("heading", name="静かな部屋")).to_be_visible()
    expect(writer.page.locator("[data-code=quiet_room]")).to_have_count(0)
    desks[0].get_by_role("button", name="もう一人をよぶ").click()
    expect(desks[0].get_by_role("button", name="よぶのをやめる")).to_be_visible()
    _can_be_shown(desks[0])
    calls = desks[1].get_by_text("みどりさんが、静かな部屋で、もう一人を待っています。")
    expect(calls.first).to_be_visible()
    _can_be_shown(desks[1])
    if folder := os.environ.get("IBASHO_LOOK"):
        desks[0].screenshot(path=f"{folder}/call-0.png")
        desks[1].screenshot(path=f"{folder}/call-1.png")
    desks[1].get_by_role("button", name="静かな部屋に行く").first.click()
    expect(desks[1].get_by_role("heading", name="静かな部屋")).to_be_visible()

    letter = writer.page.locator("[data-code=quiet_room]")
    expect(letter).to_contain_text("来なくても大丈夫です。")
    letter.get_by_role("link", name="部屋のようすを見る").click()
    page = writer.page
    expect(page.get_by_text("あなただけです。ほかの人には、この部屋は見えません。")).to_be_visible()
    expect(letter).to_contain_text("来なくても大丈夫です。")
    expect(letter.get_by_role("link")).to_have_count(0)  # it would lead to this very door
    expect(page.get_by_label("この部屋での名前")).to_have_value("なのはな")
    _can_be_shown(page)
    page.get_by_label("書くかもしれない").check()
    page.get_by_role("button", name="部屋に入る").click()
    writer.wait_for_line()
    writer.write("きました。")
    _hear(midori, "きました。")
    midori.write("来てくれて、ありがとうございます。")
    writer.sees("来てくれて、ありがとうございます。")
    _hear(susuki, "来てくれて、ありがとうございます。")
    quiet = page.url.split("/rooms/")[1].split("/")[0]
    reader.forgive(quiet)  # it is not there for them
    reader.open(f"/rooms/{quiet}/")
    expect(reader.page.get_by_text("来てくれて")).to_have_count(0)
    reader.open("/rooms/")
    expect(reader.page.get_by_text("静かな部屋")).to_have_count(0)

    susuki.forgive(quiet)  # whose page of it is left once it is over
    desk = midori.open("/desk/incidents/")
    desk.get_by_role("link", name="声のかけ方と、これまでのこと").first.click()
    desk.get_by_role("button", name="静かな部屋を終わりにする").click()
    expect(page.locator("[data-room-state]")).to_have_text(
        re.compile("^静かな部屋を、おわりました。来てくれて、ありがとう")
    )
    expect(page.locator("room-composer")).to_be_hidden()
    desk.get_by_label("話を聞いた").check()
    desk.get_by_role("button", name="終わりにする", exact=True).click()
    expect(desk.get_by_role("heading", name="終わりました")).to_be_visible()
    _can_be_shown(desk)
    desk.get_by_role("button", name="お便りを出す").click()
    expect(desk.get_by_text("お便りを出しました。").first).to_be_visible()
    expect(page.locator("[data-code=after_incident]")).to_contain_text("お返事はいりません。")
    desk.get_by_role("button", name="申し送りをのこす").click()
    expect(desk.get_by_text("部屋「川べりの部屋」で")).to_be_visible()


def _hear(keeper: Guest, words: str) -> None:
    expect(keeper.page.locator("[role=log]").get_by_text(words)).to_be_visible()
