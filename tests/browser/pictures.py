"""Where drawn pages go, and how one is drawn."""

from __future__ import annotations

import os

from playwright.sync_api import Page

from tests.ops.served import ROOT

PICTURES = ROOT / "docs" / "pictures"
EVERYTHING = ROOT / ".cache" / "pictures"
TALLEST = 1_800  # a longer page shows its beginning


def draws_all() -> bool:
    return os.environ.get("IBASHO_PICTURES") == "all"


def draw(page: Page, name: str, *, whole: bool = True) -> None:
    """The page from its top, as long as it is; or what the window shows of it. Nothing unless somebody wants to look."""
    if not os.environ.get("IBASHO_PICTURES"):
        return
    folder = EVERYTHING if draws_all() else PICTURES
    folder.mkdir(parents=True, exist_ok=True)
    page.evaluate("document.fonts.ready.then(() => null)")
    tall = min(page.evaluate("document.documentElement.scrollHeight"), TALLEST)
    size = page.viewport_size
    assert size
    if whole:
        page.set_viewport_size({"width": size["width"], "height": max(size["height"], tall)})
    page.screenshot(path=folder / f"{name}.png", animations="disabled", caret="hide")
    page.set_viewport_size(size)
