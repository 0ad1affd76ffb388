"""The log at the desk: who did what, in pages that stay as quick however long it grows."""

from __future__ import annotations

import re

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.house.queries import notices_for
from ibasho.moderation.actions import append_log, ask_review, hide, overturn_act
from ibasho.moderation.queries import log_head, log_page
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from tests.conftest import KeeperClient
from tests.desk.conftest import Says, page_of

MANY = 120


def _rows(number: int, keeper_id: int | None = 1, **fields: Room) -> None:
    with transaction.atomic():
        for seconds in range(number):
            append_log(keeper_id, "set_pace", detail={"seconds": seconds}, **fields)


def _numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="row-(\d+)"', page)]


def test_it_says_who_did_what_and_why_and_never_about_whom(
    watched: Room,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    regular: Person,
    says: Says,
    keeper_client: KeeperClient,
) -> None:
    message = says(regular, watched, "きょうは雨でした。", name="なのはな")
    hide(keeper, watched.slug, message.pk, rule="listen", words="ひとことです。")
    page = page_of(keeper_client(steward), "/desk/log/")
    for words in ("みどり", "書き込みをかくしました", "部屋「縁側の部屋」", "約束一"):
        assert words in page
    for canary in ("なのはな", "きょうは雨でした。", "ひとことです。", str(message.pk), str(message.seat_id)):
        assert canary not in page
    assert "消えています" not in page
    overturn_act(steward, ask_review(notices_for(regular.pk)[0]["act"]).pk)
    page = page_of(keeper_client(steward), "/desk/log/")
    assert "くわしいことは、消えています。" in page
    assert str(log_head()) in page


def test_older_rows_come_page_by_page_and_none_twice(
    steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    _rows(MANY)
    client, where, seen = keeper_client(steward), "/desk/log/", list[int]()
    for _ in range(10):
        page = page_of(client, where)
        seen += _numbers(page)
        found = re.search(r'href="(/desk/log/\?[^"]*before=\d+)"', page)
        if found is None:
            break
        where = found[1]
    assert seen == list(range(MANY, 0, -1))


def test_one_keeper_or_one_room_can_be_chosen(
    engawa: Room, steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    _rows(60, keeper.keeper_id)
    _rows(3, steward.keeper_id)
    _rows(2, keeper.keeper_id, room=engawa)
    client = keeper_client(steward)
    assert _numbers(page_of(client, f"/desk/log/?keeper={steward.keeper_id}")) == [63, 62, 61]
    assert _numbers(page_of(client, "/desk/log/?room=engawa&keeper=")) == [65, 64]
    page = page_of(client, f"/desk/log/?keeper={keeper.keeper_id}")
    assert len(_numbers(page)) == 50
    assert f"keeper={keeper.keeper_id}&amp;before=" in page
    assert _numbers(page_of(client, "/desk/log/?room=nowhere")) == []


@pytest.mark.parametrize("query", ["before=x", "before=-1", "keeper=1e3", f"before={'9' * 19}", "keeper=１"])
def test_what_is_no_number_is_refused(steward: KeeperFacts, keeper_client: KeeperClient, query: str) -> None:
    assert keeper_client(steward).get(f"/desk/log/?{query}").status_code == 400
    assert keeper_client(steward).get(f"/desk/log/?before={'9' * 18}").status_code == 200


def test_a_long_log_is_read_by_its_indexes_with_as_many_queries_as_a_short_one(
    engawa: Room, steward: KeeperFacts
) -> None:
    _rows(2, steward.keeper_id)
    with CaptureQueriesContext(
        connection,
    ) as few:
        log_page()
    _rows(MANY, steward.keeper_id)
    with CaptureQueriesContext(connection) as many:
        log_page()
    assert len(many) == len(few)
    for narrowed in ({}, {"keeper_id": steward.keeper_id}, {"room": "engawa"}):
        with CaptureQueriesContext(connection) as asked:
            log_page(100, **narrowed)
        plan = _plan(asked.captured_queries[0]["sql"])
        assert "SCAN MODERATION_LOG" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan
        assert "SORT" not in plan, plan


def _plan(sql: str) -> str:
    explain = {"sqlite": "EXPLAIN QUERY PLAN", "postgresql": "EXPLAIN"}[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin", "sort"):  # fit for short tables
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"{explain} {sql}")
        return " ".join(str(row) for row in cursor.fetchall()).upper()


def test_keepers_without_the_role_find_nothing(keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    client: Client = keeper_client(keeper)
    assert client.get("/desk/log/").status_code == 404
    assert "/desk/log/" not in page_of(client, "/desk/")
