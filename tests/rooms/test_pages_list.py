"""The list of rooms: what this person may see, open ones first, and the way to one that is not on it."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from ibasho.lib import clock as house_clock
from ibasho.lib import rate_limit
from ibasho.people.models import Person
from ibasho.rooms.actions import take_seat
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


def test_guesses_from_ever_new_sessions_are_counted_together(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    enter_as(client, newcomer)
    for _ in range(30):
        rate_limit.take("passphrase_room", "rooms")  # of others
    answer = client.post("/rooms/", {"passphrase": "ちがう言葉"})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) <= 20


def test_an_unlisted_room_is_like_no_room_for_who_was_not_told(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    enter_as(client, newcomer)
    for path in ("", "door/", "leave/", "messages/"):
        there = (
            client.post(f"/rooms/{hidden_room.slug}/{path}")
            if path
            else client.get(f"/rooms/{hidden_room.slug}/")
        )
        none = client.post(f"/rooms/no-room/{path}") if path else client.get("/rooms/no-room/")
        assert there.status_code == none.status_code == 404, path
        assert there.content == none.content, path


def test_who_gave_its_passphrase_finds_the_door_in_this_session_only(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    enter_as(client, newcomer)
    door = client.post("/rooms/", {"passphrase": "かぜのとおりみち"})["Location"]
    assert hidden_room.title in client.get(door).content.decode()
    other = enter_as(Client(), newcomer)
    assert other.get(door).status_code == 404
    client.get("/away/")
    client.post("/away/", {"back": "on"})
    assert client.get(door).status_code == 404


def test_who_had_a_seat_in_an_unlisted_room_knows_it(
    client: Client, newcomer: Person, enter_as: EnterAs, hidden_room: Room
) -> None:
    take_seat(newcomer, hidden_room, mode="observe", passphrase="かぜのとおりみち")
    path = f"/rooms/{hidden_room.slug}/"
    assert hidden_room.title in enter_as(client, newcomer).get(path).content.decode()
    assert client.post(f"{path}leave/").status_code == 303
    assert hidden_room.title in client.get(path).content.decode()


def test_in_the_minute_of_grace_a_room_is_no_longer_listed_as_open(
    client: Client, newcomer: Person, enter_as: EnterAs, open_room: OpenRoom, clock: time_machine.Traveller
) -> None:
    room = open_room(state="closing", closes_at=house_clock.now())
    enter_as(client, newcomer)
    assert "いま、あいている部屋" not in page(client)
    shown = client.get(f"/rooms/{room.slug}/")
    assert shown.status_code == 200
    assert f'action="/rooms/{room.slug}/door/"' not in shown.content.decode()
