"""Every page of the desk in every theme: no barrier that axe knows, thumbs find all, nothing sticks out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import (
    KeeperBrowser,
    give_role,
    hand_over,
    leave_note_about_dying,
    open_staffed_room,
    take_duty,
    take_role,
)
from tests.browser.looks import barriers, small_targets, what_sticks_out

HOUSE = "つばめ坂の家"
TITLES = {
    "机",
    "当番表",
    "申し送り",
    "ひとことメモ",
    "部屋",
    "書き込み",
    "知らせ",
    "言いにくいこと",
    "席の言葉",
}
LONG = "とてもながい名前の、庭のそばの静かな部屋（はじめての方むけ）"
_LOOKS: dict[str, dict[str, Any]] = {
    "paper": {"theme": "paper", "text_size": "100"},
    "night": {"theme": "night", "text_size": "150"},
    "clear": {"theme": "clear", "text_size": "200"},
}
_WIDTHS = {"paper": 390, "night": 1280, "clear": 320}


@pytest.fixture(autouse=True)
def staffed(place: Place) -> str:
    """A room with a long name that two keepers open."""
    return open_staffed_room(place, "nagame", LONG)


@pytest.mark.parametrize("look", _LOOKS)
def test_every_page_of_the_desk_can_be_shown_to_anybody(
    come: Come, place: Place, keeper_browser: KeeperBrowser, staffed: str, look: str
) -> None:
    midori, susuki = (
        keeper_browser("みどり", viewport={"width": _WIDTHS[look], "height": 800}),
        keeper_browser("すすきのながいながい当番の名前の人です", "facilitator"),
    )
    midori.send("/me/settings/", send_delay="0", **_LOOKS[look])
    leave_note_about_dying(place)
    words = {"facts": "茶の間で、声かけが続きました。\n" * 3, "plan": "閉める10分前に知らせます。"}
    hand_over(place, "すすきのながいながい当番の名前の人です", **words)
    faults = [
        f"{name}: {fault}" for name, page in _pages(come, midori, susuki, staffed) for fault in _faults(page)
    ]
    assert not faults, "\n".join(faults)


def _pages(come: Come, midori: Guest, susuki: Guest, slug: str) -> Iterator[tuple[str, Page]]:
    yield "the desk without duty", midori.open("/desk/")
    take_duty(susuki, LONG)
    take_duty(midori, LONG)
    page = midori.page
    page.locator(".veil > summary").first.click()
    page.get_by_text("見る部屋と時間をかえる").click()
    yield "the desk with duty", page
    yield "an empty room", _room(midori, slug)
    _talk(come, slug)
    yield "a room", _room(midori, slug)
    page.get_by_role("link", name="この書き込みについて").first.click()
    page.get_by_role("heading", name="この書き込みについて").wait_for()
    page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    yield "about words", page
    page.get_by_role("link", name="この席の言葉を、まとめて読む").click()
    page.get_by_label("メモを書く").fill("a" * 200)
    page.get_by_role("button", name="メモをのこす").click()
    page.get_by_role("button", name="消す").wait_for()
    page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    yield "a seat", page
    page.go_back()
    page.go_back()
    page.get_by_role("heading", name="この書き込みについて").wait_for()
    page.get_by_label("約束四").check()
    expect(page.locator(".telling__reason--4").first).to_be_visible()
    page.get_by_role("button", name="かくす", exact=True).click()
    page.get_by_text("書き込みを、かくしました。").wait_for()
    yield "a room after an act", page
    page.locator(".veil > summary").first.click()
    page.evaluate("location.hash = 'about'")
    yield "what one may do in a room", page
    page.get_by_role("link", name="この書き込みについて").first.evaluate("link => link.click()")
    page.get_by_text("いま、かくしています。").wait_for()
    yield "about hidden words", page
    for path in (
        "/desk/handover/",
        "/desk/handover/?end=on",
        "/desk/notes/",
        "/desk/roster/",
        "/desk/concerns/",
    ):
        yield path, midori.open(path)
    page.get_by_role("link", name="確かめる").first.click()
    page.locator("main details").evaluate_all("folds => folds.forEach((fold) => { fold.open = true; })")
    yield "a case", page
    page.get_by_role("button", name="気をつけて見ていく").click()
    page.get_by_text("結果を決めました。").wait_for()
    yield "a case that was decided", page
    yield "what was decided", midori.open("/desk/concerns/")
    give_role(midori.place, "みどり", "coordinator")
    yield "the quiet box", midori.open("/desk/quiet-box/")
    take_role(midori.place, "みどり", "coordinator")
    midori.open("/desk/").get_by_role("button", name="ひと休み", exact=True).click()
    page.get_by_role("button", name="もどりました").wait_for()
    yield "the desk, out for a moment", page


def _room(keeper: Guest, slug: str) -> Page:
    keeper.open(f"/desk/rooms/{slug}/")
    keeper.wait_for_line()
    return keeper.page


def _talk(come: Come, slug: str) -> None:
    for name in ("龘" * 20, "ゆうぐれ"):
        guest = come().enter()
        guest.sit(slug, name=name)
        guest.say_many(slug, ["きょうは、雨の音がよくきこえます。", "a" * 200])
        guest.send(
            f"/rooms/{slug}/messages/",
            id="00000000-0000-4000-8000-000000000001",
            text="ねむれない夜のことです。",
            cover="夜のこと",
        )
    guest.open(f"/rooms/{slug}/")
    theirs = guest.page.locator("[data-tell]").first.get_attribute("href")
    assert theirs
    guest.send(theirs, reason="life", words="a" * 200)
    guest.send(f"/rooms/{slug}/concern/", reason="unsure", words="少し、空気が重いです。\n" * 5)
    guest.send("/quiet-box/", text="a" * 200)


def _faults(page: Page) -> Iterator[str]:
    yield from barriers(page)
    yield from small_targets(page)
    yield from what_sticks_out(page)
    if page.title().removesuffix(f" – {HOUSE}") not in TITLES:
        yield f"title: {page.title()}"
