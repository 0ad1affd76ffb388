"""Guests' pages in a keeper's browser: reading is at the desk, speaking is from the duty, doors are for guests."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import leave_duty, pause_room
from ibasho.rooms.models import Message, Room
from tests.conftest import KeeperClient
from tests.rooms.conftest import OnDuty

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browser(evening: Room, on_duty: OnDuty, keeper: KeeperFacts, keeper_client: KeeperClient) -> Client:
    on_duty(evening)
    return keeper_client(keeper)


def post(browser: Client, path: str, *, json: bool = False, **form: Any) -> Any:
    headers = {"Accept": "application/json"} if json else {}
    return browser.post(path, {"id": str(uuid4()), **form}, headers=headers)


@pytest.mark.parametrize(
    ("path", "desk"),
    [("/rooms/", "/desk/"), ("/rooms/yoru/", "/desk/rooms/yoru/"), ("/rooms/x/", "/desk/rooms/x/")],
)
def test_reading_is_at_the_desk(browser: Client, path: str, desk: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer["Location"]) == (302, desk)


@pytest.mark.parametrize("path", ["/rooms/yoru/door/", "/rooms/yoru/leave/", "/rooms/"])
def test_doors_are_for_guests(browser: Client, path: str) -> None:
    assert post(browser, path, mode="observe", passphrase="あさがお").status_code == 404


def test_a_keeper_speaks_by_form_and_comes_back_to_the_room(browser: Client) -> None:
    answer = post(browser, "/rooms/yoru/messages/", text="こんばんは。")
    assert (answer.status_code, answer["Location"]) == (303, "/rooms/yoru/#latest")
    message = Message.objects.get()
    assert (message.text, message.keeper) == ("こんばんは。", True)
    for verb, form in (("edit", {"text": "なおした言葉"}), ("withdrawal", {})):
        answer = post(browser, f"/rooms/yoru/messages/{message.pk}/{verb}/", json=True, **form)
        assert answer.status_code == 200
    message.refresh_from_db()
    assert message.state == "withdrawn"


def test_the_page_of_words_is_read_by_keepers_on_duty(browser: Client, keeper: KeeperFacts) -> None:
    post(browser, "/rooms/yoru/messages/", text="こんばんは。")
    headers = {"Accept": "application/json"}
    page = browser.get("/rooms/yoru/messages/", headers=headers).json()
    assert [(row["text"], row["keeper"]) for row in page["messages"]] == [("こんばんは。", True)]
    leave_duty(keeper)
    assert browser.get("/rooms/yoru/messages/", headers=headers).status_code == 404


def test_refused_words_come_back_on_a_page_without_the_room(browser: Client, keeper: KeeperFacts) -> None:
    pause_room(keeper, "yoru", minutes=5)
    answer = post(browser, "/rooms/yoru/messages/", text="まだ書けない言葉")
    assert answer.status_code == 403
    assert "まだ書けない言葉" in answer.content.decode()
    assert 'role="log"' not in answer.content.decode()
    assert post(browser, "/rooms/yoru/messages/", json=True, text="同じ").json()["code"] == "room_paused"


def test_without_the_duty_there_is_no_such_room(
    browser: Client, second_keeper: KeeperFacts, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    outside = keeper_client(steward)
    assert post(outside, "/rooms/yoru/messages/", json=True, text="こんばんは。").status_code == 404
    leave_duty(second_keeper)
    theirs = keeper_client(second_keeper)
    assert post(theirs, "/rooms/yoru/messages/", json=True, text="こんばんは。").status_code == 404
    assert not Message.objects.exists()


def test_without_the_second_factor_nothing_is_said_or_read(browser: Client) -> None:
    session = browser.session
    del session["account_authentication_methods"]
    session.save()
    assert post(browser, "/rooms/yoru/messages/", json=True, text="こんばんは。").status_code == 401
    assert browser.get("/rooms/yoru/")["Location"] == "/keepers/"
    assert not Message.objects.exists()
