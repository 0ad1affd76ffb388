"""Help beside words that are posted by form: on the next page, and in the answers a program reads."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, SeatFor
from tests.rooms.conftest import OnDuty, bring_to

pytestmark = pytest.mark.django_db(transaction=True)
CARD = 'data-code="support"'
PLACE = "/rooms/yoru/"


@pytest.fixture
def seat(regular: Person, evening: Room, on_duty: OnDuty, seat_for: SeatFor) -> Seat:
    on_duty(evening)
    return seat_for(regular, evening, name="なのはな")


@pytest.fixture
def inside(client: Client, regular: Person, seat: Seat, enter_as: EnterAs) -> Client:
    with transaction.atomic():
        return enter_as(client, regular)


HARD = "もう、死にたい。"
NUMBER = "番号は 090-0012-3456 です。"
JSON = {"accept": "application/json"}
MESSAGES = f"{PLACE}messages/"


def form(text: str, **fields: str) -> dict[str, str]:
    return {"id": str(uuid4()), "text": text} | fields


@pytest.fixture
def settled(regular: Person, seat: Seat) -> None:
    """Nothing of this seat waits because it is new."""
    with transaction.atomic():
        Seat.objects.filter(pk=seat.pk).update(post_count=50)


def test_words_are_posted_as_usual_and_the_card_lies_on_the_page(inside: Client, settled: None) -> None:
    answer = inside.post(MESSAGES, form(HARD))
    assert (answer.status_code, answer["Location"]) == (303, f"{PLACE}#card-title")
    assert Message.objects.get().text == HARD
    page = inside.get(PLACE).content.decode()
    assert page.count(CARD) == 1
    assert "おこられたり追い出されたりはしません" in page
    # a card that lies there does not lead away from the words
    for words in ("お茶を飲みました。", HARD):
        assert inside.post(MESSAGES, form(words))["Location"] == f"{PLACE}#latest"


def test_the_answer_in_json_carries_it(inside: Client, settled: None) -> None:
    answer = inside.post(MESSAGES, form(HARD), headers=JSON)
    assert answer.status_code == 201
    assert [notice["code"] for notice in answer.json()["notices"]] == ["support"]
    again = inside.post(MESSAGES, form("お茶を飲みました。"), headers=JSON)
    assert [notice["id"] for notice in again.json()["notices"]] == [answer.json()["notices"][0]["id"]]


def test_who_was_let_go_after_such_words_finds_the_numbers_on_the_page_that_says_so(
    inside: Client, settled: None
) -> None:
    inside.post(MESSAGES, form(HARD))
    with transaction.atomic():
        Seat.objects.update(removed_until=clock.now() + dt.timedelta(hours=1))
    answer = inside.get(PLACE)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert page.count("いま話せる窓口") == 1
    assert 'href="tel:0' in page
    for words in (CARD, "quiet-room/", "スタッフがこの部屋にいます"):  # what holds for who is in the room
        assert words not in page


def test_ordinary_words_bring_nothing(inside: Client, settled: None) -> None:
    assert inside.post(MESSAGES, form("死ぬほど眠い。"), headers=JSON).json()["notices"] == []
    assert CARD not in inside.get(PLACE).content.decode()


def test_who_is_asked_first_is_offered_help_all_the_same(inside: Client, settled: None) -> None:
    asked = inside.post(MESSAGES, form(HARD + NUMBER), headers=JSON)
    assert asked.status_code == 409
    assert [notice["code"] for notice in asked.json()["notices"]] == ["support"]
    said = asked.json()["notices"][0]["text"]
    assert "この言葉は、まだ送られていません。" in said
    assert "スタッフも、書き込みを読みます" not in said
    assert not Message.objects.exists()
    page = inside.post(MESSAGES, form(HARD + NUMBER))
    assert page.status_code == 409
    assert page.content.decode().count(CARD) == 1
    held = inside.post(MESSAGES, form(HARD + NUMBER, choice="to_keepers"), headers=JSON)
    [card] = held.json()["notices"]
    assert "スタッフも、書き込みを読みます" in card["text"]
    assert "まだ送られていません" not in card["text"]


def test_an_edit_that_comes_back_is_answered_kindly_and_with_the_card(inside: Client, settled: None) -> None:
    first = inside.post(MESSAGES, form("こんばんは。"), headers=JSON).json()
    refused = inside.post(f"{MESSAGES}{first['message']}/edit/", form(HARD + NUMBER))
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "書いてくれて、ありがとうございます。おこられることはありません。" in page
    assert "新しい書き込みとして送ってください。もとの言葉は、そのままです。" in page
    assert page.count(CARD) == 1
    assert "この言葉は、まだ送られていません。" in page
    assert "スタッフも、書き込みを読みます" not in page
    assert Message.objects.get().text == "こんばんは。"


def test_words_that_wait_for_a_keeper_do_not_keep_help_waiting(
    inside: Client, evening: Room, settled: None
) -> None:
    with transaction.atomic():
        Room.objects.filter(pk=evening.pk).update(checked_first=True)
    held = inside.post(MESSAGES, form(HARD), headers=JSON)
    assert held.status_code == 202
    assert [notice["code"] for notice in held.json()["notices"]] == ["support"]


def test_so_do_words_that_the_room_cannot_take(inside: Client, settled: None) -> None:
    with transaction.atomic():
        bring_to("paused")
    refused = inside.post(MESSAGES, form(HARD))
    assert refused.status_code == 403
    assert refused.content.decode().count(CARD) == 1


@pytest.mark.parametrize("where", ["text", "cover"])
def test_a_cover_and_an_edit_are_read_as_well(inside: Client, settled: None, where: str) -> None:
    first = inside.post(MESSAGES, form("こんばんは。"), headers=JSON).json()
    changed = form("こんばんは。") | {where: HARD}
    answer = inside.post(f"{MESSAGES}{first['message']}/edit/", changed, headers=JSON)
    assert answer.status_code == 200
    assert [notice["code"] for notice in answer.json()["notices"]] == ["support"]


def test_after_it_was_closed_more_words_bring_none_for_an_hour(
    inside: Client, settled: None, clock: Any
) -> None:
    card = inside.post(MESSAGES, form(HARD), headers=JSON).json()["notices"][0]
    inside.post(f"/me/notices/{card['id']}/seen/")
    clock.shift(dt.timedelta(minutes=1))
    assert inside.post(MESSAGES, form(HARD), headers=JSON).json()["notices"] == []


def test_a_name_about_dying_brings_the_card_into_the_room(inside: Client) -> None:
    answer = inside.post(f"{PLACE}door/", {"mode": "speak", "call_name": "もう死にたい"})
    assert answer.status_code == 303
    assert inside.get(PLACE).content.decode().count(CARD) == 1
