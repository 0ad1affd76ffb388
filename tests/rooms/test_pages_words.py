"""Posting, mending and taking back by form: the same verbs as on the line, without a script."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
from django.db import transaction
from django.test import Client

from ibasho.lib import clock, rate_limit
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person
from ibasho.rooms.models import Message, Room, Seat
from tests.conftest import EnterAs, OpenRoom, SeatFor
from tests.rooms.conftest import bring_to

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


@pytest.mark.parametrize("text", ["", "あ" * 1001])
def test_a_refused_form_shows_the_room_to_nobody_who_has_left_it(
    inside: Client,
    other_regular: Person,
    room: Room,
    seat: Seat,
    seat_for: SeatFor,
    enter_as: EnterAs,
    text: str,
) -> None:
    seat_for(other_regular, room, "speak", "とりのす")
    with transaction.atomic():
        other = enter_as(Client(), other_regular)
    other.post(PATH, words("あとから来た言葉"))
    assert "あとから来た言葉" in inside.post(PATH, words(text)).content.decode()
    inside.post("/rooms/engawa/leave/")
    for path in (PATH, f"{PATH}{uuid.uuid4()}/edit/"):
        answer = inside.post(path, words(text))
        assert answer.status_code == 404
        assert "あとから来た言葉" not in answer.content.decode()


def test_a_refused_form_shows_the_room_to_nobody_who_was_removed(inside: Client, seat: Seat) -> None:
    inside.post(PATH, words("まえの言葉"))
    with transaction.atomic():
        Seat.objects.update(removed_until=clock.now() + dt.timedelta(hours=1))
    answer = inside.post(PATH, words(""))
    assert answer.status_code == 403
    assert "まえの言葉" not in answer.content.decode()


def test_a_stranger_to_the_room_gets_the_plain_page_whatever_they_write(
    client: Client, newcomer: Person, room: Room, enter_as: EnterAs
) -> None:
    with transaction.atomic():
        enter_as(client, newcomer)
    here, nowhere = (
        client.post(PATH, words("とどかない言葉")),
        client.post("/rooms/no/messages/", words("とどかない")),
    )
    assert here.status_code == nowhere.status_code == 404
    assert "とどかない" not in here.content.decode()
    assert len(here.content) == len(nowhere.content)


def test_words_come_back_to_who_only_watches_and_go_out_from_a_seat(
    inside: Client, seat: Seat, room: Room
) -> None:
    inside.post("/rooms/engawa/door/", {"mode": "observe"})
    sent = words("書きかけの言葉", cover="夜のこと", tone="listen_only")
    answer = inside.post(PATH, sent)
    shown = answer.content.decode()
    assert answer.status_code == 403
    assert Refusal("observing").text.replace(" ", "") in shown
    assert 'name="text"' in shown
    assert "書きかけの言葉</textarea>" in shown
    fresh = re.search(r'name="id" value="([^"]+)"', shown)
    assert fresh
    assert fresh[1] != sent["id"]
    rate_limit.reset()  # twenty seconds later
    answer = inside.post("/rooms/engawa/door/", sent | {"id": fresh[1], "mode": "speak", "call_name": "なぎ"})
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#latest")
    row = Message.objects.get(seat=seat)
    assert (row.text, row.cover, row.tone) == ("書きかけの言葉", "夜のこと", "listen_only")


def test_words_come_back_to_who_watches_a_room_that_has_closed(inside: Client, room: Room) -> None:
    inside.post("/rooms/engawa/door/", {"mode": "observe"})
    with transaction.atomic():
        bring_to("paused")
    shown = inside.post(PATH, words("書きかけの言葉")).content.decode()
    assert "書きかけの言葉</textarea>" in shown


def test_words_come_back_to_who_has_left(inside: Client, seat: Seat) -> None:
    inside.post("/rooms/engawa/leave/")
    for path in (PATH, f"{PATH}{uuid.uuid4()}/edit/"):
        answer = inside.post(path, words("席を立ったあとの言葉"))
        assert answer.status_code == 404
        assert "席を立ったあとの言葉</textarea>" in answer.content.decode()
        assert "この部屋の席は、いまはありません。" in answer.content.decode()


@pytest.mark.parametrize("code", ["removed", "suspended"])
def test_words_come_back_to_who_may_not_be_here_now(
    inside: Client, regular: Person, seat: Seat, code: str
) -> None:
    until = clock.now() + dt.timedelta(hours=1)
    with transaction.atomic():
        Seat.objects.update(removed_until=until if code == "removed" else None)
        Person.objects.filter(pk=regular.pk).update(suspended_until=until if code == "suspended" else None)
    answer = inside.post(PATH, words("まだ送っていない言葉"))
    assert answer.status_code == 403
    assert "まだ送っていない言葉</textarea>" in answer.content.decode()
    assert Refusal(code).text.replace(" ", "") in answer.content.decode()


@pytest.fixture
def taken(inside: Client, other_regular: Person, room: Room, seat_for: SeatFor, enter_as: EnterAs) -> None:
    """Another has written under this seat's name first."""
    seat_for(other_regular, room, "speak", "なぎ")
    with transaction.atomic():
        other = enter_as(Client(), other_regular)
    assert other.post(PATH, words()).status_code == 303


@pytest.mark.usefixtures("taken")
def test_a_taken_name_asks_for_another_and_keeps_the_words(inside: Client, seat: Seat) -> None:
    sent = words("だいじな言葉")
    answer = inside.post(PATH, sent)
    shown = re.sub(r"<template\b.*?</template>", "", answer.content.decode(), flags=re.S)
    assert answer.status_code == 409
    assert shown.count('formaction="/rooms/engawa/door/"') == 2
    assert "だいじな言葉</textarea>" in shown
    again = inside.post("/rooms/engawa/door/", sent | {"mode": "speak", "call_name": "なぎ"})
    assert again.status_code == 409
    assert "だいじな言葉</textarea>" in again.content.decode()
    assert 'value="なぎ"' in again.content.decode()
    rate_limit.reset()  # twenty seconds later
    assert (
        inside.post("/rooms/engawa/door/", sent | {"mode": "speak", "call_name": "ゆう"}).status_code == 303
    )
    row = Message.objects.get(seat=seat)
    assert (row.text, row.call_name) == ("だいじな言葉", "ゆう")


@pytest.mark.usefixtures("taken")
def test_a_taken_name_is_left_to_the_house_with_one_button(inside: Client, seat: Seat) -> None:
    sent = words("だいじな言葉") | {"mode": "speak", "call_name": ["ゆう", ""]}  # the field, then the button
    assert inside.post("/rooms/engawa/door/", sent).status_code == 303
    row = Message.objects.get(seat=seat)
    assert row.text == "だいじな言葉"
    assert row.call_name not in ("", "なぎ", "ゆう")


def test_the_composer_does_not_ask_for_a_name_beforehand(inside: Client) -> None:
    before, _, rest = inside.get("/rooms/engawa/").content.decode().rpartition("<template>")
    assert "data-other-name" not in before + rest.partition("</template>")[2]
