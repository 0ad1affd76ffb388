"""スタッフに知らせる, from the menu of words to the desk and back, with and without a script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty

TITLE = "離れの二階"
WORDS = "そんなことも分からないのですか。"


@pytest.fixture(autouse=True)
def slug(place: Place) -> str:
    return open_staffed_room(place, "shirase", TITLE, needed=1)


@pytest.fixture
def keeper(keeper_browser: KeeperBrowser, slug: str) -> Guest:
    """On duty in that room."""
    at_desk = keeper_browser("みどり")
    take_duty(at_desk, TITLE)
    return at_desk


@pytest.fixture
def writer(come: Come, keeper: Guest, slug: str) -> Guest:
    guest = come().enter()
    guest.sit(slug, name="なのはな")
    guest.write(WORDS)
    guest.sees(WORDS)
    return guest


def test_the_menu_leads_to_the_keepers_and_the_outcome_comes_back_into_the_room(
    come: Come, writer: Guest, keeper: Guest, slug: str
) -> None:
    teller = come().enter()
    page = teller.sit(slug, mode="observe")
    writer.write("もう一度 書きます。")
    teller.sees("もう一度 書きます。")
    row = teller.row("もう一度 書きます。")  # a row that came by the line, not with the page
    row.locator(".menu > summary").click()
    expect(row.get_by_role("button", name="かくして読む")).to_be_visible()
    row.get_by_role("link", name="スタッフに知らせる").click()
    expect(page.locator("blockquote")).to_contain_text("もう一度 書きます。")
    page.get_by_label("わからないけど、気になる").check()
    page.get_by_role("button", name="知らせる").click()
    expect(page.get_by_role("status")).to_contain_text("知らせてくださって、ありがとうございます")
    code = page.locator("[data-receipt]").inner_text()
    page.get_by_role("link", name="部屋にも\u2060どる").click()
    teller.wait_for_line()

    desk = keeper.open("/desk/")
    desk.get_by_role("link", name="確かめる").click()
    expect(desk.get_by_text("知らせてくれた方（1人）")).to_be_visible()
    expect(desk.get_by_text("見ているだけの席")).to_be_visible()
    desk.get_by_role("button", name="部屋で声をかけた").click()
    expect(desk.get_by_role("status").filter(has_text="結果を決めました")).to_be_visible()

    letter = page.locator("[data-code=concern_outcome]")  # by the line, without reloading
    expect(letter).to_contain_text("スタッフが確かめて、部屋で声をかけました。")
    told = writer.page.locator("[data-code=sealed]")
    expect(told).to_contain_text("スタッフだけが読めるように残しています。")
    expect(writer.page.get_by_text("知らせてくださって")).to_have_count(0)

    elsewhere = come(java_script_enabled=False).open("/receipts/")
    elsewhere.get_by_label("ひかえの番号").fill(code.lower())
    elsewhere.get_by_role("button", name="見る").click()
    expect(elsewhere.get_by_role("status")).to_contain_text("部屋で声をかけました")


def test_without_a_script_it_is_told_and_taken_back(
    come: Come, writer: Guest, keeper: Guest, slug: str
) -> None:
    teller = come(java_script_enabled=False).enter()
    teller.send(f"/rooms/{slug}/door/", mode="observe")
    page = teller.open(f"/rooms/{slug}/")
    row = teller.row(WORDS)
    row.locator(".menu > summary").click()
    expect(row.get_by_role("button", name="かくして読む")).to_have_count(0)
    row.get_by_role("link", name="スタッフに知らせる").click()
    page.get_by_label("人を傷つける言葉").check()
    page.get_by_label("書きそえたいこと").fill("つらくなりました。")
    page.get_by_role("button", name="知らせる").click()
    expect(page.get_by_role("status")).to_contain_text("ありがとうございます")
    desk = keeper.open("/desk/concerns/")
    expect(desk.get_by_role("link", name="確かめる")).to_have_count(1)
    page.get_by_role("button", name="とりさげる").click()
    expect(page.get_by_role("status")).to_contain_text("とりさげました")
    expect(desk.get_by_role("link", name="確かめる")).to_have_count(0)  # the open desk heard of it


def test_by_the_keyboard_alone_and_about_the_room(come: Come, keeper: Guest, slug: str) -> None:
    teller = come().enter()
    page = teller.sit(slug, mode="observe")
    page.goto(f"{teller.place.url}/rooms/{slug}/#about")
    page.get_by_role("link", name="この部屋のことを、スタッフに知らせる").press("Enter")
    page.get_by_label("命や体のことが心配").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="知らせる").press("Enter")
    expect(page.get_by_role("link", name="119")).to_be_visible()
    desk = keeper.open("/desk/")
    expect(desk.get_by_role("region", name="命が心配なこと").get_by_text("命が心配な知らせ")).to_be_visible()


def test_the_quiet_box_reaches_the_coordinator(come: Come, keeper_browser: KeeperBrowser, slug: str) -> None:
    guest = come(java_script_enabled=False).enter()
    page = guest.open("/quiet-box/")
    page.get_by_label("書くところ").fill("見守り役の言い方が、つらいです。")
    page.get_by_role("button", name="ポストに入れる").click()
    expect(page.get_by_role("status")).to_contain_text("受けとりました")
    desk = keeper_browser("さくら", "coordinator").open("/desk/")
    desk.get_by_role("link", name="通届いています").click()
    article = desk.locator("article").filter(has_text="見守り役の言い方が、つらいです。")
    article.locator("summary").click()
    expect(article.get_by_text("見守り役の言い方が、つらいです。")).to_be_visible()
    article.get_by_role("button", name="読みました").click()
    expect(desk.get_by_role("heading", name="読んだもの")).to_be_visible()
