"""A number is asked about before anybody sees it; a keeper looks at it by thumb, and shows it or keeps it back."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.guests import PHONE, Come, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, lines_of, small_targets, what_sticks_out

NUMBER = "090-1234-5678"
WORDS = f"よかったら {NUMBER} へどうぞ。"
WAITS = "スタッフが見てから出ます"


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that one keeper is enough for: its slug and its title."""
    title = "土間の部屋"
    return open_staffed_room(place, "doma", title, needed=1), title


def is_well(page: Page, name: str) -> None:
    assert barriers(page) + small_targets(page) + list(what_sticks_out(page)) == []
    if folder := os.environ.get("IBASHO_LOOK"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page="320" not in name)


def test_a_number_is_asked_about_and_a_keeper_shows_it(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("みどり", viewport=PHONE)
    take_duty(keeper, title)
    writer, reader = come(viewport=PHONE).enter(), come().enter()
    writer.sit(slug, name="こもれび")
    reader.sit(slug, mode="observe")
    page, sheet = writer.page, writer.page.locator("[data-asked]")

    writer.field.fill(WORDS)
    writer.send_button.click()
    expect(sheet.locator("mark")).to_have_text(NUMBER)
    expect(sheet.locator("h2")).to_be_focused()
    expect(sheet.locator("[data-left-words]")).to_have_text("よかったら （消しました） へどうぞ。")
    is_well(page, "asked")
    sheet.get_by_text("送らない").click()
    expect(sheet).to_have_count(0)
    expect(writer.field).to_have_value(WORDS)

    page.set_viewport_size({"width": 320, "height": 568})
    writer.send_button.click()
    for choice in ("そこを消して送る", "スタッフに見てもらう", "送らない"):
        expect(sheet.get_by_text(choice)).to_be_in_viewport(ratio=1)
    is_well(page, "asked-320")
    page.set_viewport_size({"width": 390, "height": 844})
    sheet.get_by_role("button", name="スタッフに見てもらう").click()
    held = page.locator("[data-held-post]")
    expect(held.locator(".message__text")).to_have_text(WORDS)
    expect(held).to_contain_text(WAITS)
    expect(held).to_be_in_viewport(ratio=1)
    expect(writer.field).to_have_value("")
    asked, sent = [frame for frame in writer.said if frame.get("text") == WORDS][-2:]
    assert (asked["id"], sent["choice"]) == (sent["id"], "to_keepers")
    page.reload()
    writer.wait_for_line()
    expect(held.locator(".message__text")).to_have_text(WORDS)
    is_well(page, "held")
    assert NUMBER not in reader.page.content()

    desk = keeper.open("/desk/")
    with desk.expect_navigation():
        desk.get_by_role("link", name="待っている言葉を見る").last.click()
    expect(desk.get_by_text(NUMBER).first).to_be_hidden()
    desk.get_by_text("文をひらく").click()
    expect(desk.get_by_text(NUMBER).first).to_be_visible()
    is_well(desk, "desk-held")
    with desk.expect_navigation():
        desk.get_by_role("button", name="出す").click()
    reader.sees(NUMBER)
    expect(held).to_have_count(0)
    writer.has_the_same_view_as_the_loaded_page()


@pytest.mark.parametrize(("height", "size"), [(640, 100), (568, 100), (640, 150), (640, 200)])
def test_on_a_small_screen_the_question_is_seen_before_the_ways_on(
    come: Come, room: str, height: int, size: int
) -> None:
    writer = come(viewport={"width": 320, "height": height}).enter()
    page = writer.sit(room, name="こもれび")
    page.evaluate("(size) => document.documentElement.classList.add(`text-${size}`)", size)
    writer.write("もう、しにたい。")
    writer.write(f"たすけて。だれか電話してください {NUMBER} まっています。")
    sheet = page.locator("[data-asked]")
    expect(sheet.locator("h2")).to_be_in_viewport(ratio=1)
    title, bar = sheet.locator("h2").bounding_box(), page.locator("[data-quick-leave]").first.bounding_box()
    assert title
    assert bar
    assert title["y"] >= bar["y"] + bar["height"]
    if size == 100:
        for choice in ("そこを消して送る", "スタッフに見てもらう", "送らない"):
            expect(sheet.get_by_text(choice)).to_be_in_viewport(ratio=1)
    other = come().enter()
    other.sit(room, name="しおさい")
    for words in ("ここにいるよ", "きいているよ", "いっしょにいるよ"):
        other.write(words)
        writer.sees(words)
    expect(sheet.locator("h2")).to_be_in_viewport(ratio=1)
    is_well(page, f"asked-320-{height}-{size}")


@pytest.mark.parametrize("size", [100, 200])
def test_a_card_that_comes_late_leaves_the_question_where_it_is(come: Come, room: str, size: int) -> None:
    writer = come(viewport={"width": 320, "height": 640}).enter()
    late: list[tuple[WebSocketRoute, str | bytes]] = []

    def hold_cards(line: WebSocketRoute) -> None:
        def pass_on(frame: str | bytes) -> None:
            if '"support"' in str(frame):
                late.append((line, frame))
            else:
                line.send(frame)

        line.connect_to_server().on_message(pass_on)

    writer.page.route_web_socket(re.compile("^ws"), hold_cards)
    page = writer.sit(room, name="こもれび")
    page.evaluate("(size) => document.documentElement.classList.add(`text-${size}`)", size)
    writer.write("もう、しにたい。")
    writer.write(f"たすけて。だれか電話してください {NUMBER} まっています。")
    title, card = page.locator("[data-asked] h2"), page.locator("[data-code=support]")
    expect(title).to_be_in_viewport(ratio=1)
    for _ in range(100):
        if late:
            break
        page.wait_for_timeout(100)
    line, frame = late[0]
    line.send(frame)
    expect(card).to_have_count(1)
    page.wait_for_timeout(500)  # whatever would scroll has scrolled
    expect(title).to_be_in_viewport(ratio=1)
    page.locator("[data-asked]").get_by_text("送らない").click()
    # it is read once nothing is asked
    expect(card.locator("a[href^='tel:0']").first).to_be_in_viewport(ratio=1)
    expect(page.locator(".below")).to_be_hidden()


@pytest.mark.parametrize(("width", "size"), [(390, 150), (390, 200), (320, 200)])
def test_with_large_letters_the_question_breaks_inside_no_word(
    come: Come, room: str, width: int, size: int
) -> None:
    writer = come(viewport={"width": width, "height": 844}).enter()
    page = writer.sit(room, name="こもれび")
    page.evaluate("(size) => document.documentElement.classList.add(`text-${size}`)", size)
    writer.write(NUMBER)
    title = page.locator("[data-asked] h2")
    expect(title).to_have_text("送る前に、確かめさせてください")
    for word in ("送る前に", "確かめさせて", "ください"):
        assert lines_of(title, word) == 1, word
    is_well(page, f"question-{width}-{size}")


def test_where_nothing_would_be_left_no_sending_is_offered(come: Come, room: str) -> None:
    writer = come(viewport=PHONE).enter()
    writer.sit(room, name="こもれび")
    sheet = writer.page.locator("[data-asked]")
    writer.write(NUMBER)
    expect(sheet).to_contain_text("そこを消すと、送る言葉が残りません。")
    expect(sheet.get_by_role("button", name="スタッフに見てもらう")).to_be_visible()
    expect(sheet.get_by_role("button", name="そこを消して送る")).to_be_hidden()
    is_well(writer.page, "asked-nothing-left")
    sheet.get_by_text("送らない").click()
    expect(writer.field).to_have_value(NUMBER)


def test_without_scripts_it_is_sent_without_the_number_or_kept_back_with_a_reason(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    keeper = keeper_browser("みどり", viewport=PHONE)
    take_duty(keeper, title)
    writer, reader = come(java_script_enabled=False).enter(), come().enter()
    writer.send(f"/rooms/{slug}/door/", mode="speak", call_name="こもれび")
    writer.forgive("409")
    reader.sit(slug, mode="observe")
    page = writer.open(f"/rooms/{slug}/")
    for choice in ("消して送る", "スタッフに見てもらう"):
        page.locator("textarea[name=text]").fill(WORDS)
        with page.expect_navigation():
            page.get_by_role("button", name="送信").click()
        expect(page.locator("[data-asked] mark")).to_have_text(NUMBER)
        with page.expect_navigation():
            page.get_by_role("button", name=choice).click()
    reader.sees("よかったら （消しました） へどうぞ。")
    expect(page.locator("[data-held-post]")).to_contain_text(WAITS)

    desk = keeper.open(f"/desk/rooms/{slug}/held/")
    with desk.expect_navigation():
        desk.get_by_role("link", name="出さない").click()
    desk.locator("input[name=rule]").first.check()
    is_well(desk, "desk-held-post")
    with desk.expect_navigation():
        desk.get_by_role("button", name="出さない").click()
    page.reload()
    expect(page.locator("[data-held-post]")).to_have_count(0)
    expect(page.locator("[data-notices] .notice")).to_contain_text("今回は、出しませんでした。")
    assert NUMBER not in reader.page.content()


def test_what_is_left_is_asked_about_once_more_and_in_its_new_place(
    come: Come, keeper_browser: KeeperBrowser, staffed: tuple[str, str]
) -> None:
    slug, title = staffed
    take_duty(keeper_browser("みどり", viewport=PHONE), title)
    names = "@abc の、" * 140  # more than is found at once
    writer, reader = come(viewport=PHONE).enter(), come().enter()
    writer.sit(slug, name="こもれび")
    reader.sit(slug, mode="observe")
    sheet = writer.page.locator("[data-asked]")
    writer.field.fill(names)
    writer.send_button.click()
    expect(sheet.locator("mark").nth(100)).to_have_text("@abc")
    sheet.get_by_role("button", name="消して送る").click()
    expect(sheet).to_contain_text("まだ、しるしをつけたところがありました。")
    expect(sheet.locator("mark").first).to_have_text("@abc")
    expect(writer.field).to_have_value(names)
    is_well(writer.page, "asked-again")
    sheet.get_by_role("button", name="消して送る").click()
    reader.sees("… の、… の、")
    expect(writer.field).to_have_value("")
    expect(sheet).to_have_count(0)
    assert "@abc" not in reader.page.content()
