"""この人の書き込みを見ない: on one's own screen at once, on every way of reading, and on nobody else's."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.guests import Come, Guest
from tests.browser.looks import barriers, small_targets, what_sticks_out

LINE = "見ないことにした人の書き込みです。"


def _choose(row: Locator, name: str = "この人の書き込みを見ない") -> None:
    row.locator(".menu > summary").click()
    row.get_by_role("button", name=re.compile("^" + name)).click()


def _left_out(page: Page) -> Locator:
    return page.locator(".message--ignored")


def _alike(guest: Guest) -> None:
    guest.has_the_same_view_as_the_loaded_page()
    guest.wait_for_line()


def test_words_go_at_once_stay_away_and_come_back(come: Come, room: str) -> None:
    loud, calm, reader = come().enter(), come().enter(), come().enter()
    loud.sit(room, name="とりのす")
    calm.sit(room, name="すみれ")
    page = reader.sit(room, name="なぎ")
    loud.write("さわがしい話")
    calm.write("しずかな話")
    reader.sees("しずかな話")
    loud.sees("しずかな話")
    before = loud.view()

    _choose(reader.row("さわがしい話"))
    expect(_left_out(page)).to_have_count(1)
    expect(_left_out(page).get_by_role("button", name="また見る")).to_be_focused()
    assert "さわがしい話" not in page.content()
    _alike(reader)
    assert "さわがしい話" not in page.content()

    loud.write("もっと さわがしい話")
    calm.write("つづき")
    reader.sees("つづき")
    expect(_left_out(page)).to_have_count(2)
    assert "さわがしい話" not in page.get_by_role("log").inner_text()
    assert "とりのす" not in page.get_by_role("log").inner_text()
    _alike(reader)
    reader.sees("しずかな話")
    assert loud.view()[: len(before)] == before
    assert loud.page.locator(".message--ignored").count() == 0

    _left_out(page).first.get_by_role("button", name="また見る").click()
    reader.sees("さわがしい話", times=2)
    expect(_left_out(page)).to_have_count(0)
    _alike(reader)


def test_the_list_beside_the_log_says_whom_and_leads_back(come: Come, room: str) -> None:
    loud, reader = come().enter(), come(viewport={"width": 1280, "height": 800}).enter()
    loud.sit(room, name="とりのす")
    page = reader.sit(room)
    loud.write("さわがしい話")
    reader.sees("さわがしい話")
    people = page.locator("[data-ignored]")
    expect(people).to_be_hidden()
    _choose(reader.row("さわがしい話"))
    expect(people.get_by_role("listitem")).to_contain_text("とりのす")
    assert not [*barriers(page), *small_targets(page), *what_sticks_out(page)]
    page.reload()
    reader.wait_for_line()
    expect(people.get_by_role("listitem")).to_contain_text("とりのす")
    people.get_by_role("button", name="また見る").click()
    reader.sees("さわがしい話")
    expect(people).to_be_hidden()


def test_many_in_a_row_are_one_line_and_older_ones_stay_away_too(come: Come, room: str) -> None:
    loud, reader = come().enter(), come().enter()
    loud.sit(room, name="とりのす")
    loud.say_many(room, [f"さわがしい話{number}" for number in range(60)])
    page = reader.sit(room, name="なぎ")
    reader.write("わたしの言葉")
    reader.sees("わたしの言葉")
    _choose(reader.row("さわがしい話59"))
    expect(page.get_by_text(LINE).locator("visible=true")).to_have_count(1)
    expect(_left_out(page)).to_have_count(50)
    page.get_by_role("link", name="前の書き込みを読む").click()
    expect(_left_out(page)).to_have_count(60)
    expect(page.get_by_text(LINE).locator("visible=true")).to_have_count(1)
    assert "さわがしい話" not in page.content()
    reader.sees("わたしの言葉")


def test_new_words_of_theirs_do_not_call_a_reader_down(come: Come, room: str) -> None:
    loud, calm, reader = come().enter(), come().enter(), come().enter()
    loud.sit(room, name="とりのす")
    calm.sit(room, name="すみれ")
    loud.write("さわがしい話")
    calm.say_many(room, [f"しずかな話{number}" for number in range(20)])
    page = reader.sit(room, name="なぎ")
    reader.sees("しずかな話19")
    _choose(reader.row("さわがしい話"))
    expect(_left_out(page)).to_have_count(1)
    page.evaluate("scrollTo(0, 0)")
    loud.write("もっと さわがしい話")
    expect(_left_out(page)).to_have_count(2)
    expect(page.locator(".below")).to_be_hidden()
    calm.write("しずかな知らせ")
    expect(page.locator(".below")).to_be_visible()


def test_keepers_cannot_be_left_out(come: Come, room: str) -> None:
    """Their row as the script draws it: the menu has nothing of the kind."""
    guest = come().enter()
    page = guest.sit(room)
    built = page.evaluate(
        """async () => {
          const from = document.querySelector('[rel=modulepreload][href*=message_rows]').href;
          const { buildRow } = await import(from);
          const message = { id: crypto.randomUUID(), position: 1, seat: crypto.randomUUID(), call_name: '見守り役',
                            text: 'こんばんは', at: new Date().toISOString(), state: 'shown' };
          const template = document.querySelector('#message-template');
          return [true, false].map((keeper) => buildRow(template, { ...message, keeper }, { seq: 1, isOwn: false }))
            .map((row) => row.querySelectorAll('[data-act=ignore]').length);
        }"""
    )
    assert built == [0, 1]


def test_it_works_without_a_script(come: Come, room: str) -> None:
    loud = come().enter()
    loud.sit(room, name="とりのす")
    loud.write("さわがしい話")
    loud.sees("さわがしい話")
    reader = come(java_script_enabled=False).enter()
    reader.send(f"/rooms/{room}/door/", mode="observe", call_name="")
    page = reader.open(f"/rooms/{room}/")
    row = reader.row("さわがしい話")
    row.locator(".menu > summary").click()
    expect(row.get_by_role("button", name="かくして読む")).to_be_hidden()
    row.get_by_role("button", name=re.compile("^この人の書き込みを見ない")).click()
    expect(_left_out(page)).to_contain_text(LINE)
    assert "さわがしい話" not in page.content()
    _left_out(page).get_by_role("button", name="また見る").click()
    reader.sees("さわがしい話")
    assert list(what_sticks_out(page)) == []


def test_it_can_be_shown_to_anybody(come: Come, room: str) -> None:
    loud, reader = come().enter(), come().enter()
    loud.sit(room, name="龘" * 20)
    page = reader.sit(room, name="なぎ")
    loud.write("さわがしい話")
    reader.sees("さわがしい話")
    reader.write("わたしの言葉")
    loud.sees("わたしの言葉")
    loud.write("もっと さわがしい話")
    reader.sees("もっと さわがしい話")
    _choose(reader.row("もっと さわがしい話"))
    expect(_left_out(page)).to_have_count(2)
    faults = []
    for theme, text_size in (("paper", "100"), ("night", "150"), ("clear", "200")):
        reader.send("/me/settings/", theme=theme, text_size=text_size, send_delay="0", furigana="on")
        for part in ("", "#about"):
            reader.open(f"/rooms/{room}/")
            reader.wait_for_line()
            page.evaluate("(hash) => { location.hash = hash; }", part)
            expect(page.locator("[data-ignored]")).to_be_visible(visible=bool(part))
            found = [*barriers(page), *small_targets(page), *what_sticks_out(page)]
            faults += [f"{theme} {part}: {fault}" for fault in found]
    assert not faults, "\n".join(faults)


def test_words_that_were_erased_say_so_on_both_kinds_of_page(come: Come, room: str) -> None:
    loud, reader = come().enter(), come().enter()
    loud.sit(room, name="とりのす")
    page = reader.sit(room, name="なぎ")
    loud.write("さわがしい話")
    reader.sees("さわがしい話")
    _choose(reader.row("さわがしい話"))
    expect(_left_out(page)).to_have_count(1)
    expect(page.locator("[data-ignored] > ul > li")).to_contain_text("とりのす")
    loud.send("/me/erasure/", sure="on")
    expect(_left_out(page)).to_have_count(0)
    expect(page.locator(".message--quiet")).to_have_text("この書き込みは、消えました。")
    expect(page.locator("[data-ignored] > ul > li")).to_have_count(0)
    assert "とりのす" not in page.content()
    _alike(reader)
