"""A keeper covers a part of what somebody wrote, by thumb; everybody's screen follows at once, and it can be undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

SECRET = "あおいつばめがら"
WHOLE = f"わたしの帽子は {SECRET} です。"
COVERED = "わたしの帽子は ●●● です。"


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper is enough for: its slug and its title."""
    title = "窓辺の部屋"
    return open_staffed_room(place, "madobe", title, needed=1), title


@pytest.mark.parametrize("with_script", [True, False])
def test_a_part_goes_from_every_screen_and_comes_back(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str], *, with_script: bool
) -> None:
    slug, title = staffed
    keeper = keeper_browser("みどり", java_script_enabled=with_script)
    take_duty(keeper, title)
    writer, reader = come().enter(), come().enter()
    writer.sit(slug, name="こもれび")
    reader.sit(slug, mode="observe")
    writer.write(WHOLE)
    reader.sees(SECRET)

    page = keeper.open(f"/desk/rooms/{slug}/")
    with page.expect_navigation():
        keeper.row(SECRET).get_by_role("link", name="この書き込みについて").click()
    page.locator("input[name=piece]").nth(2).check()
    expect(page.locator(".piece:has(:checked)")).to_have_text(SECRET)
    page.locator("input[name=rule]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="えらんだところをかくす").click()
    expect(page.locator(".desk-done")).to_contain_text("「こもれび」の書き込みの一部を、かくしました。")

    for one in (reader, writer):
        expect(one.row("わたしの帽子は").locator(".message__text")).to_have_text(COVERED)
        expect(one.row("わたしの帽子は").locator(".message__redacted")).to_have_text(
            "スタッフが一部をかくしました"
        )
        assert SECRET not in one.page.content()
    reader.has_the_same_view_as_the_loaded_page()
    letter = writer.page.locator("[data-notices] .notice")
    expect(letter).to_contain_text("書いた言葉の一部を、いまかくしています。")

    with page.expect_navigation():
        page.locator(".desk-done").get_by_role("button", name="一部をもどす").click()
    reader.sees(SECRET)
    expect(reader.row(SECRET).locator(".message__redacted")).to_have_count(0)
    expect(letter.filter(has_text="もどしました")).to_have_count(1)
    expect(letter).to_have_count(1)  # what was told first is over


def test_the_writer_mends_what_is_left(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("みどり")
    take_duty(keeper, title)
    writer: Guest = come().enter()
    writer.sit(slug, name="こもれび")
    writer.write(WHOLE)
    writer.sees(SECRET)
    keeper.open(f"/desk/rooms/{slug}/")
    page = keeper.open(f"/desk/rooms/{slug}/messages/{keeper.id_of(SECRET)}/")
    seen = page.locator("input[name=seen]").input_value()
    keeper.send(
        page.url.removeprefix(keeper.place.url) + "redaction/",
        piece="2",
        seen=seen,
        rule=page.locator("input[name=rule]").first.input_value(),
    )
    row = writer.row("わたしの帽子は")
    expect(row.locator(".message__text")).to_have_text(COVERED)
    row.locator(".menu > summary").click()
    row.get_by_role("link", name="なおす").click()
    expect(writer.field).to_have_value(COVERED)
    writer.field.fill("番号は、書かないことにします。")
    writer.send_button.click()
    mended = writer.row("番号は、書かないことにします。")
    expect(mended.locator(".message__redacted")).to_have_count(0)
    expect(mended.locator(".message__edited")).to_have_text("なおしました")
    writer.has_the_same_view_as_the_loaded_page()
