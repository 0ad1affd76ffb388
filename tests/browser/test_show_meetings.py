"""Every page on which meetings are planned and looked after, in every theme; found by the links that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.guests import Guest, Place
from tests.browser.keepers import KeeperBrowser
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.browser.meetings import furnish_meetings

HOUSE = "つばめ坂の家"
START = "/desk/meetings/"
_OF_A_KIND = 2  # of pages that differ only by what they are about
_LOOKS: dict[str, tuple[int, dict[str, Any]]] = {
    "paper": (390, {"theme": "paper", "text_size": "100"}),
    "night": (1280, {"theme": "night", "text_size": "150"}),
    "clear": (320, {"theme": "clear", "text_size": "200"}),
}
_LINKS = f"""() => Array.from(document.querySelectorAll('a[href^="{START}"]'), (link) => link.getAttribute('href'))"""


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_about_meetings_can_be_shown_to_anybody(
    place: Place, keeper_browser: KeeperBrowser, look: str
) -> None:
    width, settings = _LOOKS[look]
    coordinator = keeper_browser("つきみ", "coordinator", viewport={"width": width, "height": 800})
    furnish_meetings(place)
    coordinator.send("/me/settings/", send_delay="0", **settings)
    pages = list(_walk(coordinator))
    assert len(pages) > 12, pages
    faults = [fault for _, found in pages for fault in found]
    assert not faults, "\n".join(faults)


def _walk(coordinator: Guest) -> Iterator[tuple[str, list[str]]]:
    """Each page and its faults, a link at a time."""
    waiting, kinds = [START], dict[str, int]()
    seen = set(waiting)
    while waiting:
        path = waiting.pop(0)
        page = coordinator.open(path)
        page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
        yield path, [f"{path}: {fault}" for fault in _faults(page)]
        for found in page.evaluate(_LINKS):
            link = found.split("#")[0]
            kind = re.sub(r"\d[\d-]*|[0-9a-f-]{36}", "*", link)
            if link not in seen and kinds.get(kind, 0) < _OF_A_KIND:
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(link)
                waiting.append(link)


def _faults(page: Page) -> Iterator[str]:
    yield from barriers(page)
    yield from small_targets(page)
    yield from what_sticks_out(page)
    if not page.title().endswith(f" – {HOUSE}") or "土曜の会" in page.title():
        yield f"title: {page.title()}"
