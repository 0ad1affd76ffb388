"""A phone whose taps are counted by the page itself."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator

from tests.browser.guests import Guest

TOUCH: dict[str, Any] = {"has_touch": True, "is_mobile": True}
_COUNT = """addEventListener('pointerdown', (event) => {
  if (event.isTrusted) sessionStorage.setItem('taps', Number(sessionStorage.getItem('taps')) + 1);
}, true);"""
_TAKE = "() => { const taps = Number(sessionStorage.getItem('taps')); sessionStorage.removeItem('taps'); return taps; }"


def count_taps(guest: Guest) -> None:
    """From the next page on."""
    guest.context.add_init_script(_COUNT)


def taps_since(guest: Guest) -> int:
    """How often this person tapped since the last look at the count."""
    count: int = guest.page.evaluate(_TAKE)
    return count


def tap_away(guest: Guest, target: Locator) -> None:
    """A tap that leads to another page."""
    with guest.page.expect_navigation():
        target.tap()
