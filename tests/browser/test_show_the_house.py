"""Every page on which a steward sets the house, in every theme; found by the links that lead to it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.guests import Guest
from tests.browser.keepers import KeeperBrowser
from tests.browser.looks import barriers, small_targets, what_sticks_out

HOUSE = "つばめ坂の家"
START = "/desk/house/"
_OF_A_KIND = 2  # of pages that differ only by what they are about
_LOOKS: dict[str, tuple[int, dict[str, Any]]] = {
    "paper": (390, {"theme": "paper", "text_size": "100"}),
    "night": (1280, {"theme": "night", "text_size": "150"}),
    "clear": (320, {"theme": "clear", "text_size": "200"}),
}
_LINKS = f"""() => Array.from(document.querySelectorAll('a[href^="{START}"]'), (link) => link.getAttribute('href'))"""


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_of_the_house_can_be_shown_to_anybody(keeper_browser: KeeperBrowser, look: str) -> None:
    width, settings = _LOOKS[look]
    steward = keeper_browser("かもめ", "steward", viewport={"width": width, "height": 800})
    steward.send("/me/settings/", send_delay="0", **settings)
    steward.send(f"{START}rules/draft/")
    pages = list(_walk(steward))
    steward.open(f"{START}rules/draft/").get_by_role("button", name="下書きをやめる").click()
    steward.page.wait_for_url(f"**{START}rules/")
    assert len(pages) > 12, pages
    faults = [fault for _, found in pages for fault in found]
    assert not faults, "\n".join(faults)


def _walk(steward: Guest) -> Iterator[tuple[str, list[str]]]:
    """Each page and its faults, a link at a time."""
    waiting, kinds = [START], dict[str, int]()
    seen = set(waiting)
    while waiting:
        path = waiting.pop(0)
        page = steward.open(path)
        page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
        yield path, [f"{path}: {fault}" for fault in _faults(page)]
        for link in page.evaluate(_LINKS):
            found = re.split("[?#]", link)[0]
            kind = _kind(found)
            if found not in seen and kinds.get(kind, 0) < _OF_A_KIND:
                kinds[kind] = kinds.get(kind, 0) + 1
                seen.add(found)
                waiting.append(found)


def _kind(path: str) -> str:
    """/desk/house/rooms/engawa/hours/ is of the kind /desk/house/rooms/*/hours/."""
    return re.sub(r"/(rooms|clauses|helplines|keepers)/(?!new/)[^/]+/", r"/\1/*/", path)


def _faults(page: Page) -> Iterator[str]:
    yield from barriers(page)
    yield from small_targets(page)
    yield from what_sticks_out(page)
    if not page.title().endswith(f" – {HOUSE}") or "部屋1" in page.title():
        yield f"title: {page.title()}"
