"""A desk page is made of one reading: few questions, and a version that never runs ahead of what is shown."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ibasho.desk.queries import desk_now
from ibasho.house.actions import leave_note
from ibasho.moderation.actions import hide, rest
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient
from tests.desk.conftest import Says, page_of
from tests.duty.conftest import handed_over

MOST_QUESTIONS = 30


@pytest.mark.parametrize(
    "path",
    [
        "/desk/",
        "/desk/rooms/engawa/",
        "/desk/rooms/engawa/messages/{}/",
        "/desk/handover/",
        "/desk/notes/",
        "/desk/concerns/",
    ],
)
def test_a_page_asks_few_questions(
    path: str,
    watched: Room,
    hondana: Room,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    regular: Person,
    keeper_client: KeeperClient,
    says: Says,
) -> None:
    handed_over(second_keeper, facts="茶の間で声かけが続きました。", plan="")
    leave_note("お茶がおいしかったです。")
    messages = [says(regular, watched, f"{number}番目です。") for number in range(3)]
    hide(keeper, "engawa", messages[0].pk, rule="listen")
    hide(keeper, "engawa", messages[1].pk, rule="listen")
    rest(keeper, "engawa", messages[2].seat_id, minutes=30, rule="listen")
    client, address = keeper_client(keeper), path.format(messages[2].pk)
    page_of(client, address)
    with CaptureQueriesContext(connection) as asked:
        page_of(client, address)
    assert 5 < len(asked) <= MOST_QUESTIONS


@pytest.mark.parametrize(
    ("path", "late"),
    [
        ("/desk/", 'FROM "duty_handovernote" LEFT'),
        ("/desk/rooms/engawa/", 'FROM "house_notice"'),
        ("/desk/handover/", 'FROM "duty_handovernote" LEFT'),
    ],
)
def test_what_changes_while_a_page_is_made_is_asked_for_again(
    path: str, late: str, watched: Room, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(keeper)
    happened: list[str] = []

    def change_meanwhile(execute: Any, sql: str, *args: Any) -> Any:
        if late in sql and not happened:
            happened.append(sql)
            with transaction.atomic():
                Room.objects.filter(pk=watched.pk).update(topic="雨の日")
        return execute(sql, *args)

    with connection.execute_wrapper(change_meanwhile):
        page = page_of(client, path)
    assert happened
    (version,) = re.findall(r'data-version="([0-9a-f]{16})"', page)
    assert version != desk_now().version
