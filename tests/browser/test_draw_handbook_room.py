"""What keepers of docs/keepers-handbook.md do in a room and about a name. Each act has a test of its own beside this one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.handbook import TODAY, House, about_words, furnish, open_house, picture
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

NAMED, HARD = "ゆずはきらい", "うざい、消えろ。"
HELLO, ANSWER = "こんばんは。雨ですね。", "読みました。書いてくれて、ありがとうございます。"
NOTED = "21時すぎに、場所が分かる言葉がありました。約束を伝えました。"
QUIET_SLUG, QUIET_TITLE = "hidamari", "ひだまりの部屋"
_NO_HOURS = """
from django.db import transaction
from ibasho.rooms.models import OpeningHours

with transaction.atomic():
    OpeningHours.objects.filter(room__slug={slug!r}).delete()
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_house(place)


@pytest.fixture
def house(come: Come, keeper_browser: KeeperBrowser, slug: str) -> House:
    return furnish(come, keeper_browser, slug)


def test_in_the_room_and_about_a_name(
    house: House, place: Place, come: Come, keeper_browser: KeeperBrowser
) -> None:
    slug, midori, susuki, reader, writer, other = house
    writer.write("こんばんは。きょうも来ました。")
    writer.write("窓の外を、ずっと見ていました。")
    _begins_with_given_words(midori, slug, reader)
    _tells_the_room(midori, slug, reader)
    _takes_a_name(midori, slug, come(**TODAY).enter(), reader)
    _reads_a_seat(midori, slug, writer)
    other.write(HARD)
    _looks_at_hard_words(susuki)
    _asks_a_colleague(midori, susuki, slug)
    open_staffed_room(place, QUIET_SLUG, QUIET_TITLE, needed=1)
    place.tell(_NO_HOURS.format(slug=QUIET_SLUG))
    _opens_by_hand(keeper_browser("すみれ", **TODAY))


def _begins_with_given_words(midori: Guest, slug: str, reader: Guest) -> None:
    page = midori.open(f"/desk/rooms/{slug}/#about")
    picture(page, "26-phrases", page.locator("#phrases-title"))
    page.get_by_role("link", name="書くところに入れる").first.click()
    expect(midori.field).to_have_value(re.compile("^書いてくれて"))
    midori.write(ANSWER)
    reader.sees(ANSWER)
    midori.row(ANSWER).locator(".menu > summary").click()
    expect(midori.row(ANSWER).get_by_role("link", name="なおす")).to_be_visible()
    picture(page, "25-own-words")


def _tells_the_room(midori: Guest, slug: str, reader: Guest) -> None:
    page = midori.open(f"/desk/rooms/{slug}/#about")
    page.get_by_label("いまの話題").fill("雨の日の、すごし方")
    page.get_by_role("button", name=re.compile("^かえる.*話題")).click()
    expect(reader.page.locator("[data-topic]")).to_contain_text("雨の日の、すごし方")
    picture(reader.page, "33-topic")
    midori.open(f"/desk/rooms/{slug}/#about")
    page.get_by_role("button", name="5分", exact=True).click()
    expect(reader.page.locator("[data-room-state]")).to_contain_text("約束十二")
    picture(reader.page, "34-room-reads-why")
    midori.open(f"/desk/rooms/{slug}/#about")
    page.get_by_role("button", name="あける", exact=True).click()
    expect(reader.page.locator("[data-room-state]")).to_be_hidden()


def _takes_a_name(midori: Guest, slug: str, named: Guest, reader: Guest) -> None:
    named.sit(slug, name=NAMED)
    named.write(HELLO)
    reader.sees(HELLO)
    page = about_words(midori, slug, HELLO)
    page.get_by_label("約束九").check()
    name = page.locator("section").filter(has=page.locator("#unname-title"))
    name.get_by_text("本人にとどく文を見る").click()
    picture(page, "29-name", page.locator("#unname-title"))
    name.get_by_role("button", name="名前をはずす").click()
    expect(reader.row(HELLO).locator(".message__name")).to_have_text("（名前は見せていません）")
    picture(reader.page, "30-nameless")
    page.locator(".desk-done").get_by_role("button", name="名前をもどす").click()
    expect(reader.row(HELLO).locator(".message__name")).to_have_text(NAMED)


def _reads_a_seat(midori: Guest, slug: str, writer: Guest) -> None:
    page = about_words(midori, slug, "窓の外を")
    page.get_by_role("link", name="この席の言葉を、まとめて読む").click()
    picture(page, "31-seat-words", page.locator("h1"))
    page.get_by_label("メモを書く").fill(NOTED)
    page.get_by_role("button", name="メモをのこす").click()
    theirs = writer.open("/me/#record")
    record = theirs.locator("details").filter(has_text="スタッフが書いた、席のメモ")
    record.locator("summary").click()
    expect(record).to_contain_text(NOTED)
    picture(theirs, "32-own-record", record)


def _looks_at_hard_words(susuki: Guest) -> None:
    page = susuki.open("/desk/")
    page.locator("[data-alert^=noticed-]").get_by_role("link").click()
    page.get_by_text("文をひらく").click()
    picture(page, "27-noticed", page.locator("[data-panel=noticed]"))
    page.get_by_role("button", name="見ました").click()
    expect(page.get_by_text("気になる言葉")).to_have_count(0)


def _asks_a_colleague(midori: Guest, susuki: Guest, slug: str) -> None:
    page, theirs = about_words(midori, slug, HARD), susuki.open("/desk/")
    page.get_by_role("button", name="ほかのスタッフに聞く").click()
    theirs.locator("[data-alert^=opinion-]").get_by_role("link").click()
    asked = theirs.locator("[data-panel=opinion]")
    expect(asked).to_contain_text("みどりさんが、この書き込みのことで、どうするか迷っています。")
    picture(theirs, "28-ask-a-colleague", asked)
    asked.get_by_role("button").first.click()
    expect(page.get_by_text("すすきさん：")).to_be_visible()
    page.get_by_role("button", name="わかりました").click()


def _opens_by_hand(keeper: Guest) -> None:
    take_duty(keeper, QUIET_TITLE)
    page = keeper.open(f"/desk/rooms/{QUIET_SLUG}/#about")
    picture(page, "35-open-now", page.locator("#room-acts-title"))
    page.get_by_role("button", name="1時間", exact=True).click()
    expect(page.locator("[data-crowd]")).to_contain_text("しずか")
