"""A room with keepers, seen from both sides: from the desk, and by those who sit there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

_CLOSES_IN = """
import datetime as dt
from django.db import transaction
from ibasho.lib import clock
from ibasho.rooms.actions import turn_sessions
from ibasho.rooms.models import RoomSession

with transaction.atomic():
    RoomSession.objects.filter(room__slug={slug!r}, state__in=["open", "closing"]).update(
        closes_at=clock.now() + dt.timedelta(seconds={seconds}), state="open"
    )
turn_sessions()
"""
_RESTORE = """
from ibasho.moderation.actions import restore
from ibasho.people.models import Keeper
from ibasho.people.queries import facts_of
from ibasho.rooms.models import Message

message = Message.objects.get(room__slug={slug!r}, state="hidden")
restore(facts_of(Keeper.objects.get(duty_name="みどり")), {slug!r}, message.pk)
"""


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper is enough for: its slug and its title."""
    title = "南の縁側"
    return open_staffed_room(place, "mimamori", title, needed=1), title


@pytest.fixture
def midori(keeper_browser: KeeperBrowser, staffed: tuple[str, str]) -> Guest:
    """On duty, at the desk's page of the room; the room is open."""
    keeper = keeper_browser("みどり")
    take_duty(keeper, staffed[1])
    keeper.open(f"/desk/rooms/{staffed[0]}/")
    keeper.wait_for_line()
    return keeper


def test_what_holds_for_a_seat_stands_on_its_rows_without_a_reload(
    come: Come, midori: Guest, staffed: tuple[str, str]
) -> None:
    guest = come().enter()
    guest.sit(staffed[0], name="あけぼの")
    guest.write("はじめまして。")
    tags = midori.row("はじめまして。").locator(".message__head .tag")
    expect(tags).to_have_text(["はじめて"])
    seat = midori.row("はじめまして。").get_attribute("data-by")
    path = f"/desk/rooms/{staffed[0]}/seats/{seat}/rest/"
    midori.send(path, rule="tell_us", minutes="10")
    expect(tags).to_have_text(["はじめて", re.compile("まで、お休み$")])
    midori.send(f"{path}lift/")
    expect(tags).to_have_text(["はじめて"])
    midori.page.reload()
    expect(tags).to_have_text(["はじめて"])


def test_a_keeper_speaks_as_one_who_watches_over_the_room(
    come: Come, midori: Guest, staffed: tuple[str, str]
) -> None:
    guest = come().enter()
    guest.sit(staffed[0], name="ゆうぐれ")
    guest.write("こんばんは。")
    midori.sees("こんばんは。")
    midori.write("見守り役です。ゆっくりどうぞ。")
    guest.sees("見守り役です。ゆっくりどうぞ。")
    row = guest.row("ゆっくりどうぞ")
    expect(row.locator(".message__mark")).to_have_text("スタッフ")
    expect(row.locator(".message__name")).to_contain_text("見守り役")
    expect(midori.row("こんばんは。").locator(".message__mark")).to_have_count(0)
    for one in (guest, midori):
        one.has_the_same_view_as_the_loaded_page()


def test_words_are_hidden_by_two_taps_and_their_writer_may_ask_again(
    come: Come, midori: Guest, staffed: tuple[str, str]
) -> None:
    writer, reader = come().enter(), come().enter()
    writer.sit(staffed[0], name="こもれび")
    reader.sit(staffed[0], mode="observe")
    writer.write("わたしの帽子は あおいつばめがら です。")
    midori.sees("あおいつばめがら")
    message = midori.id_of("あおいつばめがら")
    page = midori.page
    midori.row("あおいつばめがら").get_by_role("link", name="この書き込みについて").click()
    page.wait_for_url(re.compile(f"/messages/{message}/"))
    page.locator("input[name=rule]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="かくす", exact=True).click()
    quiet = reader.page.locator(f'[data-message="{message}"]')
    expect(quiet).to_have_text("スタッフが、この書き込みをかくしました。")
    expect(reader.page.get_by_text("あおいつばめがら")).to_have_count(0)

    letter = writer.page.locator("[data-notices] .notice")
    expect(letter).to_be_visible()
    with writer.page.expect_navigation():
        letter.get_by_role("button", name="もう一度 見てほしい").click()
    assert "/reviews/" in writer.page.url


def test_the_letter_in_an_open_room_goes_once_the_act_is_undone(
    come: Come, midori: Guest, staffed: tuple[str, str]
) -> None:
    writer = come().enter()
    writer.sit(staffed[0], name="こもれび")
    writer.write("わたしの帽子は あおいつばめがら です。")
    midori.sees("あおいつばめがら")
    page = midori.page
    midori.row("あおいつばめがら").get_by_role("link", name="この書き込みについて").click()
    page.locator("input[name=rule]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="かくす", exact=True).click()
    letters = writer.page.locator("[data-notices] .notice")
    expect(letters.get_by_role("button", name="もう一度 見てほしい")).to_have_count(1)
    midori.place.tell(_RESTORE.format(slug=staffed[0]))
    expect(letters.filter(has_text="もどしました")).to_have_count(1)
    expect(letters).to_have_count(1)  # what was told first is over, and went by itself
    expect(letters.get_by_role("button", name="もう一度 見てほしい")).to_have_count(0)
    expect(writer.page.get_by_text("見直しの番号")).to_have_count(0)


def test_a_row_that_is_hidden_by_a_colleague_keeps_its_way_to_the_act_page(
    come: Come, keeper_browser: KeeperBrowser, midori: Guest, staffed: tuple[str, str]
) -> None:
    guest, susuki = come().enter(), keeper_browser("すすき")
    guest.sit(staffed[0], name="こもれび")
    guest.write("かくされる言葉")
    midori.sees("かくされる言葉")
    message = midori.id_of("かくされる言葉")
    take_duty(susuki, staffed[1])
    page = susuki.open(f"/desk/rooms/{staffed[0]}/messages/{message}/")
    page.locator("input[name=rule]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="かくす", exact=True).click()
    row = midori.page.locator(f'[data-message="{message}"]')
    expect(row.locator("p")).to_have_text("スタッフが、この書き込みをかくしました。")
    expect(row).not_to_contain_text("かくされる言葉")
    assert row.get_by_role("link").get_attribute("href") == f"/desk/rooms/{staffed[0]}/messages/{message}/"


def test_a_room_without_keepers_says_that_it_rests_and_goes_on_when_they_are_back(
    come: Come, midori: Guest, staffed: tuple[str, str]
) -> None:
    guest = come().enter()
    page = guest.sit(staffed[0], name="ゆうぐれ")
    guest.field.fill("書きかけの言葉")
    midori.open("/desk/").get_by_role("button", name="ひと休み", exact=True).click()
    line = page.locator("[data-room-state]")
    expect(line).to_have_text("いま、スタッフがそろっていません。少しお休みします。読むことはできます。")
    expect(guest.send_button).to_be_disabled()
    assert guest.field.input_value() == "書きかけの言葉"
    midori.page.get_by_role("button", name="もどりました").click()
    expect(line).to_be_hidden()
    guest.send_button.click()
    guest.sees("書きかけの言葉")

    midori.page.get_by_role("button", name="15分 休ませる").first.click()
    expect(line).to_have_text(re.compile(r"\d+:\d\dまで、お休みします。お茶でもどうぞ。読むことはできます。"))


def test_a_room_closes_gently_and_says_so_three_times(
    come: Come, place: Place, midori: Guest, staffed: tuple[str, str]
) -> None:
    guest = come().enter()
    page = guest.sit(staffed[0], name="ゆうぐれ")
    line = page.locator("[data-room-state]")
    page.evaluate(
        """() => {
          globalThis.said = [];
          const line = document.querySelector('[data-room-state]');
          new MutationObserver(() => said.push(line.textContent)).observe(line, { childList: true });
        }"""
    )
    place.tell(_CLOSES_IN.format(slug=staffed[0], seconds=311))
    expect(line).to_have_text(re.compile(r"^(\S+ )?\d+:\d\dに、部屋をしめます。$"))
    expect(line).to_have_text(re.compile(r"^5分以内に、部屋をしめます。(\S+ )?\d+:\d\dまでです。$"))
    place.tell(_CLOSES_IN.format(slug=staffed[0], seconds=10))
    expect(line).to_have_text("1分以内に、部屋をしめます。書いた言葉は、いま送れます。")
    expect(line).to_have_text("部屋をしめる時間です。書きかけの言葉は、あと1分送れます。")
    guest.write("おやすみなさい。")
    guest.sees("おやすみなさい。")
    said: list[str] = page.evaluate("said")
    assert len(said) == len(set(said)) == 4


def test_the_desk_is_not_loaded_where_people_talk(
    come: Come, staffed: tuple[str, str], midori: Guest
) -> None:
    guest = come().enter()
    asked: list[str] = []
    guest.page.on("request", lambda request: asked.append(request.url))
    guest.sit(staffed[0])
    assert any("/js/room.js" in url for url in asked)
    assert not [url for url in asked if "desk" in url]
