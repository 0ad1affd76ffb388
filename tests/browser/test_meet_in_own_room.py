"""Two who signed up meet in their meeting's own room, by text; a third finds no such room."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.browser.pictures import draw

MEETING, TITLE, LINK = 9_001, "ゆうべの会", "https://meet.example.org/asagao"
IN, MINE = "部屋に入る（文字だけでも だいじょうぶです）", "/sign-ups/mine/"
_BEGINS = """
from datetime import timedelta
from django.db import transaction
from ibasho.events.actions import keep_meeting_rooms
from ibasho.events.models import Event, EventAudience
from ibasho.lib import clock
from ibasho.people.models import Standpoint
from ibasho.rooms.actions import turn_sessions

now = clock.now()
with transaction.atomic():
    event = Event.objects.create(
        pk={pk}, title={title!r}, kind="family_meeting", link={link!r}, published_on=clock.today(),
        starts=now - timedelta(minutes=1), ends=now + timedelta(minutes=90),
    )
    for standpoint in Standpoint.values:
        EventAudience.objects.create(event=event, standpoint=standpoint)
keep_meeting_rooms()
turn_sessions()
"""


@pytest.fixture(autouse=True)
def begun(place: Place) -> None:
    """A meeting has begun."""
    place.tell(_BEGINS.format(pk=MEETING, title=TITLE, link=LINK))


def signs_up(guest: Guest, name: str) -> Page:
    fields = {"id": str(uuid.uuid4()), "standpoint": "parent", "call_name": name}
    guest.send(f"/events/{MEETING}/sign-up/", **fields)
    return guest.open(MINE)


def test_two_with_sign_ups_talk_and_a_third_finds_nothing(come: Come, keeper_browser: KeeperBrowser) -> None:
    for keeper in (keeper_browser("みどり"), keeper_browser("すすき")):
        take_duty(keeper, TITLE)
    first, second, third = come(), come().enter("parent"), come().enter("parent")

    page = signs_up(first, "あじさい")
    expect(page.get_by_role("link", name="meet.example.org をひらく")).to_have_attribute("href", LINK)
    page.get_by_role("button", name=IN).click()
    page.wait_for_url("**/enter/?next=*")
    page.get_by_role("radio", name="親").check()
    page.get_by_role("button", name="約束を読みました。部屋へ").click()
    page.wait_for_url(f"**{MINE}")
    page.get_by_role("button", name=IN).click()
    page.wait_for_url("**/rooms/meeting-*/")
    path = page.url.removeprefix(first.place.url)
    expect(page.get_by_label("この部屋での名前")).to_have_value("あじさい")
    page.get_by_role("radio", name="書くかもしれない").check()
    page.get_by_role("button", name="部屋に入る").click()
    first.wait_for_line()

    other = signs_up(second, "みずたま")
    other.get_by_role("button", name=IN).click()
    other.wait_for_url(f"**{path}")
    other.get_by_role("radio", name="書くかもしれない").check()
    other.get_by_role("button", name="部屋に入る").click()
    second.wait_for_line()

    first.write("こんにちは。")
    second.sees("こんにちは。")
    second.write("来られて、よかったです。")
    first.sees("来られて、よかったです。")
    expect(first.row("来られて、よかったです。")).to_contain_text("みずたま")

    third.forgive("404")
    assert third.context.request.get(third.place.url + path).status == 404
    for list_of in ("/rooms/", "/events/", "/"):
        assert path not in third.open(list_of).content()
    nowhere = third.place.url + "/rooms/meeting-0000000000000000/"
    here = third.context.request.get(third.place.url + path).text()
    assert len(here) == len(third.context.request.get(nowhere).text())

    # who withdraws in another tab is out of the room, and reads nothing that is said there from then on
    first.send(f"{MINE}withdrawal/", of=_of(second_tab(first)))
    expect(page.get_by_text("この部屋の席は、いまはありません。")).to_be_visible()
    second.write("まだ、います。")
    second.sees("まだ、います。")
    first.sees("まだ、います。", times=0)
    assert first.context.request.get(page.url).status == 404


def second_tab(guest: Guest) -> Page:
    page = guest.context.new_page()
    page.goto(guest.place.url + MINE)
    return page


def _of(page: Page) -> str:
    return page.locator("form[action$='/withdrawal/'] [name=of]").input_value()


@pytest.mark.parametrize(
    ("width", "theme", "text_size"), [(320, "clear", "200"), (390, "paper", "100"), (1280, "night", "150")]
)
def test_the_way_in_can_be_seen_by_anybody(
    come: Come, keeper_browser: KeeperBrowser, width: int, theme: str, text_size: str
) -> None:
    for keeper in (keeper_browser("みどり"), keeper_browser("すすき")):
        take_duty(keeper, TITLE)
    guest = come(viewport={"width": width, "height": 800}).enter("parent")
    guest.send("/me/settings/", theme=theme, text_size=text_size, send_delay="0")
    page = signs_up(guest, "あじさい")
    faults = _faults(page)
    page.get_by_role("button", name=IN).click()
    page.wait_for_url("**/rooms/meeting-*/")
    assert faults + _faults(page) == []


def _faults(page: Page) -> list[str]:
    return [*barriers(page), *small_targets(page), *what_sticks_out(page)]


_COMES_AGAIN = """
from datetime import timedelta
from django.db import transaction
from ibasho.events.models import Event, EventAudience, EventSeries
from ibasho.lib import clock
from ibasho.people.models import Standpoint

with transaction.atomic():
    event = Event.objects.get(pk={pk})
    day = clock.tokyo(event.starts).date()
    event.series = EventSeries.objects.create(kind=event.kind, title=event.title, shape="weekly", first=day, opens=810, closes=900)
    event.series_day = day
    event.save()
    week = timedelta(weeks=1)
    again = Event.objects.create(
        title=event.title, kind=event.kind, published_on=day, series=event.series, series_day=day + week,
        starts=event.starts + week, ends=event.ends + week,
    )
    for standpoint in Standpoint.values:
        EventAudience.objects.create(event=again, standpoint=standpoint)
"""
_NEARS_ITS_END = """
from datetime import timedelta
from django.db import transaction
from ibasho.events.actions import keep_meeting_rooms
from ibasho.events.models import Event
from ibasho.lib import clock
from ibasho.rooms.actions import turn_sessions

with transaction.atomic():
    Event.objects.filter(pk={pk}).update(ends=clock.now() + timedelta(minutes=10))
keep_meeting_rooms()
turn_sessions()
"""


def test_when_the_room_begins_to_close_the_next_date_is_a_tap_away(
    come: Come, place: Place, keeper_browser: KeeperBrowser
) -> None:
    place.tell(_COMES_AGAIN.format(pk=MEETING))
    for keeper in (keeper_browser("みどり"), keeper_browser("すすき")):
        take_duty(keeper, TITLE)
    guest = come().enter("parent")
    page = signs_up(guest, "あじさい")
    page.get_by_role("button", name=IN).click()
    page.wait_for_url("**/rooms/meeting-*/")
    page.get_by_role("button", name="部屋に入る").click()
    guest.wait_for_line()
    again = page.get_by_role("button", name="次の回も申し込む")
    expect(again).to_be_hidden()
    place.tell(_NEARS_ITS_END.format(pk=MEETING))
    expect(again).to_be_visible()
    assert not list(barriers(page))
    assert not list(what_sticks_out(page))
    draw(page, "own-room-closing")
    again.click()
    page.wait_for_url(f"**{MINE}*")
    expect(page.get_by_text("申し込みを受けとりました")).to_be_visible()
    lines = page.get_by_role("region", name="ほかの申し込み")
    lines.get_by_role("link").click()
    expect(page.get_by_text("もう、申し込んであります。")).to_be_visible()
    assert not list(barriers(page))
    draw(page, "sign-up-next-date")
