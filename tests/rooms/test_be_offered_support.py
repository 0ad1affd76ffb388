"""The support card in a room: for one browser, with the truth about who is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.db import InterfaceError, OperationalError
from django.test import Client

from ibasho.house.actions import offer_card
from ibasho.house.heeding import Heed
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.people.sessions import hash_key
from ibasho.rooms.actions import caring, post_messages
from ibasho.rooms.models import Message, OpeningHours, Room, Seat
from ibasho.rooms.queries import catch_up
from ibasho.rooms.shapes import Posted
from ibasho.rooms.staff_here import staff_here
from tests.conftest import EnterAs, SeatFor
from tests.rooms.conftest import Hear, KeepersLine, LineFor, OnDuty, pass_by

CARD = 'data-code="support"'
URGENT = Heed(about_dying=True, is_urgent=True)
PLACE = "/rooms/yoru/"


def test_keepers_who_really_are_there_are_named_and_nobody_else(
    evening: Room, on_duty: OnDuty, clock: Any
) -> None:
    nobody = staff_here(PLACE)
    assert nobody
    assert not nobody.is_here
    assert nobody.text == (
        "いま、この部屋にスタッフはいません。部屋の時間は、翌0:30まで。スタッフがそろうと、あきます。"
    )
    on_duty(evening)
    there = staff_here(PLACE)
    assert there
    assert there.is_here
    assert there.text.startswith("いま、スタッフがこの部屋にいます。")
    pass_by(clock, 181)  # nobody gave a sign
    gone = staff_here(PLACE)
    assert gone
    assert not gone.is_here
    assert "いま、スタッフがいます" not in gone.text


def test_one_keeper_in_another_room_is_not_here(evening: Room, on_duty: OnDuty, open_room: Any) -> None:
    on_duty(open_room(keepers_needed=2, slug="hiru"))
    here = staff_here(PLACE)
    assert here
    assert not here.is_here


def test_out_of_hours_the_next_opening_is_a_plan(evening: Room, clock: time_machine.Traveller) -> None:
    clock.shift(dt.timedelta(hours=12))
    told = staff_here(PLACE)
    assert told
    assert told.text == "いま、この部屋にスタッフはいません。次にあくのは、11月29日（日） 20:00 の予定です。"


def test_other_paths_are_not_the_rooms(evening: Room) -> None:
    assert staff_here("/note/") is None
    assert staff_here("/rooms/nowhere/") is None
    assert staff_here("/rooms/yoru/concern/") == staff_here(PLACE)


def test_a_room_that_is_open_does_not_say_that_it_opens(trial_room: Room, open_room: Any, clock: Any) -> None:
    told = staff_here(f"/rooms/{trial_room.slug}/")
    assert told
    assert told.text == "いま、この部屋にスタッフはいません。次にスタッフが来る日は、まだ決まっていません。"
    left = open_room(slug="hiru", keepers_needed=2)  # for less than three minutes
    OpeningHours.objects.create(room=left, weekday=0, opens=20 * 60, closes=21 * 60)
    told = staff_here("/rooms/hiru/")
    assert told
    assert told.text == (
        "いま、この部屋にスタッフはいません。次にスタッフが来るのは、11月23日（月・祝） 20:00 の予定です。"
    )


def test_that_somebody_may_be_called_is_said_only_if_there_is_somebody(
    evening: Room, on_duty: OnDuty, open_room: Any, clock: Any
) -> None:
    def may_be_called() -> bool:
        told = staff_here(PLACE)
        return told is not None and told.may_be_called

    assert not may_be_called()
    on_duty(open_room(keepers_needed=2, slug="hiru"))
    assert may_be_called()
    pass_by(clock, 181)
    assert not may_be_called()


@pytest.fixture
def inside(client: Client, regular: Person, evening: Room, seat: Seat, enter_as: EnterAs) -> Client:
    return enter_as(client, regular)


@pytest.fixture
def seat(regular: Person, evening: Room, on_duty: OnDuty, seat_for: SeatFor) -> Seat:
    on_duty(evening)
    return seat_for(regular, evening, name="なのはな")


def offered(browser: Client) -> None:
    assert offer_card(hash_key(browser.cookies["sessionid"].value), PLACE, URGENT)


def test_it_stands_on_the_rooms_page_and_is_closed_there(inside: Client) -> None:
    assert CARD not in inside.get(PLACE).content.decode()
    offered(inside)
    page = inside.get(PLACE).content.decode()
    assert page.count(CARD) == 1
    assert "いま、スタッフがこの部屋にいます。" in page
    assert "だれにも連絡はいきません" not in page
    path = page.split('method="post" action="/me/notices/')[1].split('"')[0]
    answer = inside.post(f"/me/notices/{path}", {"next": PLACE})
    assert (answer.status_code, answer["Location"]) == (303, PLACE)
    assert CARD not in inside.get(PLACE).content.decode()


def test_it_is_in_no_record_and_on_no_other_page(inside: Client) -> None:
    offered(inside)
    for elsewhere in ("/me/", "/me/download/", "/rooms/", "/note/", "/quiet-box/", "/rooms/yoru/concern/"):
        answer = inside.get(elsewhere).content.decode()
        assert CARD not in answer, elsewhere
        assert "書いてくれて" not in answer, elsewhere


def test_another_browser_of_the_same_person_does_not_see_it(
    inside: Client, regular: Person, enter_as: EnterAs
) -> None:
    offered(inside)
    other = enter_as(Client(), regular)
    assert CARD not in other.get(PLACE).content.decode()


def test_after_quick_leave_it_never_comes_back(inside: Client) -> None:
    offered(inside)
    inside.get("/away/")
    assert CARD not in inside.get(PLACE).content.decode()
    inside.post("/away/", {"back": "on"})
    assert CARD not in inside.get(PLACE).content.decode()


def test_it_comes_with_welcome_and_poll_to_that_browsers_line_alone(
    regular: Person,
    other_regular: Person,
    seat: Seat,
    evening: Room,
    seat_for: SeatFor,
    line_for: LineFor,
    keeper: KeeperFacts,
) -> None:
    seat_for(other_regular, evening, name="すずめ")
    mine, elsewhere, theirs = (line_for(one, evening) for one in (regular, regular, other_regular))
    card = offer_card(mine.session_hash, mine.path, URGENT)
    assert card
    [notice] = catch_up(mine, epoch=None, since=None).notices
    assert (notice["id"], notice["code"]) == (card.id, "support")
    for other in (elsewhere, theirs):
        assert list(catch_up(other, epoch=None, since=None).notices) == []


HARD = "もう、死にたい。"


@pytest.fixture
def settled(regular: Person, seat: Seat) -> None:
    """Nothing of this seat waits because it is new."""
    Seat.objects.filter(pk=seat.pk).update(post_count=50)


def test_a_keepers_own_words_bring_no_card(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keepers_line: KeepersLine, words_of: Hear
) -> None:
    on_duty(evening)
    line = keepers_line(keeper, evening)
    [answer] = post_messages([words_of(line, HARD)])
    assert isinstance(answer, Posted)
    assert list(catch_up(line, epoch=None, since=None).notices) == []


@pytest.mark.parametrize(
    "error", [OperationalError("database is locked"), InterfaceError("connection already closed")]
)
def test_a_card_that_cannot_be_laid_out_takes_no_words_back(
    regular: Person,
    seat: Seat,
    settled: None,
    evening: Room,
    line_for: LineFor,
    words_of: Hear,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def locked(*asked: object, **how: object) -> None:
        raise error

    monkeypatch.setattr(caring, "offer_card", locked)
    [answer] = post_messages([words_of(line_for(regular, evening), HARD)])
    assert isinstance(answer, Posted)
    assert Message.objects.get().text == HARD
