"""A keeper's phone loses the network. The colleague hears of it, the room rests, and goes on when the phone is back.

What takes minutes is not waited for: the last sign of the lost keeper is moved back in the table.
"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.taps import TOUCH

RESTS = "いま、スタッフがそろっていません。少しお休みします。読むことはできます。"
DRAFT = "書きかけの言葉です。"
_LAST_SIGN = """
import datetime as dt
from django.db import transaction
from ibasho.duty.models import Duty
from ibasho.lib import clock

with transaction.atomic():
    open_one = Duty.objects.filter(keeper__duty_name={name!r}, ended_at__isnull=True)
    assert open_one.update(there_at=clock.now() - dt.timedelta(seconds={seconds})) == 1
"""
_RESTED_SINCE = """
import datetime as dt
from django.db import transaction
from ibasho.lib import clock
from ibasho.rooms.models import RoomSession

with transaction.atomic():
    resting = RoomSession.objects.filter(room__slug={slug!r}, state="paused", paused_why="no_keepers")
    assert resting.update(paused_at=clock.now() - dt.timedelta(seconds={seconds})) == 1
"""


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that needs two keepers: its slug and its title."""
    title = "ふたりの部屋"
    return open_staffed_room(place, "futari", title), title


@pytest.fixture
def midori(keeper_browser: KeeperBrowser, staffed: tuple[str, str]) -> Guest:
    """On duty, at the desk."""
    keeper = keeper_browser("みどり", **TOUCH)
    take_duty(keeper, staffed[1])
    return keeper


@pytest.fixture
def susuki(keeper_browser: KeeperBrowser, midori: Guest, staffed: tuple[str, str]) -> Guest:
    """On duty beside みどり, with a phone that goes into a tunnel."""
    keeper = keeper_browser("すすき", through_tunnel=True, **TOUCH)
    keeper.forgive("net::ERR", "WebSocket connection")
    take_duty(keeper, staffed[1])
    return keeper


def test_a_room_rests_without_its_second_keeper_and_resumes_by_itself(
    come: Come, place: Place, midori: Guest, susuki: Guest, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    writer, reader, late = come().enter(), come().enter(), come().enter()
    writer.sit(slug, name="ゆうぐれ")
    reader.sit(slug, mode="observe")
    writer.write("こんばんは。")
    reader.sees("こんばんは。")
    writer.field.fill(DRAFT)

    _lose(susuki)
    place.tell(_LAST_SIGN.format(name="すすき", seconds=89))
    expect(_alerts(midori)).to_have_count(0)
    place.tell(_LAST_SIGN.format(name="すすき", seconds=91))
    expect(_alerts(midori)).to_contain_text("すすきさんは、いま、線が切れています。")
    expect(_row(midori, title)).to_contain_text("いま、線が切れています")
    expect(_line(writer)).to_be_hidden()  # half a keeper is still one: nobody who talks is told
    expect(writer.send_button).to_be_enabled()

    place.tell(_LAST_SIGN.format(name="すすき", seconds=181))
    for guest in (writer, reader):
        expect(_line(guest)).to_have_text(RESTS)
        expect(guest.page.get_by_text("スタッフがいます")).to_be_hidden()
    expect(reader.page.get_by_text("書く席にうつる")).to_be_hidden()
    expect(reader.page.get_by_text("見ています。名前は出ていません。").locator("visible=true")).to_have_count(
        1
    )
    expect(_alerts(midori)).to_contain_text(f"「{title}」が、見守り役を待って休けいしています。")
    expect(writer.send_button).to_be_disabled()
    page = late.open(f"/rooms/{slug}/")
    expect(page.locator("main")).to_contain_text("休けい")
    expect(page.get_by_role("button", name="部屋に入る")).to_have_count(0)
    writer.page.reload()
    expect(_line(writer)).to_have_text(RESTS)
    assert writer.field.input_value() == DRAFT

    place.tell(_RESTED_SINCE.format(slug=slug, seconds=590))
    _find(susuki)
    for guest in (writer, reader):
        expect(_line(guest)).to_be_hidden()
        expect(guest.page.get_by_text("スタッフがいます")).to_be_visible()
    expect(reader.page.get_by_text("書く席にうつる")).to_be_visible()
    expect(_row(midori, title)).to_contain_text("しずか")
    expect(_alerts(midori)).to_have_count(0)
    writer.wait_for_line()
    assert writer.field.input_value() == DRAFT
    writer.send_button.click()
    reader.sees(DRAFT)
    page.reload()
    expect(page.get_by_role("button", name="部屋に入る")).to_be_visible()
    assert place.stored(slug) == ["こんばんは。", DRAFT]
    for guest in (writer, reader):
        guest.has_the_same_view_as_the_loaded_page()


def test_after_ten_minutes_the_room_waits_as_at_the_beginning(
    come: Come, place: Place, midori: Guest, susuki: Guest, staffed: tuple[str, str]
) -> None:
    slug, _ = staffed
    guest = come().enter()
    guest.sit(slug, name="ゆうぐれ")
    guest.field.fill(DRAFT)
    _lose(susuki)
    place.tell(_LAST_SIGN.format(name="すすき", seconds=181))
    expect(_line(guest)).to_have_text(RESTS)
    place.tell(_RESTED_SINCE.format(slug=slug, seconds=601))
    expect(_line(guest)).to_have_text(re.compile("^いまは、準備中です。"))
    assert guest.field.input_value() == DRAFT
    _find(susuki)
    expect(_line(guest)).to_be_hidden()
    guest.send_button.click()
    guest.sees(DRAFT)


def _lose(keeper: Guest) -> None:
    keeper.tunnel.cut()
    keeper.context.set_offline(True)


def _find(keeper: Guest) -> None:
    keeper.tunnel.open()
    keeper.context.set_offline(False)


def _alerts(keeper: Guest) -> Locator:
    return keeper.page.locator("[data-panel=alerts]")


def _row(keeper: Guest, title: str) -> Locator:
    return keeper.page.locator("[data-panel=rooms] tr").filter(has_text=title)


def _line(guest: Guest) -> Locator:
    return guest.page.locator("[data-room-state]")
