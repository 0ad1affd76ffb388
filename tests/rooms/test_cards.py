"""Cards to compare, and what the front door says about today."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import pause_room
from ibasho.rooms.models import OpeningHours, Room, RoomSession
from ibasho.rooms.queries import card_for, cards_for, rooms_for
from ibasho.rooms.sample import furnish_rooms
from ibasho.rooms.today import today
from tests.conftest import EnterAs
from tests.rooms.conftest import OnDuty, bring_to, pass_by

pytestmark = pytest.mark.django_db


def test_every_card_answers_the_same_questions(house: Any, clock: Any, trial_room: Room) -> None:
    furnish_rooms()
    furnish_rooms()
    cards = cards_for(Room.objects.all())
    assert len(cards) == 5
    assert {tuple(fact.label for fact in card.facts) for card in cards} == {
        ("だれの部屋", "すごし方", "進行", "大きさ", "残る日数")
    }
    assert cards[0].room == trial_room
    assert cards[0].now_text == "いまは「しずか」。いつでもあいています。"


def test_a_closed_room_says_when_it_opens(house: Any, clock: Any) -> None:
    furnish_rooms()
    card = card_for(Room.objects.get(slug="engawa"))
    assert (card.state, card.is_open) == ("closed", False)
    assert card.now_text == "次は 11月23日（月・祝） 13:00にあきます。"
    assert card.hours == ["月・水・金・日 13:00〜22:00"]


def test_cards_take_a_fixed_number_of_queries(
    house: Any, clock: Any, django_assert_max_num_queries: Any
) -> None:
    furnish_rooms()
    with django_assert_max_num_queries(6):
        cards_for(Room.objects.all())


def test_the_sample_rooms_keep_the_wall(house: Any) -> None:
    furnish_rooms()
    persons, parents = set(rooms_for("person")), set(rooms_for("parent"))
    assert persons
    assert parents
    assert not persons & parents
    assert all(room.keepers_needed == 2 for room in Room.objects.all())


def test_today_shows_who_passes_by_only_the_doors_of_open_rooms(
    trial_room: Room, open_room: Any, clock: Any
) -> None:
    open_room(keepers_needed=2, state="closed")
    passing = today(None)
    assert [line.url for line in passing.lines] == ["/rooms/tameshi/", None]
    assert not passing.is_staffed
    assert passing.only_door is None
    inside = today("undecided")
    assert inside.only_door == "/rooms/tameshi/"
    assert [line.state_word for line in inside.lines] == ["あいています", "閉まっています"]


def test_the_next_opening_of_the_house_is_the_first_of_its_rooms(open_room: Any, clock: Any) -> None:
    room = open_room(keepers_needed=2, state="closed")
    OpeningHours.objects.create(room=room, weekday=0, opens=600, closes=660)
    opening = today("person").next_opening
    assert opening is not None
    assert opening.isoformat() == "2026-11-23T10:00:00+09:00"


def test_the_front_door_tells_nobody_how_lively_it_is_inside(trial_room: Room, clock: Any) -> None:
    for standpoint in (None, "undecided"):
        assert [line.when for line in today(standpoint).lines] == ["いつでもあいています。"]


def test_at_the_end_of_its_hours_no_door_promises_that_a_resting_room_opens_again(
    clock: Any, evening: Room
) -> None:
    session = RoomSession.objects.get()
    assert session.closes_at is not None
    clock.move_to(session.closes_at, tick=False)
    card = card_for(evening)
    assert (card.state, card.is_open, card.closes_at) == ("closed", False, None)
    assert card.when_text == "次は 11月29日（日） 20:00にあきます。"


def test_an_opening_under_way_is_not_passed_over(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts, clock: Any
) -> None:
    assert today(None).staff_text == "部屋の時間は、翌0:30まで。スタッフがそろうと、あきます。"
    on_duty(evening)
    assert today(None).staff_text == "いま、スタッフがいます。"
    pass_by(clock, 200, keeper)
    assert today(None).staff_text == "部屋の時間は、翌0:30まで。スタッフがそろうと、またあきます。"


def test_a_break_by_hand_says_when_staff_are_back(
    evening: Room, on_duty: OnDuty, keeper: KeeperFacts
) -> None:
    on_duty(evening)
    pause_room(keeper, evening.slug, minutes=10)
    assert today(None).staff_text == "部屋の時間は、翌0:30まで。20:12から、またあきます。"


def test_a_note_is_read_when_staff_are_there_and_nobody_promises_at_once(
    evening: Room,
    on_duty: OnDuty,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    clock: Any,
    outsider: Client,
) -> None:
    beside = "メモは、スタッフがいるときに読みます。すぐ読めるとはかぎりません。"
    then = "メモは、スタッフがそろってから読みます。"
    no_one_is_told = "いま、だれかに連絡がいくことはありません。"

    def says(words: str) -> None:
        page = outsider.get("/note/").content.decode()
        assert today(None).note_text == words
        assert f"あきます。{words}" in page or f"スタッフがいます。{words}" in page
        assert no_one_is_told not in page

    says(then)
    on_duty(evening)
    says(beside)
    pass_by(clock, 200, keeper)
    says(then)
    pass_by(clock, 1, keeper, second_keeper)
    pause_room(keeper, evening.slug, minutes=10)
    says(beside)
    bring_to("closed")
    assert no_one_is_told in outsider.get("/note/").content.decode()


def test_an_open_room_says_that_it_is_open_into_tomorrow(evening: Room, on_duty: OnDuty) -> None:
    on_duty(evening)
    assert card_for(evening).when_text == "翌0:30まであいています。"


def test_between_openings_and_in_the_room_to_try_nothing_is_under_way(
    trial_room: Room, open_room: Any, clock: Any
) -> None:
    open_room(keepers_needed=2, state="closed")
    assert today(None).staff_text == ""


def test_every_page_that_names_the_next_opening_says_what_is_under_way(
    evening: Room, outsider: Client
) -> None:
    for path in ("/", "/note/", "/reviews/"):
        assert (
            "部屋の時間は、翌0:30まで。スタッフがそろうと、あきます。" in outsider.get(path).content.decode()
        ), path


def test_the_page_of_a_resting_room_and_the_support_card_say_it_too(
    evening: Room, regular: Person, client: Client, enter_as: EnterAs
) -> None:
    browser = enter_as(client, regular)
    page = browser.get(f"/rooms/{evening.slug}/").content.decode()
    assert "<dt>その次</dt>" in page
    assert (
        "部屋の時間は、翌0:30まで。スタッフがそろうと、あきます。メモは、スタッフがそろってから読みます。"
        in page
    )
    card = browser.post("/note/", {"text": "もう死にたい"}, headers={"Accept": "application/json"}).json()
    assert "部屋の時間は、翌0:30まで。" in card["notices"][0]["text"]
    assert "スタッフを待たなくても、窓口を使えます。" in browser.get("/note/").content.decode()
