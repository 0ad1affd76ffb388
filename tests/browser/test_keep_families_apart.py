"""Somebody who fears that a parent is here (E06): no list, no search, other names, and the same answer whoever is there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

TITLES = {"kakine-own": "垣根のうち", "kakine-both": "垣根のむこう"}
NAME, OTHER_NAME = "なのはな", "ゆうぐれのめじろ"
_CHANGING = re.compile(r'(nonce|value|data-version)="[^"]*"|\d+:\d\d')


@pytest.fixture(autouse=True)
def slugs(place: Place) -> tuple[str, str]:
    """One room for persons alone, and one where both may be."""
    own = open_staffed_room(place, "kakine-own", TITLES["kakine-own"], 1, ["person"])
    both = open_staffed_room(place, "kakine-both", TITLES["kakine-both"], 1, ["person", "parent"])
    return own, both


def test_a_parent_learns_nothing_of_a_child(
    come: Come, keeper_browser: KeeperBrowser, slugs: tuple[str, str]
) -> None:
    own, both = slugs
    keepers = keeper_browser("みどり"), keeper_browser("すすき")
    for keeper, slug in zip(keepers, slugs):
        take_duty(keeper, TITLES[slug])
    parent = come().enter("parent")
    parent.forgive("404", "403")
    before = _answers(parent, own)

    child = come().enter()
    child.sit(own, name=NAME)
    child.write("家の人には、知られたくないことです。")
    child.sees("家の人には、知られたくないことです。")
    assert _answers(parent, own) == before

    for one in (child, parent):  # the door says how far the wall goes
        door = one.open(f"/rooms/{both}/").locator("main")
        expect(door).to_contain_text("「本人」「親」の立場の方です。")
        expect(door).to_contain_text("ほんとうの立場かどうかは、確かめていません。")
    child.sit(both, name=OTHER_NAME)
    child.write("こんにちは、はじめて来ました。")
    page = parent.sit(both, name=NAME)  # the name of the other room is free here: it tells nothing
    parent.sees("こんにちは、はじめて来ました。")
    seen = page.content()
    for unknown in (own, "家の人には"):
        assert unknown not in seen
    assert page.locator("input[type=search], [role=search]").count() == 0
    row = parent.row("こんにちは、はじめて来ました。")
    expect(row.locator(".message__name")).to_have_text(OTHER_NAME)
    assert row.locator("a[href*='person'], a[href*='seat']").count() == 0

    keeper = keepers[1]
    desk = keeper.open(f"/desk/rooms/{both}/")
    keeper.row("こんにちは、はじめて来ました。").get_by_role("link", name="この書き込みについて").click()
    desk.get_by_role("link", name="この席の言葉を、まとめて読む").click()
    expect(desk.get_by_text("家の人には、知られたくないことです。")).to_have_count(0)  # seats, never persons
    parent.write("うちの子は、ここに来ていますか。")
    keeper.open(f"/desk/rooms/{both}/?phrase=who#words")
    keeper.wait_for_line()
    keeper.send_button.click()
    for one in (parent, child):  # the same answer about anybody
        one.sees("来ているとも、来ていないとも、お伝えできません。")


def _answers(guest: Guest, slug: str) -> list[str]:
    """What the doors say to somebody outside: a room that is not theirs, its words, the list, a way back."""
    found = []
    for path in (f"/rooms/{slug}/", f"/rooms/{slug}/messages/", "/rooms/", "/return/", "/me/"):
        answer = guest.context.request.get(guest.place.url + path)
        found.append(f"{path} {answer.status} {_CHANGING.sub('', answer.text())}")
    return found
