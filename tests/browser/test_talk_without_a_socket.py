"""Some places block sockets. Nobody there should notice."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.guests import Come, Place

# what a proxy that knows no sockets looks like from inside the page
_BLOCKED = """window.WebSocket = class {
  constructor() { setTimeout(() => this.onclose?.({ code: 1006, reason: '' })); }
  send() { throw new Error('never open'); }
  close() {}
};"""


def test_without_sockets_talking_works_and_says_nothing_alarming(come: Come, room: str, place: Place) -> None:
    blocked, other = come().enter(), come().enter()
    blocked.context.add_init_script(_BLOCKED)
    page = blocked.sit(room)
    other.sit(room)
    blocked.write("ソケットなしで話しています")
    other.sees("ソケットなしで話しています")
    blocked.sees("ソケットなしで話しています")
    other.write("聞こえています")
    blocked.sees("聞こえています")
    expect(page.locator("[data-room-state]")).to_be_hidden()
    expect(page.locator(".room-composer__say")).to_have_text("")

    row = blocked.row("ソケットなしで")
    row.locator(".menu > summary").click()
    row.get_by_role("link", name="なおす").click()
    blocked.field.fill("ポーリングで直しました")
    blocked.send_button.click()
    other.sees("ポーリングで直しました")
    row = other.row("聞こえています")
    row.locator(".menu > summary").click()
    row.get_by_role("button", name="とりけす").click()
    blocked.sees("聞こえています", times=0)
    assert blocked.said == []
    assert place.stored(room) == ["ポーリングで直しました"]
    for guest in (blocked, other):
        guest.has_the_same_view_as_the_loaded_page()
