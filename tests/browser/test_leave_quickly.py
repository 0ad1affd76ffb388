"""すぐ閉じる: one tap, and the glass shows nothing of where one was."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.guests import Come

SECRET = "だれにも言っていないこと"


def _memory(page: Page) -> list[str]:
    keys: list[str] = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    return keys


def _shows_nothing_of_the_inside(page: Page) -> None:
    content = page.content()
    assert SECRET not in content
    assert "room-bar" not in content
    assert page.locator("[role=log]").count() == 0


def test_one_tap_leads_to_a_neutral_page_and_back_shows_nothing(come: Come, room: str) -> None:
    guest = come().enter()
    guest.open("/rooms/")
    page = guest.sit(room)
    guest.write(SECRET)
    guest.sees(SECRET)
    guest.field.fill("書きかけの言葉")
    assert _memory(page)
    page.get_by_role("link", name="すぐ閉じる").first.click()
    page.wait_for_url("**/away/")
    assert page.title() == "メモ"
    _shows_nothing_of_the_inside(page)
    assert _memory(page) == []

    page.go_back()
    _shows_nothing_of_the_inside(page)
    expect(page.get_by_role("button", name="つづける")).to_be_visible()
    guest.open(f"/rooms/{room}/")
    _shows_nothing_of_the_inside(page)
    page.get_by_role("button", name="つづける").click()
    page.wait_for_url(re.compile(f"/rooms/{room}/"))
    guest.sees(SECRET)
    expect(guest.field).to_have_value("")


def test_every_other_tab_of_that_person_empties_itself_too(come: Come, room: str) -> None:
    guest, other = come().enter(), come().enter()
    guest.forgive("status of 401")
    page = guest.sit(room)
    other.sit(room)
    guest.write(SECRET)
    other.sees(SECRET)
    second_tab = guest.context.new_page()
    second_tab.goto(page.url)
    second_tab.get_by_role("link", name="すぐ閉じる").first.click()
    second_tab.wait_for_url("**/away/")
    expect(page.get_by_role("button", name="つづける")).to_be_visible()
    _shows_nothing_of_the_inside(page)
    assert _memory(page) == []
    other.sees(SECRET)


def test_a_page_that_the_browser_kept_alive_empties_itself_and_asks_again(come: Come, room: str) -> None:
    guest = come().enter()
    page = guest.sit(room)
    guest.write(SECRET)
    guest.sees(SECRET)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))")
    _shows_nothing_of_the_inside(page)
    assert page.title() == "メモ"
    with page.expect_navigation():
        page.evaluate("void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    guest.wait_for_line()
    guest.sees(SECRET)


def test_leaving_a_room_forgets_its_draft_and_keeps_the_others(come: Come, room: str) -> None:
    guest = come().enter()
    page = guest.sit("tameshi")
    guest.field.fill("ためしの書きかけ")
    guest.sit(room)
    guest.field.fill("この部屋の書きかけ")
    page.get_by_role("link", name="約束").first.click()
    page.get_by_role("button", name="席を立つ").click()
    page.wait_for_url("**/rooms/")
    assert [key for key in _memory(page) if room in key] == []
    guest.open("/rooms/tameshi/")
    expect(guest.field).to_have_value("ためしの書きかけ")
