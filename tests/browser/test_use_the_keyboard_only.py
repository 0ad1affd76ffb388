"""The whole walk with a keyboard: the focus is always seen, never hidden, never taken away."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place

DESK = {"width": 1280, "height": 800}
_FOCUS = """() => {
  const it = document.activeElement, style = getComputedStyle(it), box = it.getBoundingClientRect();
  const shown = getComputedStyle(it.labels?.[0]?.querySelector('span') ?? it);
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 20));
  const words = it.getAttribute('aria-label') || it.labels?.[0]?.textContent || it.textContent;
  const hasRing = [style, shown].some((one) => one.outlineStyle !== 'none' && parseFloat(one.outlineWidth) >= 2);
  return { tag: it.tagName, words: words.replace(/\\s+/g, ' ').trim(), hasRing,
           isFree: Boolean(hit && (it.contains(hit) || hit.contains(it) || it.labels?.[0]?.contains(hit))) };
}"""


class Hands:
    """Someone who has no mouse. Every stop on the way must be seen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go_to(self, words: str, *, back: bool = False) -> dict[str, Any]:
        """Press Tab until something with these words has the focus."""
        met = []
        for _ in range(80):
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
            focus: dict[str, Any] = self.page.evaluate(_FOCUS)
            if focus["tag"] == "BODY":
                continue
            assert focus["hasRing"], f"nobody sees that this has the focus: {focus}"
            assert focus["isFree"], f"something covers what has the focus: {focus}"
            if words in focus["words"]:
                return focus
            met.append(focus["words"][:20])
        raise AssertionError(f"no way to {words!r} by Tab; met {met}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)


def test_the_whole_walk_needs_no_mouse(come: Come, place: Place, room: str) -> None:
    guest = come()
    page = guest.open("/")
    hands = Hands(page)
    hands.go_to("本文へ")
    hands.go_to("部屋を見てみる")
    with page.expect_navigation():
        hands.press("Enter")
    hands.go_to("本人")
    hands.press("ArrowDown", "ArrowUp")
    hands.go_to("約束を読みました。部屋へ")
    with page.expect_navigation():
        hands.press("Enter")
    guest.open(f"/rooms/{room}/")
    hands.go_to("見ているだけ")
    hands.press("ArrowDown")
    hands.go_to("この部屋での名前")
    hands.type("きつつき")
    hands.go_to("部屋に入る")
    with page.expect_navigation():
        hands.press("Space")
    guest.wait_for_line()

    hands.go_to("書き込み")
    assert page.evaluate("document.activeElement.name") == "text"
    hands.type("キーボードだけで来ました")
    hands.press("Control+Enter")
    guest.sees("キーボードだけで来ました")
    expect(guest.field).to_be_focused()
    _change_and_take_back(guest, hands)
    assert place.stored(room) == []

    hands.go_to("すぐ閉じる", back=True)
    hands.press("Enter")
    page.wait_for_url("**/away/")
    hands.go_to("もどる")
    with page.expect_navigation():
        hands.press("Enter")
    hands.go_to("つづける")
    with page.expect_navigation():
        hands.press("Enter")
    page.wait_for_url(re.compile("/rooms/"))


def _change_and_take_back(guest: Guest, hands: Hands) -> None:
    menu = "の書き込みのメニュー"
    hands.go_to(menu, back=True)
    hands.press("Enter")
    hands.go_to("なおす")
    hands.press("Escape")
    assert menu in guest.page.evaluate(_FOCUS)["words"]
    hands.press("Enter")
    hands.go_to("なおす")
    hands.press("Enter")
    expect(guest.field).to_be_focused()
    hands.press("Control+a")
    hands.type("なおしました")
    hands.press("Control+Enter")
    guest.sees("なおしました")
    hands.go_to(menu, back=True)
    hands.press("Enter")
    hands.go_to("とりけす")
    hands.press("Enter")
    expect(guest.page.locator(".message--quiet")).to_have_count(1)


def test_new_messages_never_take_the_focus(come: Come, room: str) -> None:
    guest, other = come(viewport=DESK).enter(), come().enter()
    page = guest.sit(room)
    other.sit(room)
    other.say_many(room, [f"まえの言葉 {number}" for number in range(3)])
    guest.sees("まえの言葉 2")
    places = [
        guest.field,
        guest.row("まえの言葉 1").locator(".menu > summary"),
        page.get_by_role("button", name="席を立つ"),
    ]
    for number, where in enumerate(places):
        where.focus()
        other.say_many(room, [f"あたらしい {number}-{count}" for count in range(3)])
        guest.sees(f"あたらしい {number}-2")
        expect(where).to_be_focused()


def test_a_row_that_changes_under_the_focus_keeps_it(come: Come, room: str) -> None:
    guest, other = come().enter(), come().enter()
    guest.sit(room)
    other.sit(room)
    other.write("まちがえました")
    guest.sees("まちがえました")
    guest.row("まちがえました").locator(".menu > summary").focus()
    row = other.row("まちがえました")
    row.locator(".menu > summary").click()
    row.get_by_role("link", name="なおす").click()
    other.write("なおしました")
    guest.sees("なおしました")
    expect(guest.row("なおしました").locator(".menu > summary")).to_be_focused()
    row = other.row("なおしました")
    row.locator(".menu > summary").click()
    row.get_by_role("button", name="とりけす").click()
    expect(guest.page.locator(".message--quiet")).to_be_focused()
