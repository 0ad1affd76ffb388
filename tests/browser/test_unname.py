"""A keeper takes a name from a room, by thumb; every screen follows at once, its person writes on, and it can be undone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

NAME = "ひどいなまえ"
NAMELESS = "（名前は見せていません）"
HELLO = "こんばんは、雨ですね。"


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper is enough for: its slug and its title."""
    title = "窓辺の部屋"
    return open_staffed_room(place, "madobe", title, needed=1), title


@pytest.mark.parametrize("with_script", [True, False])
def test_a_name_goes_from_every_screen_and_comes_back(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str], *, with_script: bool
) -> None:
    slug, title = staffed
    keeper = keeper_browser("みどり", java_script_enabled=with_script)
    take_duty(keeper, title)
    writer, reader, plain = come().enter(), come().enter(), come(java_script_enabled=False).enter()
    writer.sit(slug, name=NAME)
    reader.sit(slug, mode="observe")
    plain.send(f"/rooms/{slug}/door/", mode="observe", call_name="")
    writer.write(HELLO)
    reader.sees(HELLO)
    expect(reader.row(HELLO).locator(".message__name")).to_have_text(NAME)

    page = keeper.open(f"/desk/rooms/{slug}/")
    with page.expect_navigation():
        keeper.row(HELLO).get_by_role("link", name="この書き込みについて").click()
    page.locator("input[name=rule]").first.check()
    with page.expect_navigation():
        page.get_by_role("button", name="名前をはずす").click()
    expect(page.locator(".desk-done")).to_contain_text("の前の名前を、はずしました。")

    for one in (reader, writer):
        expect(one.row(HELLO).locator(".message__name")).to_have_text(NAMELESS)
        assert NAME not in one.page.content()
    reader.has_the_same_view_as_the_loaded_page()
    plain.open(f"/rooms/{slug}/")
    expect(plain.row(HELLO).locator(".message__name")).to_have_text(NAMELESS)
    assert NAME not in plain.page.content()

    letter = writer.page.locator("[data-notices] .notice")
    expect(letter).to_contain_text("書いた言葉の、名前を、いま見せないようにしています。")
    writer.write("つづきを書きます。")
    name = reader.row("つづきを書きます。").locator(".message__name")
    expect(name).not_to_have_text(NAMELESS)
    expect(name).not_to_have_text(NAME)

    with page.expect_navigation():
        page.locator(".desk-done").get_by_role("button", name="名前をもどす").click()
    expect(reader.row(HELLO).locator(".message__name")).to_have_text(NAME)
    expect(letter.filter(has_text="あなたの名前をもどしました")).to_have_count(1)
    reader.has_the_same_view_as_the_loaded_page()


def test_the_list_of_whom_one_does_not_read_loses_it_too(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("みどり")
    take_duty(keeper, title)
    writer, reader = come().enter(), come().enter()
    writer.sit(slug, name=NAME)
    reader.sit(slug, mode="observe")
    writer.write(HELLO)
    reader.sees(HELLO)
    row = reader.row(HELLO)
    row.locator(".menu > summary").click()
    row.get_by_role("button", name="この人の書き込みを見ない").click()
    person = reader.page.locator(".ignored__person [data-name]").first
    expect(person).to_have_text(NAME)
    keeper.open(f"/desk/rooms/{slug}/")
    page = keeper.open(f"/desk/rooms/{slug}/messages/{keeper.id_of(HELLO)}/")
    keeper.send(
        page.url.removeprefix(keeper.place.url) + "unnaming/",
        rule=page.locator("input[name=rule]").first.input_value(),
    )
    expect(person).to_have_text(NAMELESS)
    assert NAME not in reader.page.content()
