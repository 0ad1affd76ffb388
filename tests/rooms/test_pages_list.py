"""The list of rooms: what this person may see, open ones first, and the way to one that is not on it."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.people.models import Person
from ibasho.rooms.models import Room
from ibasho.rooms.passphrase import key_of
from tests.conftest import EnterAs, OpenRoom

pytestmark = pytest.mark.django_db


def page(client: Client) -> str:
    return client.get("/rooms/").content.decode()


def test_somebody_without_a_session_is_led_to_the_way_in(outsider: Client) -> None:
    answer = outsider.get("/rooms/")
    assert answer.status_code == 302
    assert answer["Location"] == "/enter/?next=%2Frooms%2F"


def test_a_card_links_to_its_room_and_answers_the_same_questions(
    client: Client, newcomer: Person, enter_as: EnterAs, open_room: OpenRoom
) -> None:
    room = open_room()
    shown = page(enter_as(client, newcomer))
    assert f'href="/rooms/{room.slug}/"' in shown
    assert "いま、あいている部屋" in shown
    for question in ("だれの部屋", "すごし方", "進行", "大きさ", "残る日数"):
        assert f"<dt>{question}</dt>" in shown


def test_open_rooms_come_before_the_others(
    client: Client, newcomer: Person, enter_as: EnterAs, open_room: OpenRoom
) -> None:
    resting, lit = open_room(state="preparing"), open_room()
    shown = page(enter_as(client, newcomer))
    assert shown.index(lit.title) < shown.index(resting.title)


def test_a_room_of_the_other_side_is_not_there(
    client: Client, parent: Person, enter_as: EnterAs, open_room: OpenRoom
) -> None:
    open_room(title="本人の部屋のなまえ", standpoints=["person"])
    assert "本人の部屋のなまえ" not in page(enter_as(client, parent))


def test_the_title_is_the_page_and_the_house_and_nothing_else(
    client: Client, newcomer: Person, enter_as: EnterAs, open_room: OpenRoom
) -> None:
    open_room()
    assert "<title>部屋 – みどりの家</title>" in page(enter_as(client, newcomer))


@pytest.fixture
def hidden_room(open_room: OpenRoom) -> Room:
    open_room()
    return open_room(
        is_listed=False,
        entry=Room.Entry.PASSPHRASE,
        passphrase_key=key_of("かぜのとおりみち"),
        keepers_needed=2,
    )


def test_a_right_passphrase_leads_to_the_door_of_an_unlisted_room(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    enter_as(client, newcomer)
    assert hidden_room.title not in page(client)
    answer = client.post("/rooms/", {"passphrase": "カゼノ トオリミチ"})
    assert (answer.status_code, answer["Location"]) == (303, f"/rooms/{hidden_room.slug}/")


def test_a_wrong_passphrase_comes_back_in_its_field(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    answer = enter_as(client, newcomer).post("/rooms/", {"passphrase": "ちがう言葉"})
    shown = answer.content.decode()
    assert answer.status_code == 404
    assert 'value="ちがう言葉"' in shown
    assert 'id="passphrase-say"' in shown


def test_too_many_tries_are_told_with_the_seconds_to_wait(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    enter_as(client, newcomer)
    for _ in range(5):
        client.post("/rooms/", {"passphrase": "ちがう言葉"})
    answer = client.post("/rooms/", {"passphrase": "ちがう言葉"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
