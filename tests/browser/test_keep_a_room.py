"""A first shift (E07), played by four browsers at once: two keepers on their phones and two guests."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, hand_over, open_staffed_room, take_duty
from tests.browser.taps import TOUCH, count_taps, tap_away, taps_since

MOST_TAPS = 3
WORDS = "帽子は あおいつばめがら です。今夜は月がきれいです。"
RESTS = "いま、スタッフがそろっていません。少しお休みします。読むことはできます。"
_CHECK_LOG = """
from ibasho.moderation.queries import check_log

assert check_log() is None, check_log()
"""


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that needs two keepers: its slug and its title."""
    title = "はじめの部屋"
    return open_staffed_room(place, "hajime", title), title


@pytest.fixture
def keepers(keeper_browser: KeeperBrowser, place: Place) -> tuple[Guest, Guest]:
    """みどり and すすき, each with a phone; the one before them has left a handover."""
    keeper_browser("ゆうすげ")
    hand_over(place, "ゆうすげ", facts="連絡先を書く人がいました。", plan="見たら、早めにかくします。")
    midori, susuki = keeper_browser("みどり", **TOUCH), keeper_browser("すすき", **TOUCH)
    for one in (midori, susuki):
        count_taps(one)
    return midori, susuki


def test_a_first_shift_from_the_handover_to_the_last_tap(
    come: Come, keepers: tuple[Guest, Guest], place: Place, staffed: tuple[str, str]
) -> None:
    (slug, title), (midori, susuki) = staffed, keepers
    writer, reader = come().enter(), come().enter()
    for keeper in keepers:
        _reads_the_handover_first(keeper)

    _takes_duty(midori, title)
    _waits_for_keepers(writer, slug, title)
    expect(_row(midori, title)).to_contain_text("あと1人いると、あけられます。")
    _takes_duty(susuki, title)
    expect(_row(midori, title)).to_contain_text("しずか")
    _finds_the_door(writer, slug)
    writer.sit(slug, name="ゆうぐれ")
    reader.sit(slug, mode="observe")

    writer.write(WORDS)
    for keeper in keepers:
        _goes_to_the_room(keeper, title)
        keeper.sees(WORDS)
    _hides(midori, WORDS)
    _is_told_why(writer)
    _sees_one_quiet_line(reader)
    _takes_back_what_was_done(midori, "もどす")
    reader.sees(WORDS)
    _reads_only_the_letter(writer, "もどしました")

    _lets_rest(midori, WORDS)
    _rests(writer)
    expect(reader.page.locator("[data-notices] .notice")).to_have_count(0)
    _lifts_the_rest_of_a_colleague(susuki)
    expect(writer.send_button).to_be_enabled()
    expect(writer.page.locator("[data-notices] .notice")).to_have_count(2)
    writer.write("ありがとうございます。")
    reader.sees("ありがとうございます。")

    midori.write("ゆっくりどうぞ。")
    for guest in (writer, reader):
        _sees_a_keepers_words(guest, "ゆっくりどうぞ。")
    _hands_over_and_ends(susuki, slug)
    for guest in (writer, reader):
        expect(guest.page.locator("[data-room-state]")).to_have_text(RESTS)
    _reads_what_was_left(midori)
    _ends(midori)
    _has_no_right_left(midori, slug)
    for guest in (writer, reader):
        guest.has_the_same_view_as_the_loaded_page()
    assert place.stored(slug) == [WORDS, "ありがとうございます。", "ゆっくりどうぞ。"]
    assert _log_of(place, slug) == [
        ("みどり", "hide"),
        ("みどり", "restore"),
        ("みどり", "rest"),
        ("すすき", "lift_rest"),
    ]
    place.tell(_CHECK_LOG)


def _reads_the_handover_first(keeper: Guest) -> None:
    page = keeper.open("/desk/")
    panels = page.locator("main [data-panel]").evaluate_all("them => them.map((it) => it.dataset.panel)")
    assert panels[:3] == ["duty", "handover", "taking"]
    note = page.locator("[data-panel=handover] article").filter(has_text="連絡先を書く人がいました。")
    expect(note).to_contain_text("見たら、早めにかくします。")
    tap_away(keeper, note.get_by_role("button", name=re.compile("^読みました")))
    expect(note.get_by_role("button")).to_have_count(0)
    assert taps_since(keeper) == 1


def _takes_duty(keeper: Guest, title: str) -> None:
    take_duty(keeper, title)  # with a tap for every room of this test house that is left out
    expect(keeper.page.get_by_text(re.compile(r"当番は\d.*までです"))).to_be_visible()
    taps_since(keeper)


def _row(keeper: Guest, title: str) -> Locator:
    return keeper.page.locator("[data-panel=rooms] tr").filter(has_text=title)


def _waits_for_keepers(guest: Guest, slug: str, title: str) -> None:
    page = guest.open(f"/rooms/{slug}/")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator("main")).to_contain_text("準備中")
    expect(page.get_by_role("button", name="部屋に入る")).to_have_count(0)


def _finds_the_door(guest: Guest, slug: str) -> None:
    page = guest.open(f"/rooms/{slug}/")
    expect(page.get_by_role("button", name="部屋に入る")).to_be_visible()


def _goes_to_the_room(keeper: Guest, title: str) -> None:
    tap_away(keeper, _row(keeper, title).get_by_role("link", name="部屋を見る"))
    keeper.wait_for_line()
    assert taps_since(keeper) == 1


def _about(keeper: Guest, words: str) -> None:
    tap_away(keeper, keeper.row(words).get_by_role("link", name="この書き込みについて"))
    keeper.page.get_by_label("約束四").tap()


def _hides(keeper: Guest, words: str) -> None:
    _about(keeper, words)
    tap_away(keeper, keeper.page.get_by_role("button", name="かくす", exact=True))
    keeper.wait_for_line()
    expect(keeper.page.locator("[data-panel=done]")).to_contain_text("書き込みを、かくしました。")
    assert taps_since(keeper) <= MOST_TAPS


def _is_told_why(writer: Guest) -> None:
    letter = writer.page.locator("[data-notices] .notice").last
    expect(letter).to_contain_text("いまかくしています")
    expect(letter).to_contain_text("連絡先や、だれのことか分かる言葉が、入っていました（約束四）。")
    expect(letter.get_by_role("button", name="もう一度 見てほしい")).to_be_visible()


def _reads_only_the_letter(writer: Guest, words: str) -> None:
    """The one about what was taken back went by itself."""
    letters = writer.page.locator("[data-notices] .notice")
    expect(letters).to_have_count(1)
    expect(letters).to_contain_text(words)


def _sees_one_quiet_line(reader: Guest) -> None:
    rows = reader.page.locator("[role=log] [data-message]")
    expect(rows).to_have_text(["スタッフが、この書き込みをかくしました。"])
    # PRIVACY: see announcer


def _takes_back_what_was_done(keeper: Guest, words: str) -> None:
    tap_away(keeper, keeper.page.locator("[data-panel=done]").get_by_role("button", name=words))
    keeper.wait_for_line()
    assert taps_since(keeper) == 1


def _lets_rest(keeper: Guest, words: str) -> None:
    _about(keeper, words)
    tap_away(keeper, keeper.page.get_by_role("button", name=re.compile("^30分")))
    keeper.wait_for_line()
    assert taps_since(keeper) <= MOST_TAPS


def _rests(writer: Guest) -> None:
    expect(writer.page.locator("[data-room-state]")).to_have_text(
        re.compile(
            r"^いまは、書くことをお休みしています。読むことはできます。(\S+ )?\d+:\d\dから、また書けます。$"
        )
    )
    expect(writer.send_button).to_be_disabled()
    expect(writer.page.locator("[data-notices]")).to_contain_text("今日はここで、少し休みましょう。")


def _lifts_the_rest_of_a_colleague(keeper: Guest) -> None:
    """What a colleague did came to this page by itself."""
    page = keeper.page
    page.get_by_role("link", name="すること").tap()
    tap_away(keeper, page.locator("[data-panel=acts]").get_by_role("button", name=re.compile("お休み")))
    keeper.wait_for_line()
    assert taps_since(keeper) <= MOST_TAPS


def _sees_a_keepers_words(guest: Guest, words: str) -> None:
    guest.sees(words)
    expect(guest.row(words).locator(".message__mark")).to_have_text("スタッフ")
    expect(guest.row(words).locator(".message__name")).to_have_text(re.compile("^見守り役"))


def _hands_over_and_ends(keeper: Guest, slug: str) -> None:
    tap_away(keeper, keeper.page.get_by_role("link", name="机にも\u2060どる"))
    page = keeper.page
    taps_since(keeper)
    tap_away(keeper, page.get_by_role("link", name="当番をおわる"))
    page.get_by_label("事実").fill("連絡先がひとつ出ました。かくして、もどしました。")
    page.get_by_label("方針").fill("あせらず、見守ります。")
    tap_away(keeper, page.get_by_role("button", name="申し送りをのこして、おわる"))
    expect(page.get_by_text("いまは、当番ではありません")).to_be_visible()
    assert taps_since(keeper) <= MOST_TAPS
    _has_no_right_left(keeper, slug)


def _reads_what_was_left(keeper: Guest) -> None:
    tap_away(keeper, keeper.page.get_by_role("link", name="机にも\u2060どる"))
    expect(keeper.page.locator("[data-panel=handover]")).to_contain_text("あせらず、見守ります。")
    tap_away(keeper, keeper.page.get_by_role("button", name=re.compile("^読みました")))


def _ends(keeper: Guest) -> None:
    tap_away(keeper, keeper.page.get_by_role("link", name="当番をおわる"))
    tap_away(keeper, keeper.page.get_by_role("button", name="書かずに、おわる"))
    expect(keeper.page.get_by_text("いまは、当番ではありません")).to_be_visible()


def _has_no_right_left(keeper: Guest, slug: str) -> None:
    keeper.forgive("status of 404")
    keeper.open(f"/desk/rooms/{slug}/")
    expect(keeper.page.get_by_role("heading", name="見つかりませんでした")).to_be_visible()


def _log_of(place: Place, slug: str) -> list[tuple[str, str]]:
    """Who did what in this room, as the log tells it."""
    query = (
        "SELECT keeper.duty_name, entry.verb FROM moderation_logentry AS entry "
        "JOIN people_keeper AS keeper ON keeper.id = entry.actor WHERE entry.room = ? ORDER BY entry.number"
    )
    with closing(sqlite3.connect(place.data / "ibasho.sqlite3")) as table:
        return list(table.execute(query, [slug]))
