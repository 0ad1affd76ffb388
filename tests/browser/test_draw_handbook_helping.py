"""What keepers of docs/keepers-handbook.md do for the house: answering a note, helpers, the roster, and its own pages."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.handbook import TITLE, TODAY, furnish, open_house, picture
from tests.browser.keepers import KeeperBrowser

NOTE, REPLY = "お茶の会は、またありますか。", "はい、来月もあります。\n見ているだけでも、大丈夫です。"
_TRAINING = """
from ibasho.duty.actions import add_unit

add_unit("はじめの研修", "この家の約束を読みます。")
add_unit("聴く練習", "二人で、話を聴く練習をします。")
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_house(place)


def test_for_the_house(come: Come, keeper_browser: KeeperBrowser, place: Place, slug: str) -> None:
    _, midori, susuki, guest, *_ = furnish(come, keeper_browser, slug)
    _two_answer_a_note(midori, susuki, guest)
    place.tell(_TRAINING)
    kajika = keeper_browser("かじか", "steward", **TODAY)
    _begins_with_a_helper(kajika, come(**TODAY))
    _plans_a_shift(kajika)
    picture(kajika.open("/desk/house/"), "40-house", kajika.page.locator("#pages-title"))


def _two_answer_a_note(midori: Guest, susuki: Guest, guest: Guest) -> None:
    page = guest.open("/note/")
    page.get_by_label("メモ", exact=True).fill(NOTE)
    page.get_by_label("返事がほしい").check()
    page.get_by_role("button", name="メモをわたす").click()
    desk = midori.open("/desk/notes/")
    desk.get_by_role("link", name="返事を書く").click()
    desk.get_by_label("返事", exact=True).fill(REPLY)
    desk.get_by_role("button", name="ほかの見守り役に見てもらう").click()
    expect(desk.get_by_role("button", name="返事をとりけす")).to_be_visible()
    theirs = susuki.open("/desk/notes/")
    theirs.get_by_role("link", name="返事を見る").click()
    picture(theirs, "36-note-answer", theirs.locator("#written-title"))
    theirs.get_by_role("button", name="この返事をわたす").click()
    expect(theirs.get_by_role("heading", name="わたした返事")).to_be_visible()
    page = guest.open("/me/")
    expect(page.locator("[data-code=note_answer]")).to_contain_text("スタッフ（2人で読みました）")
    picture(page, "37-answer-arrives", page.locator("#news-title"))


def _begins_with_a_helper(kajika: Guest, kusa: Guest) -> None:
    page = kusa.open("/about/helping/")
    page.get_by_label("呼ばれたい名前").fill("くさ")
    page.get_by_label("連絡先").fill("kusa@mail.example")
    page.get_by_label("手伝いたいと思ったわけ").fill("前に、ここで助けてもらいました。")
    page.get_by_role("button", name="申しこむ").click()
    expect(page.get_by_role("status")).to_contain_text("ありがとうございます。")
    desk = kajika.open("/desk/volunteers/")
    desk.get_by_role("link", name="くささん").click()
    desk.get_by_label("お話の日").fill("12月1日")
    desk.get_by_label("時刻").fill("19時半")
    desk.get_by_role("button", name="この日にする").click()
    desk.get_by_label("した日").fill("11月21日")
    desk.get_by_role("radio", name="すすき").check()
    desk.get_by_role("button", name="研修を記録する").click()
    expect(desk.get_by_text("すすきさんと")).to_be_visible()
    picture(desk, "38-helper", desk.locator("#training-title"))


def _plans_a_shift(kajika: Guest) -> None:
    page = kajika.open("/desk/roster/shifts/")
    page.get_by_role("radio", name="すすき").check()
    page.get_by_label(TITLE).check()
    page.get_by_label("時間", exact=True).fill("21:00〜23:00")
    picture(page, "39-plan-duty", page.locator("h1"))
    page.get_by_role("button", name="この当番にする").click()
    page.get_by_role("button", name="なくす").first.click()
    page.get_by_role("button", name="もどす").first.click()
    expect(page.get_by_role("button", name="なくす").first).to_be_visible()
