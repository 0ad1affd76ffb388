"""What one is reading does not move, whatever others write."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Place, until

WORDS = [f"{number:02}番めの書き込みです。少し長めに書いて、二行になるようにします。" for number in range(30)]
_FIRST_SEEN = """() => {
  const top = document.querySelector('.room-bar').getBoundingClientRect().bottom;
  const rows = Array.from(document.querySelectorAll('[data-message]'));
  const row = rows.find((one) => one.getBoundingClientRect().bottom > Math.max(0, top));
  return [row.dataset.message, row.getBoundingClientRect().top];
}"""
_AT_END = "() => innerHeight + scrollY >= document.documentElement.scrollHeight - 64"
_LETTER = """
from ibasho.house.actions import give_notice
from ibasho.rooms.models import Seat

seat = Seat.objects.get(room__slug={slug!r}, call_name__startswith="よあけ")
give_notice(seat.person, "hidden", chr(10).join(["お知らせのはじまりです。", *["とても長い手紙です。" * 4] * {lines}]))
"""
_LETTERS = """
from ibasho.house.actions import give_notice
from ibasho.rooms.models import Seat

seat = Seat.objects.get(room__slug={slug!r}, call_name__startswith="よあけ")
for number in range({letters}):
    give_notice(seat.person, "hidden", chr(10).join(["お知らせです。", *["手紙のことばです。" * 4] * 4]))
"""
# whether all of what is found lies between the bar and the foot
_IS_SEEN = """() => {
  const row = Array.from(document.querySelectorAll(%r)).at(-1)?.getBoundingClientRect();
  const [bar, foot] = ['.room-bar', '.room-foot'].map((it) => document.querySelector(it).getBoundingClientRect());
  return row && row.height > 0 && row.top >= bar.bottom - 1 && row.bottom <= foot.top + 1;
}"""
_LETTER_BEGINS = """() => {
  const top = document.querySelector('.room-bar').getBoundingClientRect().bottom;
  const begin = document.querySelector('[data-notice]').getBoundingClientRect().top;
  return begin >= top && begin < innerHeight - 100;
}"""


def _place(page: Page) -> tuple[str, float]:
    message, top = page.evaluate(_FIRST_SEEN)
    return message, round(top)


def test_new_words_wait_below_for_somebody_who_reads_above(come: Come, room: str) -> None:
    reader, other = come().enter(), come().enter()
    other.sit(room)
    other.say_many(room, WORDS)
    page = reader.sit(room)
    assert page.evaluate(_AT_END)
    pill = page.get_by_role("button", name="下に新しい書き込み")
    expect(pill).to_be_hidden()
    page.mouse.move(190, 400)
    page.mouse.wheel(0, -1_500)
    until(page, f"() => !({_AT_END})()")
    before = _place(page)
    other.say_many(room, ["下で話しています", "もうひとつ"])
    reader.sees("もうひとつ")
    expect(pill).to_be_visible()
    assert not re.search(r"\d", pill.inner_text())
    assert _place(page) == before

    row = other.row(WORDS[0])  # far above the reader's place: it becomes one line
    row.scroll_into_view_if_needed()
    row.locator(".menu > summary").click()
    row.get_by_role("button", name="とりけす").click()
    expect(page.locator(".message--quiet")).to_have_count(1)
    assert _place(page) == before

    pill.click()
    expect(reader.row("下で話しています")).to_be_in_viewport()
    expect(pill).to_be_hidden()


def test_who_reads_at_the_end_stays_at_the_end(come: Come, room: str) -> None:
    reader, other = come().enter(), come().enter()
    other.sit(room)
    other.say_many(room, WORDS[:12])
    page = reader.sit(room, mode="observe")
    other.say_many(room, ["おわりの言葉"])
    reader.sees("おわりの言葉")
    expect(reader.row("おわりの言葉")).to_be_in_viewport()
    assert page.evaluate(_AT_END)
    expect(page.locator(".below")).to_be_hidden()


def test_one_comes_back_to_the_place_one_left(come: Come, room: str) -> None:
    reader, other = come().enter(), come().enter()
    other.sit(room)
    other.say_many(room, WORDS)
    page = reader.sit(room)
    page.mouse.move(190, 400)
    page.mouse.wheel(0, -1_500)
    until(page, "() => Object.keys(sessionStorage).some((key) => sessionStorage[key].includes('marks'))")
    before = _place(page)
    page.reload()
    reader.wait_for_line()
    assert _place(page) == before


def test_older_words_come_on_request_and_without_a_jump(come: Come, room: str, place: Place) -> None:
    reader, other = come().enter(), come().enter()
    other.sit(room)
    other.say_many(room, [f"ことば{number:03}" for number in range(120)], at_once=True)
    page = reader.sit(room)
    rows = page.locator("[data-message]")
    expect(rows).to_have_count(50)
    older = page.get_by_role("link", name="前の書き込みを読む")
    for count in (100, 120):
        older.scroll_into_view_if_needed()
        first, top = rows.first.get_attribute("data-message"), rows.first.bounding_box()
        older.click()
        expect(rows).to_have_count(count)
        now = page.locator(f'[data-message="{first}"]').bounding_box()
        assert top is not None
        assert now is not None
        assert abs(now["y"] - top["y"]) <= 1
    expect(older).to_be_hidden()
    assert [row.split("|")[-2] for row in reader.view()] == place.stored(room)


def test_of_a_long_letter_the_beginning_is_seen_and_the_field_keeps_its_focus(
    come: Come, room: str, place: Place
) -> None:
    reader, other = come().enter(), come().enter()
    other.sit(room)
    other.say_many(room, WORDS[:12])
    page = reader.sit(room, name="よあけ")
    reader.field.focus()
    place.tell(_LETTER.format(slug=room, lines=24))
    letter = page.locator("[data-notice]")
    expect(letter).to_have_count(1)
    height = letter.evaluate("sheet => sheet.offsetHeight")
    assert height > page.evaluate("innerHeight")
    until(page, _LETTER_BEGINS)
    expect(reader.field).to_be_focused()
    other.say_many(room, ["そのあとの言葉"])
    reader.sees("そのあとの言葉")
    until(page, _LETTER_BEGINS)
    page.reload()
    reader.wait_for_line()
    assert page.evaluate("scrollY") > 0


@pytest.mark.parametrize("height", [640, 844])
def test_with_large_letters_no_letter_cuts_the_field_one_writes_in(
    come: Come, room: str, place: Place, height: int
) -> None:
    writer = come(viewport={"width": 390, "height": height}).enter()
    writer.sit(room, name="よあけ")
    writer.say_many(room, WORDS[:12])
    writer.send("/me/settings/", text_size="150", send_delay="0")
    page = writer.open(f"/rooms/{room}/")
    writer.wait_for_line()
    writer.field.fill("書いている とちゅうです")
    place.tell(_LETTER.format(slug=room, lines=4))
    expect(page.locator("[data-notice]")).to_have_count(1)
    for part in (writer.field, writer.send_button):
        expect(part).to_be_in_viewport(ratio=1)
    expect(writer.field).to_be_focused()


@pytest.mark.parametrize("letters", [1, 3])
def test_ones_own_words_are_seen_though_letters_follow_them(
    come: Come, room: str, place: Place, letters: int
) -> None:
    writer = come(through_tunnel=True).enter()
    page = writer.sit(room, name="よあけ")
    writer.say_many(room, WORDS[:12])
    place.tell(_LETTERS.format(slug=room, letters=letters))
    expect(page.locator("[data-notice]")).to_have_count(letters)
    for words in ("ここに書きます", "つづけて書きます"):
        writer.write(words)
        writer.sees(words)
        until(page, _IS_SEEN % "[role=log] [data-message]")
    writer.forgive("ERR_")
    writer.tunnel.cut()
    writer.write("つながりを待つ言葉")
    expect(page.locator("[data-waiting] .message")).to_have_count(1)
    until(page, _IS_SEEN % "[data-waiting] .message")


@pytest.mark.parametrize("width", [320, 390])
def test_without_script_the_words_just_sent_are_seen_below_the_bar(
    come: Come, room: str, place: Place, width: int
) -> None:
    writer = come(java_script_enabled=False, viewport={"width": width, "height": 844}).enter()
    writer.send(f"/rooms/{room}/door/", mode="speak", call_name="よあけ")
    other = come().enter()
    other.sit(room)
    other.say_many(room, WORDS[:12])
    place.tell(_LETTERS.format(slug=room, letters=3))
    page = writer.open(f"/rooms/{room}/")
    writer.write("ここに書きます")
    page.wait_for_url("**/#latest")
    assert page.evaluate(_IS_SEEN % "[role=log] [data-message]")


def test_of_a_letter_a_little_taller_than_the_screen_the_beginning_stays(
    come: Come, room: str, place: Place
) -> None:
    reader, other = come().enter(), come().enter()
    other.sit(room)
    page = reader.sit(room, name="よあけ")
    reader.say_many(room, WORDS[:12])
    place.tell(_LETTER.format(slug=room, lines=2))
    expect(page.locator("[data-notice]")).to_have_count(1)
    until(page, _AT_END)
    above_bar = """() => document.querySelector('[data-notice]').getBoundingClientRect().top
      - document.querySelector('.room-bar').getBoundingClientRect().bottom"""
    lacking = round(page.evaluate(above_bar)) + 20  # of its beginning, so much does not fit
    page.set_viewport_size({"width": 390, "height": 844 - lacking})
    page.reload()
    reader.wait_for_line()
    other.say_many(room, ["そのあとの言葉"])
    reader.sees("そのあとの言葉")
    assert page.evaluate(above_bar) >= 0
