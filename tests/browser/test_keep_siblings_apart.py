"""A sibling at the siblings' meeting, a parent at the family's on the same day (E05): neither learns of the other."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.test_meet_in_own_room import IN
from tests.browser.test_sign_up_to_a_meeting import sign_up

SIBLINGS, FAMILY = (9_101, "そよかぜの会"), (9_102, "こもれびの会")
SAID, SAID_HERE = "兄のことを、はじめて話します。", "きょうも、兄は起きてきませんでした。"
ROOM, WHY = "きょうだいの縁側", "見直しのお願いのために、前後を読みます。"
_TODAY = """
from datetime import timedelta
from django.db import transaction
from ibasho.events.actions import keep_meeting_rooms
from ibasho.events.models import Event, EventAudience, MeetingRoom
from ibasho.lib import clock
from ibasho.rooms.actions import turn_sessions

now = clock.now()
with transaction.atomic():
    for pk, title, kind, standpoints in {plans!r}:
        event = Event.objects.create(
            pk=pk, title=title, kind=kind, published_on=clock.today(), starts=now - timedelta(minutes=1), ends=now + timedelta(minutes=90)
        )
        for standpoint in standpoints:
            EventAudience.objects.create(event=event, standpoint=standpoint)
keep_meeting_rooms()
turn_sessions()
"""
_PLANS = [
    (*SIBLINGS, "sibling_meeting", ["sibling"]),
    (*FAMILY, "family_meeting", ["parent", "partner_kin"]),
]
_LETTER = """
from ibasho.house.actions import give_notice
from ibasho.people.models import Person

give_notice(Person.objects.filter(standpoint="sibling").latest("pk"), "thanks", "そよかぜの会の お知らせです。")
"""


def test_a_parent_can_neither_open_list_nor_hear_of_the_siblings_and_staff_of_one_read_the_other_with_a_reason(
    come: Come, place: Place, keeper_browser: KeeperBrowser
) -> None:
    place.tell(_TODAY.format(plans=_PLANS))
    of_siblings, of_family = keeper_browser("みどり"), keeper_browser("かえで", "moderator", "steward")
    for keeper in (of_siblings, keeper_browser("すすき")):
        take_duty(keeper, SIBLINGS[1])
    for keeper in (of_family, keeper_browser("はぎ")):
        take_duty(keeper, FAMILY[1])
    room = open_staffed_room(place, "kyodai", ROOM, 1, ["sibling"])
    take_duty(keeper_browser("なぎ"), ROOM)

    sibling, parent = come().enter("sibling"), come().enter("parent")
    path = _comes(sibling, SIBLINGS[0], "すずらん")
    _comes(parent, FAMILY[0], "あじさい")
    sibling.write(SAID)
    sibling.sees(SAID)
    sibling.sit(room, name="すずらん")
    sibling.write(SAID_HERE)
    sibling.sees(SAID_HERE)
    place.tell(_LETTER)
    expect(sibling.open("/me/").locator("[data-notice]")).to_contain_text("そよかぜの会のお知らせです。")

    # open: the same as what was never there
    parent.forgive("404")
    event, nowhere = f"/events/{SIBLINGS[0]}", "/events/99999"
    doors = [(f"{event}{end}", f"{nowhere}{end}") for end in ("/", "/sign-up/", ".ics", "/print/")]
    other_room = re.sub("[0-9a-f]{16}", "0" * 16, path)
    rooms = [(path, other_room), (f"/rooms/{room}/", "/rooms/kotori/")]
    doors += [
        (f"{one}{end}", f"{other}{end}")
        for one, other in rooms
        for end in ("", "messages/", "events/", "concern/")
    ]
    for here, there in doors:
        found, absent = (parent.context.request.get(place.url + one) for one in (here, there))
        assert (found.status, absent.status) == (404, 404), here
        assert len(found.text()) == len(absent.text()), here
    # list, and hear of it
    for where in (
        "/",
        "/rooms/",
        "/events/",
        "/events/?show=meetings",
        "/me/",
        "/me/download/",
        "/sign-ups/mine/",
    ):
        seen = parent.read(where)
        for unknown in (SIBLINGS[1], ROOM, "きょうだい会", "すずらん", SAID, SAID_HERE, path):
            assert unknown not in seen, where
    feed = parent.context.request.get(f"{place.url}/events.ics").text()
    assert SIBLINGS[1] not in feed  # the kind and the day, as to everybody who passes by
    for where in ("/rooms/", "/events/", "/me/", "/sign-ups/mine/"):
        for unknown in (FAMILY[1], "あじさい"):
            assert unknown not in sibling.read(where), where

    # staff of the family's meeting: what was said at the siblings' meeting they never read, and in the siblings' room
    # with a reason that stays
    of_family.forgive("422", "404")
    assert SAID not in of_family.open("/desk/").content()
    assert of_family.context.request.get(f"{place.url}/desk{path}").status == 404
    page = of_family.open(f"/desk/history/{path.strip('/').split('/')[-1]}/")
    expect(page.get_by_role("heading", name="見つかりませんでした")).to_be_visible()
    page = of_family.open(f"/desk/history/{room}/")
    expect(page.get_by_label("部屋", exact=True)).to_have_value(room)
    page.get_by_role("button", name="記録して、読む").click()
    expect(page.get_by_text("どうして読むのか")).to_be_visible()
    assert SAID_HERE not in page.content()
    page.get_by_label("わけ").fill(WHY)
    page.get_by_role("button", name="記録して、読む").click()
    expect(page.get_by_text(SAID_HERE)).to_be_visible()
    log = of_family.open("/desk/log/").locator("main")
    expect(log).to_contain_text("当番ではない部屋の言葉を読みました")
    expect(log).to_contain_text(WHY)
    for keeper in (of_siblings, of_family):  # and who signed up is for the coordinator, and who facilitates
        number = FAMILY[0] if keeper is of_siblings else SIBLINGS[0]
        found = keeper.context.request.get(f"{place.url}/desk/meetings/{number}/")
        assert "すずらん" not in found.text()
        assert "あじさい" not in found.text()


def _comes(guest: Guest, number: int, name: str) -> str:
    """Signs up, and takes a seat in the meeting's room; returns its path."""
    sign_up(guest.open(f"/events/{number}/sign-up/"), name)
    page = guest.page
    page.get_by_role("button", name=IN).click()
    page.wait_for_url("**/rooms/meeting-*/")
    page.get_by_role("radio", name="書くかもしれない").check()
    page.get_by_role("button", name="部屋に入る").click()
    guest.wait_for_line()
    return page.url.removeprefix(guest.place.url).partition("#")[0]
