"""Posting, mending and taking back by form: the same verbs as on the line, without a script."""

from __future__ import annotations

import uuid

import pytest
from django.db import transaction
from django.test import Client

from ibasho.people.models import Person
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, OpenRoom, SeatFor

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"accept": "application/json"}
PATH = "/rooms/engawa/messages/"


@pytest.fixture
def room(open_room: OpenRoom) -> Room:
    with transaction.atomic():
        return open_room(slug="engawa")


@pytest.fixture
def seat(regular: Person, room: Room, seat_for: SeatFor) -> Seat:
    return seat_for(regular, room, "speak", "なぎ")


@pytest.fixture
def inside(client: Client, regular: Person, enter_as: EnterAs, seat: Seat) -> Client:
    with transaction.atomic():
        return enter_as(client, regular)


def words(text: str = "こんばんは。", **fields: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "text": text, "cover": "", "tone": ""} | fields


def test_a_form_posts_and_leads_back_to_the_newest_words(inside: Client, seat: Seat) -> None:
    answer = inside.post(PATH, words("一行め\r\n二行め"))
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#latest")
    assert Message.objects.get(seat=seat).text == "一行め\n二行め"


def test_the_same_form_sent_twice_is_one_message(inside: Client, seat: Seat) -> None:
    sent = words()
    first, second = inside.post(PATH, sent, headers=JSON), inside.post(PATH, sent, headers=JSON)
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert Message.objects.filter(seat=seat).count() == 1


def test_the_answer_in_json_names_message_and_number(inside: Client, seat: Seat) -> None:
    answer = inside.post(PATH, words(), headers=JSON)
    message = Message.objects.get(seat=seat)
    assert answer.json() == {"message": str(message.id), "seq": message.seq, "notices": []}


def test_refused_words_come_back_with_a_fresh_id(inside: Client, seat: Seat) -> None:
    sent = words("あ" * 1001, cover="つらい話", tone="listen_only")
    answer = inside.post(PATH, sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sent["text"] in shown
    assert 'value="つらい話"' in shown
    assert 'value="listen_only" checked' in shown
    assert sent["id"] not in shown
    assert not Message.objects.filter(seat=seat).exists()


def test_empty_words_are_told_kindly(inside: Client) -> None:
    answer = inside.post(PATH, words(" \u3000\n"), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, "empty")


def test_somebody_without_a_seat_posts_nothing(
    client: Client, newcomer: Person, room: Room, enter_as: EnterAs
) -> None:
    with transaction.atomic():
        enter_as(client, newcomer)
    answer = client.post(PATH, words(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not Message.objects.exists()


def test_an_outsider_posts_nothing(outsider: Client, room: Room) -> None:
    answer = outsider.post(PATH, words(), headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_entered")
    assert not Message.objects.exists()


def test_own_words_are_mended_by_form(inside: Client, seat: Seat) -> None:
    message = inside.post(PATH, words(), headers=JSON).json()["message"]
    answer = inside.post(f"{PATH}{message}/edit/", words("こんばんは、みなさん。"))
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#latest")
    row = Message.objects.get(pk=message)
    assert (row.text, row.edited) == ("こんばんは、みなさん。", True)


def test_a_refused_mending_comes_back_in_its_form(inside: Client, seat: Seat) -> None:
    message = inside.post(PATH, words(), headers=JSON).json()["message"]
    answer = inside.post(f"{PATH}{message}/edit/", words("い" * 1001))
    assert answer.status_code == 422
    assert f'action="{PATH}{message}/edit/"' in answer.content.decode()
    assert "い" * 1001 in answer.content.decode()


def test_own_words_are_taken_back_by_a_button(inside: Client, seat: Seat) -> None:
    message = inside.post(PATH, words(), headers=JSON).json()["message"]
    answer = inside.post(f"{PATH}{message}/withdrawal/")
    assert answer.status_code == 303
    row = Message.objects.get(pk=message)
    assert (row.state, row.text) == ("withdrawn", None)


def test_the_latest_words_as_json_are_a_page_of_the_wire(inside: Client, seat: Seat) -> None:
    inside.post(PATH, words())
    page = inside.get(PATH, headers=JSON).json()
    assert set(page) == {"epoch", "seq", "oldest", "messages", "more"}
    assert [row["text"] for row in page["messages"]] == ["こんばんは。"]
    assert inside.get(PATH, {"before": "1"}, headers=JSON).json()["messages"] == []
    assert inside.get(PATH, {"before": "-1"}, headers=JSON).status_code == 400


def test_the_words_without_json_are_the_room(inside: Client) -> None:
    answer = inside.get(PATH, {"before": "7"})
    assert (answer.status_code, answer["Location"]) == (302, "/rooms/engawa/?before=7")


def test_a_message_of_another_is_not_there_to_be_changed(
    inside: Client, other_regular: Person, room: Room, seat_for: SeatFor, enter_as: EnterAs
) -> None:
    seat_for(other_regular, room, "speak", "とりのす")
    with transaction.atomic():
        other = enter_as(Client(), other_regular)
    theirs = other.post(PATH, words(), headers=JSON).json()["message"]
    for act in ("edit", "withdrawal"):
        assert inside.post(f"{PATH}{theirs}/{act}/", words(), headers=JSON).status_code == 404
    assert Message.objects.get(pk=theirs).text == "こんばんは。"
