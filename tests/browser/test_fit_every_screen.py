"""Whatever people call themselves or write, it stays in its place and moves nobody else's words."""

from __future__ import annotations

import html
import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.guests import Come
from tests.browser.keepers import KeeperBrowser
from tests.browser.looks import lines_of, what_sticks_out

LONG_NAMES = ("龘" * 20, "W" * 20, "ﷺ" * 20)
_BOXES = """() => Array.from(document.querySelectorAll('[data-message]'), (row) => {
  const { x, width, height, top, bottom } = row.getBoundingClientRect();
  return [row.dataset.message, x, width, height, top, bottom];
})"""
# how far the middle of a circle is above or below the middle of the first letter beside it
_CIRCLE_FROM_WORDS = """(choices) => choices.map((choice) => {
  const middle = ({ top, bottom }) => (top + bottom) / 2, range = document.createRange();
  range.selectNodeContents(choice.querySelector('ruby').firstChild);
  return Math.abs(middle(choice.querySelector('input').getBoundingClientRect()) - middle(range.getBoundingClientRect()));
})"""
NASTY = {
    "zalgo": "".join("が" + "\u0301\u0316\u0323\u0348\u035b\u0489" for _ in range(60)),
    "thousand_newlines": "上" + "\n" * 998 + "下",
    "one_long_word": "a" * 1_000,
    "wide_letters": "﷽" * 300,
    "turned_around": "\u2067‮ مرحبا بكم \u2069 abc (1)",
    "families": "👨‍👩‍👧‍👦" * 150,
}
AS_TEXT = (
    "<img src=x onerror=\"document.title='x'\">",
    "<script>document.title='x'</script>",
    "</p></article><h1>大きい字</h1>",
    "{{ 7*7 }} {% include 'x' %} ${7*7}",
    "javascript:alert(1) [押す](javascript:alert(1))",
    "&lt;b&gt; &amp; \\u3042 %3Cb%3E",
)


def test_long_names_and_two_hundred_messages_fit(come: Come, room: str) -> None:
    others = [come().enter() for _ in LONG_NAMES]
    for other, name in zip(others, LONG_NAMES):
        other.sit(room, name=name)
        words = [f"{number}　" + "ながい名前の人が書きました。" * (number % 4 + 1) for number in range(66)]
        other.say_many(room, words, at_once=True)
    reader = come().enter()
    page = reader.sit(room, name="よむ人")
    rows = page.locator("[data-message]")
    for count in (100, 150, 198):
        page.get_by_role("link", name="前の書き込みを読む").click()
        expect(rows).to_have_count(count)
    assert set(page.locator(".message__name").all_inner_texts()) == set(LONG_NAMES)
    found = list(what_sticks_out(page))
    reader.send("/me/settings/", theme="clear", text_size="200", send_delay="0")
    page.reload()
    found += what_sticks_out(page)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", NASTY)
def test_what_one_writes_never_moves_or_covers_the_words_of_others(come: Come, room: str, kind: str) -> None:
    writer, reader = come().enter(), come().enter()
    writer.sit(room)
    page = reader.sit(room)
    writer.say_many(room, ["まえの言葉です。", "となりの言葉です。"])
    reader.sees("となりの言葉です。")
    before = page.evaluate(_BOXES)
    neighbour = reader.row("となりの言葉です。").locator(".message__text")
    picture = neighbour.screenshot(animations="disabled")
    writer.say_many(room, [NASTY[kind], "あとの言葉です。"])
    reader.sees("あとの言葉です。")
    after = page.evaluate(_BOXES)
    assert len(after) == 4
    assert [box[:4] for box in after[:2]] == [box[:4] for box in before]
    assert after[3][1:3] == before[1][1:3]
    assert all(upper[5] <= lower[4] + 1 for upper, lower in itertools.pairwise(after))
    neighbour.scroll_into_view_if_needed()
    assert neighbour.screenshot(animations="disabled") == picture
    found = list(what_sticks_out(page))
    assert not found, "\n".join(found)
    reader.has_the_same_view_as_the_loaded_page()


def test_markup_is_shown_as_text(come: Come, room: str) -> None:
    writer, reader = come().enter(), come().enter()
    writer.sit(room, name="<b>ふと字</b>")
    page = reader.sit(room)
    title = page.title()
    writer.say_many(room, AS_TEXT)
    writer.send(
        f"/rooms/{room}/messages/", id="00000000-0000-4000-8000-000000000001", text="中", cover=AS_TEXT[0]
    )
    reader.sees("中")
    for _ in range(2):  # as it came live, and as the page is loaded
        assert page.locator(".message__text").all_text_contents()[: len(AS_TEXT)] == list(AS_TEXT)
        assert page.locator(".fold__words").text_content() == AS_TEXT[0]
        assert page.locator(".message__name").first.text_content() == "<b>ふと字</b>"
        assert page.locator("[role=log]").locator("img, script, h1, b, .message__text a").count() == 0
        assert page.title() == title
        page.reload()
    assert html.escape(AS_TEXT[1], quote=False).split("&")[1] in page.content()


@pytest.mark.parametrize("text_size", ["100", "200"])
def test_a_circle_stands_beside_its_words_under_readings_too(come: Come, room: str, text_size: str) -> None:
    guest = come(viewport={"width": 320, "height": 640}).enter()
    guest.send("/me/settings/", theme="paper", text_size=text_size, send_delay="0", furigana="on")
    page = guest.open(f"/rooms/{room}/")
    apart = page.locator(".choice:has(ruby)").evaluate_all(_CIRCLE_FROM_WORDS)
    assert len(apart) == 2
    assert max(apart) < 6


def test_the_largest_letters_leave_a_table_its_width_on_the_smallest_phone(
    keeper_browser: KeeperBrowser,
) -> None:
    keeper = keeper_browser("みどり", viewport={"width": 320, "height": 640})
    keeper.send("/me/settings/", theme="clear", text_size="200", send_delay="0")
    cells = keeper.open("/desk/roster/").locator(".table td > :not(.table__label)")
    widths = cells.evaluate_all("cells => cells.map((cell) => cell.getBoundingClientRect().width)")
    assert len(widths) > 7
    assert min(widths) > 250


def test_the_largest_letters_leave_words_whole_on_the_smallest_phone(come: Come, room: str) -> None:
    guest = come(viewport={"width": 320, "height": 640}).enter()
    guest.send("/me/settings/", theme="clear", text_size="200", send_delay="0")
    for path, word in (
        ("/me/erasure/", "ぜんぶ消す"),
        (f"/rooms/{room}/concern/", "スタッフに"),
        ("/sign-ups/", "申し込みの"),
        ("/rules/", "この場所の"),
    ):
        page = guest.open(path)
        assert lines_of(page.locator("h1"), word) == 1, path
        way_out = page.locator("[data-quick-leave]").first.bounding_box()
        assert way_out
        assert way_out["x"] + way_out["width"] > 300, path
    promise = page.locator(".promises li > span").nth(1)
    assert promise.evaluate("(words) => words.offsetWidth") > 270
    guest.forgive("status of 404")
    assert lines_of(guest.open("/help/").get_by_text("よりそいホットライン"), "よりそい") == 1
