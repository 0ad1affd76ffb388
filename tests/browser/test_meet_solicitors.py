"""A solicitor in a room of families (E10), and a sister who asks what to do (E12), each before several screens."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.guests import PHONE, Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.looks import barriers, small_targets, what_sticks_out

LURE = "1日10分スマホを見るだけで月30万。くわしくは個別で"
NUMBER = ("かける番号は", "090", "0012", "3456 です")
NAME = ("LINEのはなし", "hikari", "_0000 です")
QUOTE = "「1日10分スマホを見るだけで月30万」って言われました。これは、さそいですか。"
SISTER = "兄が部屋で「もう死ぬ」と叫んでいます。どうしたらいいですか"
_numbers = itertools.count(1)


class Staffed(NamedTuple):
    """A room that one keeper opens, and the keeper of it, on a phone."""

    slug: str
    keeper: Guest


StaffedFor = Callable[..., Staffed]


@pytest.fixture
def staffed_for(place: Place, keeper_browser: KeeperBrowser) -> StaffedFor:
    def make(*standpoints: str) -> Staffed:
        number = next(_numbers)
        title = f"いろりの部屋{number}"
        slug = open_staffed_room(place, f"irori-{number}", title, needed=1, standpoints=standpoints)
        keeper = keeper_browser("みどり", viewport=PHONE)
        take_duty(keeper, title)
        return Staffed(slug, keeper)

    return make


def test_an_offer_waits_and_pieces_are_read_as_one_whoever_brings_them(
    come: Come, staffed_for: StaffedFor
) -> None:
    slug, keeper = staffed_for("parent", "partner_kin")
    reader, parent = come().enter("partner_kin"), come().enter("parent")
    reader.sit(slug, mode="observe")
    parent.sit(slug, name="なのはな")
    first, second = _solicitor(come, slug, "ひだまり"), _solicitor(come, slug, "こかげ")

    _waits(first, LURE)
    for piece in NUMBER[:2]:  # which say nothing by themselves
        first.write(piece)
        reader.sees(piece)
    _is_asked_about(first, NUMBER[2]).get_by_text("送らない").click()
    _is_asked_about(first, NUMBER[3]).get_by_role("button", name="スタッフに見てもらう").click()
    expect(first.page.locator("[data-held-post]")).to_have_count(2)
    _reads_them_joined_and_keeps_both_back(keeper, slug)
    letters = first.page.locator("[data-notices] .notice").filter(has_text="今回は、出しませんでした。")
    expect(letters).to_have_count(2)
    expect(letters.last.get_by_role("button", name="もう一度 見てほしい")).to_be_visible()
    expect(first.page.locator("[data-held-post]")).to_have_count(0)

    second.write(NAME[0])  # another account, the same holds
    reader.sees(NAME[0])
    for piece in NAME[1:]:
        _is_asked_about(second, piece).get_by_text("送らない").click()
    _waits(second, LURE)

    parent.write(QUOTE)
    reader.sees(QUOTE)
    expect(parent.page.locator("[data-asked], [data-held-post], [data-notices] .notice")).to_have_count(0)
    assert reader.place.stored(slug) == [*NUMBER[:2], NAME[0], QUOTE]
    for kept in (LURE, *NUMBER[2:], *NAME[1:]):
        assert f">{kept}<" not in reader.page.content()
    reader.has_the_same_view_as_the_loaded_page()
    page = keeper.open(f"/desk/rooms/{slug}/held/")
    expect(page.locator("article.wait")).to_have_count(1)
    _can_be_shown(page)


def test_a_sister_is_told_what_to_do_and_nobody_asks_whom_she_means(
    come: Come, staffed_for: StaffedFor
) -> None:
    slug, keeper = staffed_for("sibling")
    writer, reader = come(viewport=PHONE).enter("sibling"), come().enter("sibling")
    writer.sit(slug, name="なのはな")
    reader.sit(slug, mode="observe")
    writer.write(SISTER)
    writer.sees(SISTER)
    reader.sees(SISTER)
    card = writer.page.locator("[data-code=support]")
    for words in (
        "知らせてくれて、ありがとうございます",
        "その人の名前や住所は、書かなくて大丈夫です。",
        "あなた自身も、あぶないところからは、はなれてください。",
    ):
        expect(card).to_contain_text(words)
    expect(writer.page.locator("[data-asked]")).to_have_count(0)
    expect(reader.page.locator("[data-code=support]")).to_have_count(0)
    _can_be_shown(writer.page)

    desk = keeper.page  # left open at the desk, and heard of it
    expect(desk.get_by_text("身近な方の命を心配している").first).to_be_visible()
    expect(desk.get_by_text(SISTER)).to_have_count(0)
    desk.get_by_role("button", name="わたしが見ます").first.click()
    talk = desk.locator(".talk")
    expect(talk).to_contain_text("その方の名前は、聞きません。いま安全な場所にいるかを、先に聞きます。")
    expect(talk.get_by_role("link", name="119（救急車）")).to_be_visible()
    desk.get_by_role("button", name="部屋で文を読む").click()
    keeper.wait_for_line()
    expect(keeper.row(SISTER)).to_be_in_viewport()
    desk.get_by_role("link", name="すること").click()
    desk.get_by_role("link", name="ほかの人の命を心配している方へ").click()
    keeper.wait_for_line()
    words = keeper.field.input_value()
    assert "その人の名前や住所は、書かなくて大丈夫です。" in words
    keeper.send_button.click()
    for one in (writer, reader):
        expect(one.row("あなたは、安全なところにいますか。").locator(".message__mark")).to_have_text(
            "スタッフ"
        )


def _solicitor(come: Come, slug: str, name: str) -> Guest:
    """Whose account is of this very minute."""
    guest = come().enter("parent")
    guest.sit(slug, name=name)
    return guest


def _waits(writer: Guest, words: str) -> None:
    writer.write(words)
    held = writer.page.locator("[data-held-post]").filter(has_text=words)
    expect(held).to_contain_text("スタッフが見てから出ます")


def _is_asked_about(writer: Guest, piece: str) -> Locator:
    writer.field.fill(piece)
    writer.send_button.click()
    sheet = writer.page.locator("[data-asked]")
    expect(sheet).to_contain_text("送る前に、確かめさせてください")
    return sheet


def _reads_them_joined_and_keeps_both_back(keeper: Guest, slug: str) -> None:
    """What was only asked about was kept nowhere, and is not to be read by anybody."""
    page = keeper.open("/desk/")
    page.get_by_role("link", name="待っている言葉を見る").last.click()
    last = page.locator("article.wait").filter(has_text="前の書きこみとあわせると")
    expect(last.get_by_text(NUMBER[1])).to_be_hidden()
    last.get_by_text("この席の、前の言葉とつなげて読む").click()
    joined = last.locator("details[open] .veil__text")
    expect(joined).to_have_count(4)
    texts = joined.all_inner_texts()  # what waits has no place of its own within a minute
    assert [text for text in texts if text != LURE] == [*NUMBER[:2], NUMBER[3]]
    _can_be_shown(page)
    last.get_by_role("link", name=re.compile("^この席の言葉を、まとめて読む")).click()
    expect(page.locator("[data-panel=seat-words]")).to_contain_text(NUMBER[0])
    expect(page.locator("[data-panel=seat-waiting] li")).to_have_count(2)
    for _ in range(2):
        keeper.open(f"/desk/rooms/{slug}/held/")
        page.get_by_role("link", name=re.compile("^出さない")).first.click()
        page.locator("input[value=no_solicitation]").check()
        page.get_by_role("button", name="出さない", exact=True).click()
        expect(page.locator("[data-panel=done]")).to_be_visible()


def _can_be_shown(page: Page) -> None:
    assert [*barriers(page), *small_targets(page), *what_sticks_out(page)] == []
