"""Two keepers on their phones: who looks at a case, taking it over, a break that is told, and somebody to talk to."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.guests import Come, Guest, Place
from tests.browser.keepers import KeeperBrowser, open_staffed_room, take_duty
from tests.browser.taps import TOUCH, count_taps, tap_away, taps_since

MOST_TAPS = 3
PIECES = ("きのうの夜は", "雨の音が", "していました")
_SAW_FIVE = """
from django.db import transaction
from ibasho.duty.models import Duty
from ibasho.moderation.models import Strain

with transaction.atomic():
    duty = Duty.objects.get(keeper__duty_name={name!r}, ended_at__isnull=True)
    Strain.objects.update_or_create(duty=duty, defaults=dict(opened=5))
"""


@pytest.fixture(autouse=True)
def staffed(place: Place) -> tuple[str, str]:
    """A room that needs one keeper: its slug and its title."""
    title = "ふたりの部屋"
    return open_staffed_room(place, "futari", title, needed=1), title


@pytest.fixture
def keepers(keeper_browser: KeeperBrowser, staffed: tuple[str, str]) -> tuple[Guest, Guest]:
    """みどり and すすき, each with a phone and on duty there."""
    both = keeper_browser("みどり", **TOUCH), keeper_browser("すすき", **TOUCH)
    for one in both:
        count_taps(one)
        take_duty(one, staffed[1])
    return both


def test_two_keepers_do_not_collide_and_carry_it_together(
    come: Come, keepers: tuple[Guest, Guest], place: Place, staffed: tuple[str, str]
) -> None:
    slug, (midori, susuki) = staffed[0], keepers
    midori.forgive("409")
    writer, teller = come().enter(), come().enter()
    teller.sit(slug, mode="observe")
    writer.sit(slug, name="なのはな")
    for piece in PIECES:
        writer.write(piece)
        writer.sees(piece)
    _tells(teller, slug, PIECES[0])

    theirs = susuki.open("/desk/")
    taps_since(susuki)
    mine = _opens_the_case(midori)
    expect(mine.get_by_text("あなたが見ています。")).to_be_visible()
    case = theirs.locator("[data-panel=waiting] article.wait").filter(has_text="知らせ")
    expect(case).to_contain_text("みどりさんが見ています。")  # the open desk heard of it

    _opens_the_case(susuki)
    tap_away(susuki, theirs.get_by_role("button", name="かわりに見ます"))
    expect(theirs.get_by_text("あなたが見ています。")).to_be_visible()
    expect(mine.locator("[data-panel=claim]")).to_contain_text("すすきさんが見ています。")
    tap_away(midori, mine.get_by_role("button", name="そのままにする"))
    expect(mine.get_by_text("いま、すすきさんが見ています。")).to_be_visible()

    _reads_the_pieces_as_one(susuki)
    theirs.go_back()
    tap_away(susuki, theirs.get_by_role("button", name="気をつけて見ていく"))
    expect(theirs.get_by_text("結果を決めました。")).to_be_visible()

    _offers_the_sixth(teller, midori, susuki, slug, place)
    _takes_a_break(midori, susuki)
    _asks_for_company(susuki, midori)


def _tells(teller: Guest, slug: str, words: str) -> None:
    page = teller.open(f"/rooms/{slug}/")
    row = teller.row(words)
    row.locator(".menu > summary").click()
    row.get_by_role("link", name="スタッフに知らせる").click()
    page.get_by_label("さそいや、連絡先の交換の話").check()
    page.get_by_role("button", name="知らせる").click()
    expect(page.get_by_role("status")).to_contain_text("ありがとうございます")


def _opens_the_case(keeper: Guest) -> Page:
    page = keeper.open("/desk/")
    taps_since(keeper)
    tap_away(keeper, page.locator("[data-panel=waiting]").get_by_role("link", name=re.compile("^確かめる")))
    page.get_by_role("heading", name="この知らせについて").wait_for()
    assert taps_since(keeper) == 1
    return page


def _reads_the_pieces_as_one(keeper: Guest) -> None:
    page = keeper.page
    tap_away(keeper, page.get_by_role("link", name="この席の言葉を、まとめて読む"))
    page.get_by_text("切れ目なしに、つなげて読む").tap()
    expect(page.get_by_text("".join(PIECES))).to_be_visible()
    assert taps_since(keeper) <= MOST_TAPS


def _offers_the_sixth(teller: Guest, midori: Guest, susuki: Guest, slug: str, place: Place) -> None:
    _tells(teller, slug, PIECES[2])
    place.tell(_SAW_FIVE.format(name="みどり"))
    mine = _opens_the_case(midori)
    tap_away(midori, mine.get_by_role("button", name="ほかの人に見てもらう"))
    expect(mine.get_by_text("ほかの人に、お願いしています。")).to_be_visible()
    theirs = susuki.open("/desk/")
    expect(theirs.locator("[data-panel=alerts]")).to_contain_text("みどりさんが、見てほしいことがあります。")
    theirs = _opens_the_case(susuki)
    expect(theirs.get_by_text("あなたが見ています。")).to_be_visible()
    expect(mine.locator("[data-panel=claim]")).to_contain_text("すすきさんが見ています。")


def _takes_a_break(midori: Guest, susuki: Guest) -> None:
    page, theirs = midori.open("/desk/"), susuki.open("/desk/")
    taps_since(midori)
    tap_away(midori, page.get_by_role("button", name="ひと休み", exact=True))
    assert taps_since(midori) == 1
    expect(theirs.locator("[data-panel=alerts]")).to_contain_text("みどりさんは、ひと休みしています。")
    expect(theirs.locator("[data-panel=would-rest]")).to_contain_text("いま休むと、")
    tap_away(midori, page.get_by_role("button", name="もどりました"))
    expect(theirs.locator("[data-panel=would-rest]")).to_have_count(0)


def _asks_for_company(asks: Guest, answers: Guest) -> None:
    page, theirs = asks.open("/desk/"), answers.open("/desk/")
    taps_since(asks), taps_since(answers)
    tap_away(asks, page.get_by_role("button", name="だれかと話す"))
    expect(theirs.locator("[data-panel=care]")).to_contain_text("すすきさんが、だれかと話したいそうです。")
    tap_away(answers, theirs.get_by_role("button", name=re.compile("^います")))
    expect(page.locator("[data-panel=care]")).to_contain_text("みどりさんが、います。")
    assert (taps_since(asks), taps_since(answers)) == (1, 1)
