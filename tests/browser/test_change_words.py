"""Own words can be mended, taken back and covered; others see the same as the page that is loaded again."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from tests.browser.guests import Come, Guest, Place


def _menu(row: Locator) -> Locator:
    row.locator(".menu > summary").click()
    return row


def _alike(*guests: Guest) -> None:
    for guest in guests:
        guest.has_the_same_view_as_the_loaded_page()


def test_words_are_mended_and_taken_back_on_every_screen(come: Come, room: str, place: Place) -> None:
    writer, reader = come().enter(), come().enter()
    page = writer.sit(room)
    reader.sit(room)
    writer.write("はじめの言葉")
    reader.sees("はじめの言葉")
    writer.field.fill("別の書きかけ")
    _menu(writer.row("はじめの言葉")).get_by_role("link", name="なおす").click()
    expect(writer.field).to_have_value("はじめの言葉")
    page.get_by_role("button", name="やめておく").click()
    expect(writer.field).to_have_value("別の書きかけ")
    _menu(writer.row("はじめの言葉")).get_by_role("link", name="なおす").click()
    writer.field.fill("なおした言葉")
    writer.send_button.click()
    reader.sees("なおした言葉")
    expect(reader.row("なおした言葉").locator(".message__edited")).to_have_text("なおしました")
    expect(writer.field).to_have_value("別の書きかけ")
    _alike(writer, reader)

    _menu(writer.row("なおした言葉")).get_by_role("button", name="とりけす").click()
    expect(reader.page.locator(".message--quiet")).to_have_text("この書き込みは、とりけされました。")
    assert "なおした言葉" not in reader.page.content()
    expect(writer.page.locator(".message--quiet")).to_have_count(1)
    assert place.stored(room) == []
    _alike(writer, reader)


def test_a_cover_and_a_wish_are_kept_and_opened_by_hand(come: Come, room: str) -> None:
    writer, reader = come().enter(), come().enter()
    page = writer.sit(room)
    reader.sit(room)
    page.get_by_text("書き方をえらぶ").click()
    page.get_by_role("radio", name="聞いてほしいだけ").check()
    page.get_by_label("おおいの言葉").fill("病院の話")
    writer.write("きょう、病院に行きました。")
    row = reader.row("病院の話")
    expect(row.locator(".message__wish")).to_have_text("聞いてほしいだけ")
    expect(row.locator(".message__text")).to_be_hidden()
    row.get_by_text("ひらいて読む").click()
    expect(row.locator(".message__text")).to_be_visible()
    expect(page.get_by_label("おおいの言葉")).to_have_value("")
    expect(page.locator("[name=tone]:checked")).to_have_value("")

    _menu(writer.row("病院の話")).get_by_role("link", name="なおす").click()
    expect(page.get_by_label("おおいの言葉")).to_have_value("病院の話")
    writer.field.fill("きょう、病院に行ってきました。")
    writer.send_button.click()
    expect(row.locator(".message__text")).to_have_text("きょう、病院に行ってきました。")
    expect(row.locator(".message__text")).to_be_visible()  # what one has opened stays open
    _alike(writer, reader)


def test_a_reader_covers_the_words_of_another_for_themself_only(come: Come, room: str) -> None:
    writer, reader = come().enter(), come().enter()
    writer.sit(room)
    page = reader.sit(room)
    writer.write("つらい話です")
    reader.sees("つらい話です")
    _menu(reader.row("つらい話です")).get_by_role("button", name="かくして読む").click()
    words = page.locator(".message__text")
    expect(words).to_be_hidden()
    page.reload()
    reader.wait_for_line()
    expect(words).to_be_hidden()
    assert writer.page.locator("[data-self-cover]").count() == 0
    expect(writer.page.locator(".message__text")).to_be_visible()
    _menu(reader.row("つらい話です")).get_by_role("button", name="かくすのをやめる").click()
    expect(words).to_be_visible()


def test_an_erased_person_is_gone_from_every_open_screen(come: Come, room: str) -> None:
    writer, reader = come().enter(), come().enter()
    writer.sit(room, name="けすひと")
    reader.sit(room)
    writer.write("ここにいました")
    reader.sees("ここにいました")
    page = writer.open("/me/erasure/")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="消す").click()
    expect(reader.page.locator(".message--quiet")).to_have_text("この書き込みは、消えました。")
    assert "けすひと" not in reader.page.content()
    reader.has_the_same_view_as_the_loaded_page()
