"""The desk needs no mouse, puts no barrier up, and fits every theme, screen and size of letters."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Place
from tests.browser.keepers import (
    KeeperBrowser,
    leave_note_about_dying,
    open_staffed_room,
    take_duty,
)
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.browser.test_use_the_keyboard_only import Hands

THEMES: dict[str, tuple[dict[str, Any], str]] = {
    "paper": ({"color_scheme": "light"}, "100"),
    "night": ({"color_scheme": "dark"}, "150"),
    "clear": ({"contrast": "more"}, "200"),
}


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper is enough for: its slug and its title."""
    title = "広間の部屋"
    return open_staffed_room(place, "hiroma", title, needed=1), title


@pytest.mark.parametrize("theme", THEMES)
def test_every_desk_page_can_be_shown_to_any_keeper(
    come: Come, keeper_browser: KeeperBrowser, place: Place, staffed: tuple[str, str], theme: str
) -> None:
    slug, title = staffed
    wishes, text_size = THEMES[theme]
    keeper = keeper_browser("みどり", "moderator", "facilitator", **wishes)
    keeper.send("/me/settings/", theme=theme, text_size=text_size, send_delay="0", furigana="on")
    page = keeper.open("/desk/")
    faults = [f"before duty: {fault}" for fault in _faults(keeper)]
    take_duty(keeper, title)
    guest = come().enter()
    guest.sit(slug, name="とても ながい なまえの ひと")
    guest.write(f"{theme}の夜に書きます。")
    leave_note_about_dying(place)
    expect(page.locator("[data-panel=life]")).to_be_visible()
    faults += [f"on duty: {fault}" for fault in _faults(keeper)]
    page.locator("[data-lost]").evaluate(
        "it => { it.hidden = false; it.textContent = 'いま、つながっていません。切れて3分たつと、部屋が休けいになることがあります。' }"
    )
    page.locator("[data-new]").evaluate("it => { it.hidden = false }")
    faults += [f"without a line: {fault}" for fault in _faults(keeper)]
    keeper.open(f"/desk/rooms/{slug}/")
    keeper.wait_for_line()
    faults += [f"room: {fault}" for fault in _faults(keeper)]
    keeper.row(f"{theme}の夜").get_by_role("link", name="この書き込みについて").click()
    expect(page.get_by_role("heading", name="この書き込みについて")).to_be_visible()
    faults += [f"act: {fault}" for fault in _faults(keeper)]
    for path in ("/desk/handover/", "/desk/handover/?end=on", "/desk/notes/"):
        keeper.open(path)
        faults += [f"{path}: {fault}" for fault in _faults(keeper)]
    assert not faults, "\n".join(faults)


def test_a_duty_is_taken_and_words_are_hidden_without_a_mouse(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("すすき", viewport={"width": 1280, "height": 900})
    page = keeper.open("/desk/")
    hands = Hands(page)
    form = page.locator("[data-panel=taking] form")
    for box in form.get_by_role("checkbox").all():
        box.set_checked(title in box.locator("xpath=..").inner_text())
    hands.go_to("ためす")
    hands.press("Enter")
    expect(page.locator("desk-signals [data-say]")).not_to_be_empty()
    hands.go_to("当番に入る", back=True)
    with page.expect_navigation():
        hands.press("Enter")
    guest = come().enter()
    guest.sit(slug, name="こもれび")
    guest.write("かくされる言葉です。")
    hands.go_to(title)
    with page.expect_navigation():
        hands.press("Enter")
    keeper.wait_for_line()
    keeper.sees("かくされる言葉です。")
    hands.go_to("この書き込みについて", back=True)
    with page.expect_navigation():
        hands.press("Enter")
    page.locator("input[name=rule]").first.focus()
    hands.press("Space")
    hands.go_to("かくす")
    with page.expect_navigation():
        hands.press("Enter")
    expect(guest.page.get_by_text("かくされる言葉です。")).to_have_count(0)


def _faults(keeper: Any) -> list[str]:
    page = keeper.page
    return [*barriers(page), *small_targets(page), *what_sticks_out(page)]
