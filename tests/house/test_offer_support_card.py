"""The card's rules: one browser, one place, a day, an hour's rest after it was closed, and what it says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from uuid import uuid4

import pytest
import time_machine
from django.contrib.auth import SESSION_KEY
from django.template.loader import render_to_string

from ibasho.house import support_card
from ibasho.house.actions import bring_card_back, letter_seen, offer_card
from ibasho.house.heeding import Heed
from ibasho.house.models import Helpline, HouseProfile
from ibasho.house.staff_here import StaffHere
from ibasho.house.support_card import SupportCard
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.people.sessions import SessionStore

PLACE = "/rooms/engawa/"
SAD = Heed(about_dying=True)
URGENT = Heed(about_dying=True, is_urgent=True)
OTHER = Heed(about_dying=True, is_urgent=True, about_other=True)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def evening(clock: time_machine.Traveller) -> None:
    """Before anybody writes: it is 20:02."""


@pytest.fixture
def browser(newcomer: Person) -> SessionStore:
    store = SessionStore()
    store[SESSION_KEY] = str(newcomer.pk)
    store.save()
    return store


def waits(browser: SessionStore, place: str = PLACE) -> SupportCard | None:
    return support_card.find(SessionStore(browser.session_key), place)


def text_of(card: SupportCard | None) -> str:
    assert card is not None
    return str(support_card.as_notice(card)["text"])


def test_words_that_call_for_nothing_leave_nothing(browser: SessionStore) -> None:
    assert offer_card(browser.hash or "", PLACE, Heed()) is None
    assert waits(browser) is None


def test_it_waits_where_it_was_written_and_nowhere_else(browser: SessionStore) -> None:
    offered = offer_card(browser.hash or "", PLACE, SAD)
    assert offered is not None
    assert waits(browser) == offered
    assert waits(browser, "/rooms/other/") is None
    assert support_card.find_behind([(browser.hash or "", PLACE), ("another browser", PLACE)]) == {
        (browser.hash, PLACE): offered
    }


def test_each_place_has_its_own(browser: SessionStore) -> None:
    for place in (PLACE, "/note/"):
        offer_card(browser.hash or "", place, SAD)
    assert waits(browser)
    assert waits(browser, "/note/")


def test_written_again_it_is_the_same_card_for_another_day(
    browser: SessionStore, clock: time_machine.Traveller
) -> None:
    first = offer_card(browser.hash or "", PLACE, SAD)
    clock.shift(23 * HOUR)
    second = offer_card(browser.hash or "", PLACE, SAD)
    assert first
    assert second
    assert first.id == second.id
    clock.shift(23 * HOUR)
    assert waits(browser)
    clock.shift(HOUR)
    assert waits(browser) is None


def test_who_closed_it_is_left_alone_for_an_hour(
    browser: SessionStore, newcomer: Person, clock: time_machine.Traveller
) -> None:
    first = offer_card(browser.hash or "", PLACE, SAD)
    assert first
    letter_seen(newcomer, browser.hash or "", first.id)
    assert waits(browser) is None
    clock.shift(dt.timedelta(minutes=59))
    assert offer_card(browser.hash or "", PLACE, SAD) is None
    clock.shift(dt.timedelta(minutes=1))
    again = offer_card(browser.hash or "", PLACE, SAD)
    assert again
    assert again.id != first.id


def test_a_closed_card_about_a_friend_is_ones_own_once_one_wrote_of_oneself(
    browser: SessionStore, newcomer: Person
) -> None:
    first = offer_card(browser.hash or "", PLACE, OTHER)
    assert first
    letter_seen(newcomer, browser.hash or "", first.id)
    assert offer_card(browser.hash or "", PLACE, SAD) is None
    assert offer_card(browser.hash or "", PLACE, OTHER) is None
    again = bring_card_back(browser.hash or "", PLACE)
    assert again
    assert not again.about_other


def test_a_danger_that_came_nearer_is_answered_at_once(browser: SessionStore, newcomer: Person) -> None:
    first = offer_card(browser.hash or "", PLACE, SAD)
    assert first
    letter_seen(newcomer, browser.hash or "", first.id)
    nearer = offer_card(browser.hash or "", PLACE, URGENT)
    assert nearer
    letter_seen(newcomer, browser.hash or "", nearer.id)
    assert offer_card(browser.hash or "", PLACE, URGENT) is None


def test_beside_words_that_were_not_sent_it_does_not_say_that_somebody_reads_them(
    browser: SessionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = StaffHere("います。読みます。", is_here=True, may_be_called=True, unsent="います。")
    monkeypatch.setattr("ibasho.house.staff_here._tellers", [lambda place: there])
    unsent = offer_card(browser.hash or "", PLACE, SAD, is_unsent=True)
    assert unsent
    assert unsent.staff.text == "この言葉は、まだ送られていません。います。"
    assert unsent.about_card.endswith("この画面を読んだだけでは、だれにも連絡はいきません。")
    sent = offer_card(browser.hash or "", PLACE, SAD)
    assert sent
    assert sent.staff == there
    assert sent.id != unsent.id, "a page that shows the other one replaces it"


def test_closing_it_twice_or_anothers_is_not_found(browser: SessionStore, newcomer: Person) -> None:
    card = offer_card(browser.hash or "", PLACE, SAD)
    assert card
    with pytest.raises(Refusal, match="not_found"):
        letter_seen(newcomer, "another browser", card.id)
    letter_seen(newcomer, browser.hash or "", card.id)
    for gone in (card.id, str(uuid4())):
        with pytest.raises(Refusal, match="not_found"):
            letter_seen(newcomer, browser.hash or "", gone)


def test_who_is_away_is_offered_nothing_behind_their_back(browser: SessionStore) -> None:
    browser.go_behind_curtain()
    assert offer_card(browser.hash or "", PLACE, URGENT) is None
    assert "support_card" not in dict(SessionStore(browser.session_key).items())


def test_a_page_that_only_renews_does_not_undo_a_card(browser: SessionStore) -> None:
    page = SessionStore(browser.session_key)
    assert page.get("nothing") is None  # it has read the row
    offer_card(browser.hash or "", PLACE, SAD)
    page.save()
    assert waits(browser)


def test_a_page_that_lays_something_up_does_not_undo_a_card(browser: SessionStore) -> None:
    page, other = SessionStore(browser.session_key), SessionStore(browser.session_key)
    assert page.get("nothing") is other.get("nothing") is None  # both have read the row
    card = offer_card(browser.hash or "", PLACE, SAD)
    assert support_card.offer(page, "/note/", SAD)
    page.save()
    page["word"] = "x"
    page.save()
    other["other"] = "y"
    other.save()
    assert waits(browser) == card
    assert waits(browser, "/note/")
    assert {"word": "x", "other": "y"}.items() <= dict(SessionStore(browser.session_key).items()).items()


def test_a_card_that_is_brought_back_stays_beside_what_a_page_lays_up(
    browser: SessionStore, newcomer: Person
) -> None:
    card = offer_card(browser.hash or "", PLACE, SAD)
    assert card is not None
    letter_seen(newcomer, browser.hash or "", card.id)
    page = SessionStore(browser.session_key)
    assert not support_card.find(page, PLACE)  # it has read the row
    assert bring_card_back(browser.hash or "", PLACE)
    assert support_card.offer(page, "/note/", SAD)
    page.save()
    assert waits(browser)


def test_who_goes_away_leaves_no_card_that_came_in_this_moment(browser: SessionStore) -> None:
    page = SessionStore(browser.session_key)
    assert page.get("nothing") is None  # it has read the row
    offer_card(browser.hash or "", PLACE, SAD)
    page.forget_all_but_who()
    page.go_behind_curtain()
    assert "support_card" not in dict(SessionStore(page.session_key).items())


def test_the_numbers_for_a_life_stand_only_where_one_may_be_in_danger_now(browser: SessionStore) -> None:
    assert "119" not in text_of(offer_card(browser.hash or "", PLACE, SAD))
    assert "119（救急車）か110（警察）" in text_of(offer_card(browser.hash or "", PLACE, URGENT))
    assert "119" in text_of(offer_card(browser.hash or "", PLACE, SAD))  # what was near stays near


def test_who_writes_of_somebody_else_is_spoken_to_as_who_stands_beside(browser: SessionStore) -> None:
    own, other = (
        offer_card(browser.hash or "", place, it) for place, it in (("/note/", URGENT), (PLACE, OTHER))
    )
    assert "とてもつらい中で" in text_of(own)
    told = text_of(other)
    assert "大切な人のこと" in told
    assert "名前や住所は、書かなくて大丈夫です" in told
    assert "とてもつらい中で" not in told
    assert not re.search(r"だれ(の|が)|どこ|[？?]", told)  # nobody is asked who it is


def test_only_helplines_open_at_this_minute_are_named_and_stale_ones_are_not(
    browser: SessionStore, clock: time_machine.Traveller
) -> None:
    card = offer_card(browser.hash or "", PLACE, SAD)
    assert "よるの電話 0120-000-000" in text_of(card)
    Helpline.objects.update(checked_on=house_clock.today() - dt.timedelta(days=181))
    assert "0120" not in text_of(waits(browser))
    Helpline.objects.update(checked_on=house_clock.today())
    Helpline.objects.get().hours.update(opens=60, closes=120)
    assert "0120" not in text_of(waits(browser))


@pytest.mark.parametrize("heed", [SAD, URGENT, OTHER])
def test_the_page_and_the_wire_say_the_same(browser: SessionStore, house: HouseProfile, heed: Heed) -> None:
    card = offer_card(browser.hash or "", PLACE, heed)
    page = re.sub(
        r"<[^>]+>|\s", "", render_to_string("house/_support_card.html", {"card": card, "in_room": True})
    )
    for line in text_of(card).replace("：", "\n").splitlines():
        for part in line.split(" "):
            assert part.removesuffix("。") in page


def test_it_says_who_may_hear_of_it_and_promises_nobody(browser: SessionStore) -> None:
    card = offer_card(browser.hash or "", "/note/", SAD)
    assert card
    assert card.about_card.endswith("この画面を読んだだけでは、だれにも連絡はいきません。")
    elsewhere = replace(card, staff=StaffHere("いま、この部屋にスタッフはいません。", may_be_called=True))
    assert "知らせがいくことがあります。すぐに読めるとは、かぎりません。" in elsewhere.about_card
    assert "救急や警察には、つながりません" in elsewhere.about_card
    there = replace(card, staff=StaffHere("いま、スタッフがこの部屋にいます。", is_here=True))
    assert "知らせ" not in there.about_card


def test_the_way_to_a_quiet_room_parts_the_helplines_and_without_it_they_stand_together(
    browser: SessionStore,
) -> None:
    card = offer_card(browser.hash or "", PLACE, SAD)
    assert card
    five = [Helpline(name=f"電話{number}") for number in range(5)]
    alone = replace(card, helplines=replace(card.helplines, open_now=five))
    assert (alone.first_lines, alone.more_lines) == (five, [])
    may_talk = replace(alone, staff=StaffHere("います。", is_here=True, may_talk=True))
    for parted in (may_talk, replace(may_talk, has_asked_talk=True), replace(alone, has_missed_talk=True)):
        assert (parted.first_lines, parted.more_lines) == (five[:2], five[2:])
