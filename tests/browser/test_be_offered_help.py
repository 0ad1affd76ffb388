"""Help beside the words: a quiet line while they are written, the card once they are there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.guests import Come, Guest, Place, until
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out
from tests.browser.test_type_japanese import Keyboard

_HARD = "もう、しにたい。"
# every element of the card, and what it says if nothing lies in it
_PARTS = """() => Array.from(document.querySelectorAll('[data-code=support], [data-code=support] *'))
  .filter((it) => it.type !== 'hidden')
  .map((it) => [it.tagName, it.className, it.id, it.getAttribute('href'), it.getAttribute('rel'),
                it.children.length ? '' : it.textContent.trim()].join('|'))"""
_LETTER = """
from ibasho.house.actions import give_notice
from ibasho.rooms.models import Seat

seat = Seat.objects.get(room__slug={slug!r}, call_name="こもれび")
give_notice(seat.person, "quiet_room", "静かな部屋で話しませんか。", room="quiet-0")
"""
_OVER = """
from ibasho.house.actions import put_invitation_away
from ibasho.rooms.models import Seat

put_invitation_away(Seat.objects.get(room__slug={slug!r}, call_name="こもれび").person, "quiet-0")
"""
_LARGE = "(size) => document.documentElement.classList.add(`text-${size}`)"
_STORED = "() => Object.fromEntries(Object.entries(sessionStorage).concat(Object.entries(localStorage)))"


@pytest.fixture
def guest(come: Come) -> Guest:
    return come().enter()


def line_of(guest: Guest) -> Locator:
    return guest.page.locator(".draft-care")


def sit_and_wait(guest: Guest, room: str) -> None:
    """The list for drafts comes when the page has nothing else to do."""
    guest.sit(room)
    expect(line_of(guest)).to_have_count(1)


def test_a_draft_brings_one_quiet_line_and_nothing_leaves_the_page(guest: Guest, room: str) -> None:
    sit_and_wait(guest, room)
    guest.field.fill("きょうは雨です。")
    stored = guest.page.evaluate(_STORED)
    asked: list[str] = []
    guest.page.on("request", lambda request: asked.append(request.url))
    said = len(guest.said)
    guest.field.fill("")
    guest.field.press_sequentially(_HARD)
    expect(line_of(guest).get_by_role("link", name="ここに電話できます")).to_have_attribute("href", "/help/")
    assert asked == []
    assert guest.said[said:] == []
    written = guest.page.evaluate(_STORED)
    places = {f"ibasho.place.{room}"}  # where one reads is kept a moment after the page stands still
    assert written.keys() - places == stored.keys() - places  # the draft alone, as of any other words
    assert json.loads(written[f"ibasho.draft.{room}"])["text"] == _HARD
    assert barriers(guest.page) == []
    assert small_targets(guest.page) == []
    assert list(what_sticks_out(guest.page)) == []
    assert guest.place.stored(room) == []


def test_the_line_stays_away_once_closed_until_the_next_draft(guest: Guest, room: str) -> None:
    sit_and_wait(guest, room)
    guest.field.fill(_HARD)
    line_of(guest).get_by_role("button", name="閉じる").click()
    expect(line_of(guest)).to_be_empty()
    expect(guest.field).to_be_focused()
    guest.field.press_sequentially("ほんとうに、しにたい。")
    then = guest.page.evaluate("performance.now()")
    until(guest.page, f"() => performance.now() > {then} + 1000")
    expect(line_of(guest)).to_be_empty()
    guest.send_button.click()
    guest.sees(_HARD)
    expect(guest.field).to_have_value("")
    then = guest.page.evaluate("performance.now()")
    until(guest.page, f"() => performance.now() > {then} + 1000")
    guest.field.fill(_HARD)
    expect(line_of(guest)).to_contain_text("つらいときは")


def test_nothing_is_looked_for_while_words_are_converted(guest: Guest, room: str) -> None:
    sit_and_wait(guest, room)
    keyboard = Keyboard(guest)
    guest.field.click()
    keyboard.convert("しにたい")
    then = guest.page.evaluate("performance.now()")
    until(guest.page, f"() => performance.now() > {then} + 1000")
    expect(line_of(guest)).to_be_empty()
    keyboard.settle("死にたい")
    expect(line_of(guest)).to_contain_text("つらいときは")


def look(guest: Guest, name: str) -> None:
    if folder := os.environ.get("IBASHO_LOOK"):
        guest.page.screenshot(path=Path(folder) / f"{name}.png")


def card_of(guest: Guest) -> Locator:
    return guest.page.locator("[data-code=support]")


def test_the_card_comes_beside_the_words_and_to_nobody_else(come: Come, guest: Guest, room: str) -> None:
    other = come().enter()
    other.sit(room)
    guest.sit(room)
    guest.write(_HARD)
    guest.sees(_HARD)
    expect(card_of(guest)).to_contain_text("書いたあなただけに")
    expect(card_of(guest)).to_contain_text("いま、この部屋にスタッフはいません。")
    expect(card_of(guest).locator("a[href^='tel:0']").first).to_be_visible()
    other.sees(_HARD)
    expect(card_of(other)).to_have_count(0)
    expect(card_of(guest).get_by_role("link", name="ほかの窓口を見る")).to_have_attribute("href", "/help/")
    for part in ("岩手・宮城・福島からは 0120-279-226 です。", "文字で話す", "ページを開く"):
        expect(card_of(guest).get_by_text(part)).to_be_visible()
    assert barriers(guest.page) == []
    assert list(what_sticks_out(guest.page)) == []
    live = guest.page.evaluate(_PARTS)

    guest.page.reload()
    guest.wait_for_line()
    expect(card_of(guest)).to_have_count(1)  # the page's own, and none beside it
    assert guest.page.evaluate(_PARTS) == live
    assert barriers(guest.page) == []
    card_of(guest).get_by_role("button", name="閉じる").click()
    expect(card_of(guest)).to_have_count(0)
    guest.write("やっぱり、しにたい。")
    guest.sees("やっぱり、しにたい。")
    guest.page.reload()
    guest.wait_for_line()
    expect(card_of(guest)).to_have_count(0)


def test_who_closed_the_card_finds_it_again_beside_a_draft(come: Come, room: str) -> None:
    guest = come(viewport={"width": 320, "height": 568}).enter()
    sit_and_wait(guest, room)
    guest.write(_HARD)
    guest.sees(_HARD)
    card_of(guest).get_by_role("button", name="閉じる").click()
    expect(card_of(guest)).to_have_count(0)
    guest.field.fill("まだ、しにたい。")
    expect(line_of(guest)).to_contain_text(
        "つらいときは、ここに電話できます。閉じた案内は、ここからひらけます。"
    )
    assert [*barriers(guest.page), *small_targets(guest.page), *what_sticks_out(guest.page)] == []
    look(guest, "draft-care-320")
    line_of(guest).get_by_role("link", name="ここからひらけます").click()
    again = guest.page.get_by_role("button", name="閉じた案内を、もう一度ひらく")
    expect(again).to_be_in_viewport()
    assert [*barriers(guest.page), *small_targets(guest.page), *what_sticks_out(guest.page)] == []
    look(guest, "card-back-320")
    again.click()
    expect(card_of(guest)).to_be_in_viewport()
    guest.wait_for_line()
    assert _is_below_the_bar(guest, card_of(guest).get_by_role("heading", level=2))
    expect(guest.field).to_have_value("まだ、しにたい。")
    expect(again).to_be_hidden()
    assert guest.place.stored(room) == [_HARD]


@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844)])
def test_whoever_sent_sees_the_card_and_a_helpline_at_once(
    come: Come, room: str, width: int, height: int
) -> None:
    guest, other = come(viewport={"width": width, "height": height}).enter(), come().enter()
    other.sit(room)
    guest.sit(room)
    for text in ("こんばんは。", "雨ですね。", "静かな夜です。"):
        other.write(text)
        guest.sees(text)
    guest.write(_HARD)
    expect(card_of(guest)).to_be_visible()
    expect(guest.field).to_have_value("")
    guest.sees(_HARD)
    top, _ = _from_to(card_of(guest))
    _, bar = _from_to(guest.page.locator(".room-bar"))
    foot, _ = _from_to(guest.page.locator(".room-foot"))
    assert bar <= top <= bar + 16
    line, _ = _from_to(card_of(guest).locator(".helpline").first)
    assert line < min(top + 200, foot)
    expect(guest.field).to_be_focused()
    expect(card_of(guest).get_by_role("heading", name="いま話せる窓口")).to_have_count(1)
    look(guest, f"card-{width}")
    other.write("おやすみなさい。")
    guest.sees("おやすみなさい。")
    assert abs(_from_to(card_of(guest))[0] - top) < 1
    button = guest.page.locator(".below")
    expect(button).to_have_text("新しい書き込み")  # they stand above the card
    button.click()
    expect(guest.row("おやすみなさい。")).to_be_in_viewport()


@pytest.mark.parametrize("words", [_HARD, "いま橋の上にいます。"])
@pytest.mark.parametrize(("width", "height"), [(320, 568), (390, 844)])
def test_the_way_to_a_quiet_room_is_not_below_all_helplines(
    come: Come, place: Place, keeper_browser: KeeperBrowser, width: int, height: int, words: str
) -> None:
    slug = open_staffed_room(place, "kawa", "川の部屋")
    for name in ("みどり", "すすき"):
        take_duty(keeper_browser(name), "川の部屋")
    guest = come(viewport={"width": width, "height": height}).enter()
    guest.sit(slug)
    guest.write(words)
    button = card_of(guest).get_by_role("button", name="静かな部屋で話す")
    expect(button).to_be_visible()
    numbers = card_of(guest).locator(".helpline")
    assert numbers.count() > 2
    tops = [_from_to(part)[0] for part in (*numbers.all()[:3], button)]
    assert tops[1] < tops[3] < tops[2]
    first = card_of(guest).locator("a[href^='tel:']").first
    expect(first).to_be_in_viewport(ratio=1)
    if words != _HARD:
        expect(first).to_have_attribute("href", "tel:119")
        assert _from_to(first)[0] < tops[0]
    look(guest, f"quiet-{width}-{len(words)}")
    assert [*barriers(guest.page), *what_sticks_out(guest.page)] == []
    live = guest.page.evaluate(_PARTS)
    guest.page.reload()
    guest.wait_for_line()
    assert guest.page.evaluate(_PARTS) == live
    card_of(guest).get_by_role("button", name="静かな部屋で話す").click()
    told = card_of(guest).get_by_text("スタッフに伝えました。")
    expect(told).to_be_in_viewport()
    assert _from_to(told)[0] < _from_to(numbers.nth(2))[0]
    guest.wait_for_line()
    assert _is_below_the_bar(guest, told)


def test_whoever_closes_the_card_stays_beside_the_words(guest: Guest, room: str) -> None:
    guest.sit(room)
    guest.write(_HARD)
    card_of(guest).get_by_role("button", name="閉じる").press("Enter")
    expect(card_of(guest)).to_have_count(0)
    expect(guest.page.get_by_role("log")).to_be_focused()


def test_a_letter_below_the_card_waits_at_the_foot_and_takes_nobodys_focus(
    guest: Guest, room: str, place: Place
) -> None:
    guest.sit(room, name="こもれび")
    guest.write(_HARD)
    expect(card_of(guest)).to_be_visible()
    guest.field.press_sequentially("まだ")
    top, _ = _from_to(card_of(guest))
    place.tell(_LETTER.format(slug=room))
    letter, button = guest.page.locator("[data-code=quiet_room]"), guest.page.locator(".below")
    expect(button).to_have_text("あなたへのお知らせがあります")
    expect(letter).not_to_be_in_viewport()
    expect(guest.field).to_be_focused()
    assert abs(_from_to(card_of(guest))[0] - top) < 1
    assert barriers(guest.page) == []
    look(guest, "letter-waits")
    button.click()
    expect(letter).to_be_in_viewport()
    expect(button).to_be_hidden()
    expect(guest.field).to_have_value("まだ")
    place.tell(_OVER.format(slug=room))
    expect(letter).to_have_count(0)
    expect(guest.field).to_have_value("まだ")


@pytest.mark.parametrize("size", [150, 200])
def test_with_large_letters_the_first_number_is_on_the_first_screen(come: Come, room: str, size: int) -> None:
    guest = come(viewport={"width": 320, "height": 640}).enter()
    guest.sit(room)
    guest.page.evaluate(_LARGE, size)
    guest.write(_HARD)
    expect(card_of(guest).locator("a[href^='tel:0']").first).to_be_in_viewport(ratio=1)
    top, _ = _from_to(card_of(guest).locator("a[href^='tel:0']").first)
    _, strip = _from_to(guest.page.locator("[data-quick-leave]").first)
    assert top > strip
    assert barriers(guest.page) == []
    assert list(what_sticks_out(guest.page)) == []
    look(guest, f"card-large-{size}")


def _is_below_the_bar(guest: Guest, part: Locator) -> bool:
    """All of it, from its first line on."""
    _, bar = _from_to(guest.page.locator(".room-bar"))
    return bar <= _from_to(part)[0] < bar + 120


def _from_to(part: Locator) -> tuple[float, float]:
    box = part.bounding_box()
    assert box
    return box["y"], box["y"] + box["height"]


def test_without_a_script_the_card_stands_on_the_next_page(come: Come, room: str) -> None:
    guest = come(java_script_enabled=False).enter()
    guest.send(f"/rooms/{room}/door/", mode="speak", call_name="")
    page = guest.open(f"/rooms/{room}/")
    guest.write(_HARD)
    guest.sees(_HARD)
    expect(card_of(guest)).to_contain_text("書いたあなただけに")
    assert _is_below_the_bar(guest, card_of(guest).get_by_role("heading", level=2))
    expect(card_of(guest).locator("a[href^='tel:0']").first).to_be_in_viewport(ratio=1)
    expect(card_of(guest).get_by_role("link", name="ほかの窓口を見る")).to_have_attribute("href", "/help/")
    guest.open("/me/")
    expect(card_of(guest)).to_have_count(0)
    guest.open(f"/rooms/{room}/")
    card_of(guest).get_by_role("button", name="閉じる").click()
    expect(page).to_have_url(f"{guest.place.url}/rooms/{room}/")
    expect(card_of(guest)).to_have_count(0)
