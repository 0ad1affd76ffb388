"""From the street to a talk with somebody: three decisions, and nothing asked on the way."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.guests import Come

TRIAL = "/rooms/tameshi/"


def test_somebody_walks_in_watches_takes_a_seat_and_talks_with_another(come: Come, room: str) -> None:
    assert room  # with one open room alone there would be nothing to choose
    first, second = come(), come().enter()
    page = first.open("/")
    page.get_by_role("link", name="部屋を見てみる").click()
    page.get_by_role("radio", name="まだ決めない").check()
    page.get_by_role("button", name="約束を読みました。部屋へ").click()
    page.get_by_role("link", name=re.compile("戸口へ.*ためしの部屋")).click()
    page.wait_for_url(f"**{TRIAL}")
    assert page.get_by_role("radio", name="見ているだけ").is_checked()
    page.get_by_role("button", name="部屋に入る").click()
    expect(page.locator("[role=log]")).to_have_count(1)
    first.wait_for_line()
    assert first.field.count() == 0

    second.sit("tameshi", name="ゆずちゃ")
    second.write("だれか いますか")
    first.sees("だれか いますか")

    page.get_by_text("書く席にうつる").click()
    page.get_by_label("この部屋での名前").fill("こもれびの人")
    page.get_by_role("button", name="うつる", exact=True).click()
    first.wait_for_line()
    first.write("います。\n読んでいました")
    second.sees("読んでいました")
    first.sees("読んでいました")
    expect(second.row("読んでいました")).to_contain_text("こもれびの人")
    expect(second.row("読んでいました").locator(".message__mine")).to_have_count(0)
    expect(first.row("読んでいました").locator(".message__mine")).to_have_count(1)
    assert len(first.view()) == len(second.view())

    for guest in (first, second):
        guest.has_the_same_view_as_the_loaded_page()
    page.get_by_role("link", name="約束").first.click()
    page.get_by_role("button", name="席を立つ").click()
    page.wait_for_url("**/rooms/")
    expect(page.get_by_role("heading", level=1)).to_have_text("部屋")


def test_a_link_to_a_room_leads_straight_to_its_door(come: Come, room: str) -> None:
    page = come().open(f"/rooms/{room}/")
    assert f"/enter/?next=/rooms/{room}/" in page.url.replace("%2F", "/")
    page.get_by_role("radio", name="本人").first.check()
    page.get_by_role("button", name="約束を読みました。部屋へ").click()
    page.wait_for_url(f"**/rooms/{room}/")
    expect(page.get_by_role("button", name="部屋に入る")).to_be_visible()


def test_somebody_who_watches_causes_nothing_on_anyones_screen(come: Come, room: str) -> None:
    talker, watcher = come().enter(), come().enter()
    talker.sit(room)
    before = talker.page.content()
    watcher.sit(room, mode="observe")
    talker.write("聞こえますか")
    watcher.sees("聞こえますか")
    talker.sees("聞こえますか")
    assert "聞こえますか" not in before
    expect(talker.page.locator("[role=log] > *")).to_have_count(1)
