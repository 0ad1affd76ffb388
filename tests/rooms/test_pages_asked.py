"""The page without scripts: asked before anybody sees it, and words that wait."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from ibasho.people.models import Person
from ibasho.rooms.actions import take_seat
from ibasho.rooms.models import HeldPost, Message, Room
from ibasho.rooms.views.shown import CHECKED_LINE
from tests.conftest import EnterAs
from tests.rooms.conftest import OnDuty

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "番号は\n090-1234-5678 <です>"


@pytest.fixture
def room(open_room: Any) -> Room:
    made: Room = open_room(slug="engawa", keepers_needed=2)
    return made


@pytest.fixture
def inside(room: Room, regular: Person, client: Client, enter_as: EnterAs) -> Client:
    take_seat(regular, room, mode="speak", call_name="なぎ")
    return enter_as(client, regular)


def send(client: Client, text: str = NUMBER, *, json: bool = False, **fields: str) -> Any:
    form = {"id": str(uuid4()), "text": text} | fields
    headers = {"Accept": "application/json"} if json else {}
    return client.post("/rooms/engawa/messages/", form, headers=headers)


def test_the_page_shows_what_was_found_and_three_ways_on(inside: Client) -> None:
    request_id = str(uuid4())
    answer = send(inside, id=request_id, tone="listen_only")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert '<mark class="found">090-1234-5678</mark> &lt;です&gt;' in page
    for label in (">そこを消して送る<", "スタッフに見てもらう", "送らない"):
        assert label in page
    form = page[page.index('<form class="asked"') : page.index("</form>", page.index('<form class="asked"'))]
    assert f'name="id" value="{request_id}"' in form
    assert 'name="tone" value="listen_only"' in form
    typed = page[page.index("<textarea") :]
    assert NUMBER in unescape(typed[typed.index(">") + 1 : typed.index("</textarea>")]), "as it was typed"
    assert not Message.objects.exists()


def test_the_page_shows_what_would_be_sent_and_offers_no_sending_of_nothing(inside: Client) -> None:
    page = send(inside).content.decode()
    assert "<p data-left-words>番号は\n（消しました） &lt;です&gt;</p>" in page
    assert re.search(r"<div data-left>", page)
    assert re.search(r"data-nothing-left hidden>", page)
    page = send(inside, text="090-1234-5678").content.decode()
    assert re.search(r"data-left hidden>そこを消して送る<", page)
    assert re.search(r"data-nothing-left>そこを消すと、送る言葉が残りません。", page)


def test_it_is_told_that_nobody_is_there_to_look_and_not_where_somebody_is(
    inside: Client, room: Room, on_duty: OnDuty
) -> None:
    unkept = "いまは、ここにスタッフがいません。"
    assert unkept in send(inside).content.decode()
    assert unkept in send(inside, json=True).json()["text"]
    on_duty(room)
    assert unkept not in send(inside).content.decode()


def test_what_waits_is_said_once_and_goes_with_the_words(inside: Client, room: Room) -> None:
    with transaction.atomic():
        Room.objects.filter(pk=room.pk).update(checked_first=True)
    waits, standing = "スタッフが見てから出ます。ほかの人には、まだ見えていません。", CHECKED_LINE
    assert standing in inside.get("/rooms/engawa/").content.decode()
    send(inside, text="こんばんは")
    page = inside.get("/rooms/engawa/").content.decode()
    row = page[page.index('id="waiting"') : page.index("<template", page.index('id="waiting"'))]
    assert row.count("まだ見えていません") == row.count(waits) == 1
    assert standing not in page
    inside.post(f"/rooms/engawa/messages/{HeldPost.objects.get().pk}/withdrawal/")
    assert standing in inside.get("/rooms/engawa/").content.decode()


def test_one_tap_sends_it_without(inside: Client) -> None:
    request_id = str(uuid4())
    send(inside, id=request_id)
    answer = send(inside, id=request_id, choice="without")
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#latest")
    assert Message.objects.get().text == "番号は\n（消しました） <です>"


def test_one_tap_lets_the_keepers_look_and_it_stays_on_the_page_through_a_reload(inside: Client) -> None:
    answer = send(inside, choice="to_keepers")
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/engawa/#waiting")
    held = HeldPost.objects.get()
    for _ in range(2):
        page = inside.get("/rooms/engawa/").content.decode()
        assert f'data-held-post="{held.pk}"' in page
        assert "スタッフが見てから出ます" in page
        assert "090-1234-5678 &lt;です&gt;" in page
        assert f'formaction="/rooms/engawa/messages/{held.pk}/withdrawal/"' in page
    taken_back = inside.post(f"/rooms/engawa/messages/{held.pk}/withdrawal/")
    assert taken_back.status_code == 303
    assert "data-held hidden" in inside.get("/rooms/engawa/").content.decode()


def test_the_answers_as_json_have_the_fields_of_the_frames(inside: Client) -> None:
    request_id = str(uuid4())
    asked = send(inside, json=True, id=request_id)
    assert asked.status_code == 409
    assert set(asked.json()) == {"type", "id", "code", "text", "spans", "choices", "left"}
    assert (asked.json()["code"], asked.json()["spans"]) == ("personal_info", [[4, 17]])
    held = send(inside, json=True, id=request_id, choice="to_keepers")
    assert held.status_code == 202
    assert set(held.json()) == {"type", "id", "code", "text", "message", "notices"}
    assert send(inside, json=True, id=request_id).json() == held.json()


def test_a_choice_nobody_knows_is_malformed(inside: Client) -> None:
    assert send(inside, json=True, choice="anyway").status_code == 400


def test_an_edit_that_would_be_asked_about_comes_back_with_its_words(inside: Client) -> None:
    send(inside, "こんばんは。")
    message = Message.objects.get()
    form = {"id": str(uuid4()), "text": NUMBER}
    answer = inside.post(f"/rooms/engawa/messages/{message.pk}/edit/", form)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "もとの言葉は、そのままです" in page
    assert "090-1234-5678" in page
    message.refresh_from_db()
    assert message.text == "こんばんは。"


def test_a_newcomer_with_a_link_is_told_that_it_waits(inside: Client) -> None:
    answer = send(inside, "見て https://example.jp", json=True)
    assert answer.status_code == 202
    assert answer.json()["code"] == "link"
    assert "スタッフが見てから出ます" in answer.json()["text"]
