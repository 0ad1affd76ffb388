from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import let_back, lift_rest, remove, rest
from ibasho.moderation.models import LogEntry, RoomRemoval
from ibasho.moderation.queries import acts_in
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room, Seat
from ibasho.rooms.queries import line_still_allowed
from tests.conftest import EnterAs, OpenRoom, SeatFor
from tests.moderation.conftest import RULE, letters_to
from tests.rooms.conftest import LineFor

pytestmark = pytest.mark.django_db


def test_the_room_is_closed_to_them_and_every_other_room_stays_open(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    open_room: OpenRoom,
    seat_for: SeatFor,
    line_for: LineFor,
) -> None:
    other = open_room(keepers_needed=2)
    seat_for(regular, other)
    here, there = line_for(regular, room), line_for(regular, other)
    remove(keeper, room.slug, seat.pk, days=1, rule=RULE)
    refusal = line_still_allowed(here)
    assert refusal is not None
    assert refusal.code == "removed"
    assert line_still_allowed(there) is None
    with pytest.raises(Refusal) as refused:
        seat_for(regular, room)
    assert refused.value.code == "removed"


@pytest.mark.parametrize(
    ("days", "until"),
    [
        (0, "22:03"),
        (1, "11月23日（月・祝）20:02"),
        (7, "11月29日（日）20:02"),
        (14, "12月6日（日）20:02"),
        (30, "12月22日（火）20:02"),
    ],
)
def test_the_person_is_told_until_when_why_and_what_stays_open(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, days: int, until: str
) -> None:
    remove(keeper, room.slug, seat.pk, days=days, rule=RULE)
    [letter] = letters_to(regular)
    assert (letter["code"], letter["actions"]) == ("removed", ["review"])
    for words in (
        "今回は、部屋「ひだまり」から出ていただきました。",
        f"{until}からは、部屋があいていれば、また入れます。",
        "（約束一）。",
        "ほかの部屋は、いままでどおり使えます。",
        letter["act"],
    ):
        assert words in letter["text"]


def test_they_read_it_on_their_own_page(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    remove(keeper, room.slug, seat.pk, days=7, rule=RULE)
    browser = enter_as(client, regular)
    for path in ("/me/", "/rooms/"):
        page = browser.get(path).content.decode()
        assert "出ていただきました" in page
        assert 'action="/reviews/"' in page
    browser.get("/away/")
    for path in ("/me/", "/rooms/", f"/rooms/{room.slug}/", "/", "/reviews/"):
        assert "出ていただきました" not in browser.get(path).content.decode()


def test_it_ends_by_itself(
    keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    line_for: LineFor,
    clock: time_machine.Traveller,
) -> None:
    line = line_for(regular, room)
    remove(keeper, room.slug, seat.pk, days=0, rule=RULE)
    clock.shift(dt.timedelta(hours=2, seconds=1))
    assert line_still_allowed(line) is not None  # not for the minute of grace either
    clock.shift(60)
    assert line_still_allowed(line) is None
    [act] = acts_in(room.pk)
    assert (act.undo, act.is_lifted) == ("", False)


def test_they_are_let_back_and_told(
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    line_for: LineFor,
    clock: time_machine.Traveller,
) -> None:
    line = line_for(regular, room)
    remove(keeper, room.slug, seat.pk, days=7, rule=RULE)
    [shown] = acts_in(room.pk)
    assert (shown.verb, shown.undo) == ("remove", f"seats/{seat.pk}/removal/lift/")
    clock.shift(60)
    act = let_back(second_keeper, room.slug, seat.pk)
    assert act.lifted_by_id == second_keeper.keeper_id
    assert line_still_allowed(line) is None
    let_back(keeper, room.slug, seat.pk)
    assert [letter["code"] for letter in letters_to(regular)] == ["let_back"]
    assert [entry.verb for entry in LogEntry.objects.all()] == ["remove", "let_back"]


def test_a_second_tap_gets_the_first_answer(
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    room: Room,
    seat: Seat,
    regular: Person,
    clock: time_machine.Traveller,
) -> None:
    first = remove(keeper, room.slug, seat.pk, days=1, rule=RULE)
    clock.shift(20)
    assert remove(second_keeper, room.slug, seat.pk, days=1, rule=RULE) == first
    assert len(letters_to(regular)) == 1
    longer = remove(second_keeper, room.slug, seat.pk, days=7, rule=RULE)
    seat.refresh_from_db()
    assert seat.removed_until == longer.until == house_clock.now() + dt.timedelta(days=7)


@pytest.mark.parametrize("days", [-1, 2, 31, 365])
def test_only_the_lengths_on_the_page(keeper: KeeperFacts, room: Room, seat: Seat, days: int) -> None:
    with pytest.raises(Refusal) as refused:
        remove(keeper, room.slug, seat.pk, days=days, rule=RULE)
    assert refused.value.code == "malformed"
    assert not RoomRemoval.objects.exists()


def test_never_a_keeper_and_never_without_duty_there(
    keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts, room: Room, seat: Seat
) -> None:
    colleague = Seat.objects.get(room=room, person_id=second_keeper.person_id)
    for who, seat_id, code in ((keeper, colleague.pk, "malformed"), (steward, seat.pk, "not_found")):
        with pytest.raises(Refusal) as refused:
            remove(who, room.slug, seat_id, days=1, rule=RULE)
        assert refused.value.code == code


def test_the_rooms_own_page_shows_the_letter_to_whoever_was_let_go(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    remove(keeper, room.slug, seat.pk, days=1, rule=RULE)
    [letter] = letters_to(regular)
    browser = enter_as(client, regular)
    page = browser.get(f"/rooms/{room.slug}/")
    assert page.status_code == 403
    said = page.content.decode()
    assert f'data-notice="{letter["id"]}"' in said
    assert f'name="code" value="{letter["act"]}"' in said
    assert "いまは、この部屋には入れません。" in said
    answer = browser.get(f"/rooms/{room.slug}/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "removed")


def _text(person: Person, code: str) -> str:
    (text,) = [letter["text"] for letter in letters_to(person) if letter["code"] == code]
    return str(text)


def test_the_letter_back_says_what_still_holds(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=60, rule=RULE)
    remove(keeper, room.slug, seat.pk, days=1, rule=RULE)
    let_back(keeper, room.slug, seat.pk)
    assert "21:02までは、書くことをお休みする時間です。" in _text(regular, "let_back")
    lift_rest(keeper, room.slug, seat.pk)
    assert "またいつものように書けます" in _text(regular, "rest_lifted")
    assert [letter for letter in letters_to(regular) if "actions" in letter] == []


def test_who_is_out_of_the_room_is_not_told_to_write_again(
    keeper: KeeperFacts, room: Room, seat: Seat, regular: Person
) -> None:
    rest(keeper, room.slug, seat.pk, minutes=60, rule=RULE)
    remove(keeper, room.slug, seat.pk, days=1, rule=RULE)
    lift_rest(keeper, room.slug, seat.pk)
    text = _text(regular, "rest_lifted")
    assert "書けます" not in text
    assert "部屋に入れるのは、11月23日（月・祝）" in text
