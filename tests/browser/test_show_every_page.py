"""Every page in every theme: no barrier that axe knows, thumbs find all, nothing sticks out, titles tell nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, NewRoom
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.browser.pages import all_pages, furnish_room

# a theme, how a stranger's device wishes for it, and the letter size of who is inside
THEMES: dict[str, tuple[dict[str, Any], str]] = {
    "paper": ({"color_scheme": "light"}, "100"),
    "night": ({"color_scheme": "dark"}, "150"),
    "clear": ({"contrast": "more", "viewport": {"width": 320, "height": 640}}, "200"),
}
GROUNDS = {"paper": "#f1efe8", "night": "#14171c", "clear": "#ffffff"}
HOUSE = "つばめ坂の家"
TITLES = {
    *("約束", "もどる", "困ったとき", "ひとことメモ", "予定", "あつかう情報", "公開の数字", "はじめての方へ"),
    *("ご家族の方へ", "若い方へ", "この場所への意見", "部屋", "わたし", "見え方", "合言葉", "消す", "戸口"),
    *(
        "お休み中の部屋",
        "お知らせ",
        "玄関",
        "見つかりません",
        "見直し",
        "知らせる",
        "ひかえ",
        "言いにくいこと",
        "申し込み",
    ),
}


@pytest.mark.parametrize("theme", THEMES)
def test_every_page_can_be_shown_to_anybody(come: Come, new_room: NewRoom, theme: str) -> None:
    room, empty = new_room(), new_room()
    wishes, text_size = THEMES[theme]
    outsider, other, guest = come(**wishes), come().enter(), come().enter()
    guest.forgive("status of 404", "status of 403", "status of 409", "status of 422")
    furnish_room(guest, other, room)
    guest.send("/me/settings/", theme=theme, text_size=text_size, send_delay="0", furigana="on")
    faults = [
        f"{name}: {fault}"
        for name, who in all_pages(outsider, guest, room, empty)
        for fault in _faults(who.page, theme)
    ]
    assert not faults, "\n".join(faults)


def test_open_menus_and_folds_can_be_used_by_anybody(come: Come, room: str) -> None:
    other, guest = come().enter(), come(color_scheme="light").enter()
    furnish_room(guest, other, room)
    page = guest.open(f"/rooms/{room}/")
    guest.wait_for_line()
    guest.row("夜のこと").get_by_text("ひらいて読む").click()
    page.get_by_text("書き方をえらぶ").click()
    guest.row("なおしました。").locator(".menu > summary").click()
    found = [*_faults(page, "paper")]
    guest.row("こんばんは。").locator(".menu > summary").click()
    found += _faults(page, "paper")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="約束").first.click()
    expect(page.get_by_role("button", name="席を立つ")).to_be_visible()
    found += _faults(page, "paper")
    assert not found, "\n".join(found)


def _faults(page: Page, theme: str) -> Iterator[str]:
    ground = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--ground').trim()")
    if ground != GROUNDS[theme]:
        yield f"not {theme}: {ground}"
    yield from barriers(page)
    yield from small_targets(page)
    yield from what_sticks_out(page)
    title = page.title()
    if title not in ("メモ", HOUSE) and title.removesuffix(f" – {HOUSE}") not in TITLES:
        yield f"title: {title}"
