"""A keeper's words, sent by the form of the desk."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room
from tests.conftest import EnterAs, KeeperClient, SeatFor

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/desk/rooms/engawa/messages/"


def _words(text: str, **fields: str) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "text": text} | fields


def test_words_go_out_under_the_name_on_duty_and_lead_back_to_the_desk(
    watched: Room,
    keeper: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    enter_as: EnterAs,
    seat_for: SeatFor,
) -> None:
    answer = keeper_client(keeper).post(PATH, _words("こんばんは。ゆっくりどうぞ。"))
    assert (answer.status_code, answer["Location"]) == (303, "/desk/rooms/engawa/#latest")
    message = Message.objects.get()
    assert (message.keeper, message.call_name) == (True, "見守り役　みどり")
    seat_for(regular, watched)
    theirs = enter_as(Client(), regular).get("/rooms/engawa/").content.decode()
    assert '<span class="message__mark">スタッフ</span>' in theirs
    assert "こんばんは。ゆっくりどうぞ。" in theirs


def test_a_form_sent_twice_is_one_message(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client, sent = keeper_client(keeper), _words("こんばんは。")
    assert [client.post(PATH, sent).status_code for _ in range(2)] == [303, 303]
    assert Message.objects.count() == 1


def test_refused_words_come_back_in_the_desks_own_room(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    answer = keeper_client(keeper).post(PATH, _words("あ" * 1001, cover="おおい"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "あ" * 1001 in page
    assert 'value="おおい"' in page
    assert 'action="/desk/rooms/engawa/messages/"' in page
    assert 'data-desk="/desk/rooms/engawa/"' in page


def test_own_words_are_changed_and_what_is_refused_comes_back_in_the_desks_room(
    watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    client.post(PATH, _words("こんばんわ。"))
    edit = f"{PATH}{Message.objects.get().pk}/edit/"
    refused = client.post(edit, _words(" ", cover="おおい"))
    assert refused.status_code == 422
    assert f'action="{edit}"' in refused.content.decode()
    answer = client.post(edit, _words("こんばんは。"))
    assert (answer.status_code, answer["Location"]) == (303, "/desk/rooms/engawa/#latest")
    assert Message.objects.get().text == "こんばんは。"


def test_without_duty_there_is_no_word_to_say(
    engawa: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    assert keeper_client(keeper).post(PATH, _words("こんばんは。")).status_code == 404
    assert Message.objects.count() == 0
