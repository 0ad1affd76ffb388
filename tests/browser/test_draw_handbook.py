"""The acts of docs/keepers-handbook.md on words, seats and a room, each with what the person hears and its undo.

Walked on every run, and drawn when IBASHO_PICTURES is set; `test_draw_handbook_together` has the rest.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.handbook import House, about_words, furnish, open_house, picture
from tests.browser.keepers import KeeperBrowser, hand_over

LURE = "1日10分スマホを見るだけで月30万。くわしくは個別で"
SECRET = "あおいつばめがら"
PLACED = f"駅の前にいます。帽子は {SECRET} です。"
_PLAN = """
from datetime import timedelta
from ibasho.duty.models import Shift
from ibasho.lib import clock
from ibasho.people.models import Keeper
from ibasho.people.queries import facts_of
from ibasho.rooms.actions.shifts import plan_shifts

steward = facts_of(Keeper.objects.get(duty_name="かじか"))
evening = clock.tokyo(clock.now() + timedelta(days=1)).replace(hour=20, minute=0, second=0, microsecond=0)
for days, name in enumerate(("みどり", "すすき")):
    keeper, starts = Keeper.objects.get(duty_name=name), evening + timedelta(days=days)
    plan_shifts(steward, keeper_id=keeper.pk, slugs=[{slug!r}], starts=starts, ends=starts + timedelta(hours=2))
"""


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_house(place)


@pytest.fixture
def house(come: Come, keeper_browser: KeeperBrowser, slug: str) -> House:
    return furnish(come, keeper_browser, slug)


def test_an_evening_on_duty(house: House, place: Place, keeper_browser: KeeperBrowser) -> None:
    slug, midori, susuki, reader, writer, other = house
    keeper_browser("かじか", "steward")
    _hands_over_and_finds_a_stand_in(place, slug, midori, susuki)
    reader.write("こんばんは。きょうも来ました。")
    other.write("雨の音を聞きながら、ここを見ていました。")
    writer.write(PLACED)
    reader.sees(PLACED)
    _sees_who_is_new(midori)
    _looks_into_a_concern(midori, susuki, reader, writer)
    _keeps_back_what_waited(midori, writer, reader, slug)
    page = about_words(midori, slug, PLACED)
    _hides_and_brings_back(midori, page, reader)
    _covers_a_part(midori, slug, reader)
    _lets_rest_and_go(midori, slug, writer)
    _changes_the_room(midori, slug, reader)
    _writes_a_note_on_the_seat(midori, slug, writer)


def _hands_over_and_finds_a_stand_in(place: Place, slug: str, midori: Guest, susuki: Guest) -> None:
    facts = "21時ごろ、夜の茶の間で連絡先がひとつ出ました。かくして、わけを伝えました。"
    hand_over(place, "かじか", facts=facts, plan="また出たら、早めにかくします。声をかけて見守ります。")
    page = midori.open("/desk/")
    panel = page.locator("[data-panel=handover]")
    picture(page, "01-handover", panel)
    panel.get_by_role("button", name=re.compile("^読みました")).first.click()
    expect(panel.locator("article").first.get_by_role("button")).to_have_count(0)
    place.tell(_PLAN.format(slug=slug))
    page = midori.open("/desk/roster/")
    page.get_by_role("button", name=re.compile("^代わりをさが\u2060す")).click()
    expect(page.get_by_role("button", name=re.compile("^さがすのをやめる"))).to_be_visible()
    theirs = susuki.open("/desk/roster/")
    picture(theirs, "02-roster", theirs.locator("[data-panel=wanted]"))
    theirs.get_by_role("button", name=re.compile("^かわります")).click()
    expect(theirs.locator("[data-panel=mine] form")).to_have_count(2)  # her own, and this one
    expect(midori.open("/desk/roster/").get_by_text("すすきさんが、")).to_be_visible()


def _sees_who_is_new(midori: Guest) -> None:
    page = midori.open("/desk/")
    waiting = page.locator("[data-panel=waiting]")
    expect(waiting.get_by_role("link", name=re.compile("^はじめて書いた方に、ひとこと"))).to_be_visible()
    picture(page, "23-first-timer", waiting)


def _looks_into_a_concern(midori: Guest, susuki: Guest, teller: Guest, writer: Guest) -> None:
    tell = teller.row(PLACED).locator("[data-tell]").get_attribute("href")
    assert tell
    teller.send(tell, reason="solicitation", words="")
    page, theirs = midori.open("/desk/"), susuki.open("/desk/")
    page.locator("[data-panel=waiting]").get_by_role("link", name=re.compile("^確かめる")).click()
    page.get_by_text("知らせがあったときの文をひらく").click()
    expect(page.get_by_text(PLACED)).to_be_visible()
    picture(page, "03-concern", page.locator("[data-panel=words]"))
    waiting = theirs.locator("[data-panel=waiting]")
    expect(waiting).to_contain_text("みどりさんが見ています。")
    picture(theirs, "04-claim", waiting)
    page.get_by_role("button", name="部屋で声をかけた").click()
    expect(teller.page.locator("[data-code=concern_outcome]")).to_contain_text("部屋で声をかけました。")


def _keeps_back_what_waited(midori: Guest, writer: Guest, reader: Guest, slug: str) -> None:
    writer.write(LURE)
    expect(writer.page.locator("[data-held-post]")).to_contain_text("スタッフが見てから出ます")
    page = midori.open(f"/desk/rooms/{slug}/held/")
    page.get_by_text("文をひらく").click()
    picture(page, "05-waiting-words", page.locator("[data-panel=held]"))
    page.get_by_role("link", name=re.compile("^出さない")).click()
    page.locator("input[value=no_solicitation]").check()
    page.get_by_role("button", name="出さない", exact=True).click()
    expect(page.locator(".desk-done")).to_be_visible()
    expect(writer.page.locator("[data-notices] .notice").last).to_contain_text("今回は、出しませんでした。")
    assert LURE not in reader.page.content()


def _hides_and_brings_back(midori: Guest, page: Page, reader: Guest) -> None:
    picture(page, "06-hide", page.get_by_role("heading", name="かくす", exact=True))
    page.get_by_role("button", name="かくす", exact=True).click()
    midori.wait_for_line()
    done = page.locator("[data-panel=done]")
    expect(done).to_contain_text("書き込みを、かくしました。")
    expect(reader.page.get_by_text("スタッフが、この書き込みをかくしました。")).to_be_visible()
    picture(page, "07-bring-back")
    done.get_by_role("button", name="もどす").click()
    reader.sees(PLACED)


def _covers_a_part(midori: Guest, slug: str, reader: Guest) -> None:
    page = about_words(midori, slug, PLACED)
    page.locator(".piece").filter(has_text=SECRET).locator("input").check()
    picture(page, "08-cover-a-part", page.locator("#redact-title"))
    page.get_by_role("button", name="えらんだところをかくす").click()
    expect(reader.row("駅の前にいます。")).to_contain_text("●●●")
    page.locator(".desk-done").get_by_role("button", name="一部をもどす").click()
    reader.sees(PLACED)


def _lets_rest_and_go(midori: Guest, slug: str, writer: Guest) -> None:
    writer.forgive("403")  # whose page of the room is left
    page = about_words(midori, slug, PLACED)
    picture(page, "09-rest-and-leave", page.locator("#rest-title"))
    page.get_by_role("button", name=re.compile("^30分")).click()
    expect(writer.page.locator("[data-room-state]")).to_contain_text("いまは、書くことをお休みしています。")
    page = about_words(midori, slug, PLACED)
    leave = page.locator("section").filter(has=page.locator("#remove-title"))
    leave.locator("button").first.click()
    midori.wait_for_line()
    page.get_by_role("link", name="すること").click()
    acts = page.locator("[data-panel=acts]")
    picture(page, "10-what-was-done")
    acts.get_by_role("button", name=re.compile("^また")).first.click()
    expect(acts.get_by_role("button", name=re.compile("^また"))).to_have_count(0)
    page.get_by_role("link", name="すること").click()
    acts.get_by_role("button", name=re.compile("^お休みを終わりにする")).click()
    expect(acts.get_by_role("button", name=re.compile("^お休み"))).to_have_count(0)
    letters = writer.open(f"/rooms/{slug}/").locator(".notice")
    expect(letters.filter(has_text="また").first).to_be_visible()


def _changes_the_room(midori: Guest, slug: str, reader: Guest) -> None:
    page = midori.open(f"/desk/rooms/{slug}/#about")
    picture(page, "11-room", page.locator("#room-acts-title"))
    acts = page.locator("[data-panel=room-acts]")
    acts.get_by_role("button", name="5分", exact=True).click()
    expect(reader.page.locator("[data-room-state]")).to_be_visible()
    page = midori.open(f"/desk/rooms/{slug}/#about")
    acts.get_by_role("button", name="あける", exact=True).click()
    expect(reader.page.locator("[data-room-state]")).to_be_hidden()
    page = midori.open(f"/desk/rooms/{slug}/#about")
    acts.get_by_role("button", name=re.compile("^見てから出す")).first.click()
    page = midori.open(f"/desk/rooms/{slug}/#about")
    expect(acts.get_by_text("みんなの書き込みを、見てから出しています。").first).to_be_visible()
    picture(page, "12-checked-first", acts.get_by_text("書き込みを、いつ出すか"))
    acts.get_by_role("button", name=re.compile("^すぐ出す")).click()
    page = midori.open(f"/desk/rooms/{slug}/#about")
    expect(acts.get_by_text("書き込みは、すぐに出ます。").first).to_be_visible()


def _writes_a_note_on_the_seat(midori: Guest, slug: str, writer: Guest) -> None:
    page = about_words(midori, slug, PLACED)
    page.get_by_role("link", name="この席の言葉を、まとめて読む").click()
    page.get_by_label("メモを書く").fill("21時すぎに、場所が分かる言葉がありました。約束を伝えました。")
    page.get_by_role("button", name="メモをのこす").click()
    panel = page.locator("[data-panel=seat-notes]")
    expect(panel.get_by_role("button", name=re.compile("^消す"))).to_be_visible()
    picture(page, "13-seat-note", panel)
    record = writer.context.request.get(f"{writer.place.url}/me/download/").json()
    assert "場所が分かる言葉がありました。" in str(record)
    panel.get_by_role("button", name=re.compile("^消す")).click()
    expect(panel.get_by_text("まだ、ありません。")).to_be_visible()
