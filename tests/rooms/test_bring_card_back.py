"""閉じた案内を、もう一度ひらく: who closed the support card has it again at once, without writing anything."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.house.actions import offer_card
from ibasho.house.heeding import Heed
from ibasho.house.support_card import find_behind
from ibasho.people.models import Person
from ibasho.people.queries import Visitor
from ibasho.people.sessions import hash_key
from ibasho.rooms import queries
from ibasho.rooms.models import Room
from ibasho.rooms.shapes import Line
from tests.conftest import EnterAs, OpenRoom, SeatFor

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
SAD = Heed(about_dying=True)
TITLE = "書いてくれて、ありがとうございます"


@pytest.fixture(autouse=True)
def evening(clock: time_machine.Traveller) -> None:
    """Before anybody comes: it is 20:02."""


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    return open_room()


@pytest.fixture
def browser(client: Client, regular: Person, room: Room, seat_for: SeatFor, enter_as: EnterAs) -> Client:
    """Of whoever wrote, with the card."""
    seat_for(regular, room, name="なのはな")
    inside = enter_as(client, regular)
    assert offer_card(_hash(inside), _path(room), SAD)
    return inside


def _hash(browser: Client) -> str:
    return hash_key(browser.cookies["sessionid"].value)


def _path(room: Room) -> str:
    return f"/rooms/{room.slug}/"


def _close(browser: Client, room: Room) -> None:
    [notice] = browser.post(f"{_path(room)}support-card/", headers=JSON).json()["notices"]
    assert browser.post(f"/me/notices/{notice['id']}/seen/").status_code == 303


def _stands(browser: Client, room: Room) -> tuple[bool, bool]:
    """Whether the card does, and the way back to it."""
    page = browser.get(_path(room)).content.decode()
    way = f'<form data-card-back method="post" action="{_path(room)}support-card/"'
    return TITLE in page, f"{way}>" in page


def test_who_closed_it_has_it_back_with_one_tap(browser: Client, room: Room) -> None:
    assert _stands(browser, room) == (True, False)
    _close(browser, room)
    assert _stands(browser, room) == (False, True)
    answer = browser.post(f"{_path(room)}support-card/")
    assert (answer.status_code, answer["Location"]) == (303, f"{_path(room)}#card-title")
    assert _stands(browser, room) == (True, False)


def test_it_can_be_closed_again_and_is_another_letter(browser: Client, room: Room) -> None:
    [first] = browser.post(f"{_path(room)}support-card/", headers=JSON).json()["notices"]
    _close(browser, room)
    [second] = browser.post(f"{_path(room)}support-card/", headers=JSON).json()["notices"]
    assert first["id"] != second["id"], "a page that put the first one away shows the second"
    _close(browser, room)
    assert offer_card(_hash(browser), _path(room), SAD) is None, "and it does not come by itself"


def test_a_day_later_there_is_nothing_to_bring_back(
    browser: Client, room: Room, clock: time_machine.Traveller
) -> None:
    _close(browser, room)
    clock.shift(dt.timedelta(hours=25))
    assert _stands(browser, room) == (False, False)
    assert browser.post(f"{_path(room)}support-card/", headers=JSON).json() == {"notices": []}


def test_words_that_were_sent_meanwhile_are_no_longer_called_unsent(browser: Client, room: Room) -> None:
    offer_card(_hash(browser), _path(room), SAD, is_unsent=True)
    assert "まだ送られていません" in browser.get(_path(room)).content.decode()
    _close(browser, room)
    assert offer_card(_hash(browser), _path(room), SAD) is None
    browser.post(f"{_path(room)}support-card/")
    assert "まだ送られていません" not in browser.get(_path(room)).content.decode()


def test_a_card_that_comes_elsewhere_meanwhile_stays(
    browser: Client, room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    _close(browser, room)
    line_facts = queries.line_facts

    def offer_another_meanwhile(visitor: Visitor, slug: str) -> Line:
        offer_card(_hash(browser), "/note/", SAD)
        return line_facts(visitor, slug)

    monkeypatch.setattr(queries, "line_facts", offer_another_meanwhile)
    browser.post(f"{_path(room)}support-card/")
    monkeypatch.undo()
    assert _stands(browser, room) == (True, False)
    assert find_behind([(_hash(browser), "/note/")])


def test_it_is_nobody_elses_and_nowhere_else(
    browser: Client,
    room: Room,
    other_regular: Person,
    seat_for: SeatFor,
    enter_as: EnterAs,
    outsider: Client,
) -> None:
    _close(browser, room)
    seat_for(other_regular, room, name="こもれび")
    other = enter_as(Client(), other_regular)
    assert _stands(other, room) == (False, False)
    assert other.post(f"{_path(room)}support-card/", headers=JSON).json() == {"notices": []}
    assert outsider.post(f"{_path(room)}support-card/").status_code == 302
    assert browser.get(f"{_path(room)}support-card/").status_code == 405
    for page in ("/me/", "/help/", "/rooms/"):
        assert "data-card-back" not in browser.get(page).content.decode()
