"""A text that waits is planted, and searched everywhere but where it may be."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver

from ibasho.moderation.actions import keep_back
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import HeldPost, Message, Room, Seat
from tests.conftest import EnterAs, KeeperClient, OpenRoom
from tests.moderation.conftest import RULE, on_duty
from tests.sockets.kit import QUIET, Line, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "カナリア・キイロ"
ASKED = f"{CANARY} 090-1234-5678"
WAITS = f"{CANARY} のこと"
PATH = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def room(open_room: OpenRoom, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    made = open_room(keepers_needed=2)
    on_duty(made, keeper, second_keeper)
    return made


async def planted(line: Line) -> HeldPost:
    """One text is only asked about, another waits."""
    await line.post(ASKED)
    assert (await line.frame_of("asked"))["code"] == "personal_info"
    await line.post(WAITS, choice="to_keepers")
    answer = await line.frame_of("held")
    return await HeldPost.objects.aget(pk=answer["message"])


async def test_a_text_that_waits_costs_no_byte_on_anybody_elses_line_and_no_number(
    room: Room, mine: str, theirs: str
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        before = await reader.frame()
        assert (await line.frame())["seq"] == before["seq"]
        await planted(line)
        assert await reader.hears_nothing()
        async with line_of(theirs, room) as again:
            welcome = await again.frame()
        assert {**welcome, "you": before["you"]} == before
        assert welcome["you"]["waiting"] == []
        _, _, answer = await poll(f"/rooms/{room.slug}/events/?epoch={before['epoch']}&since=0", theirs)
        assert (answer["seq"], answer["events"], answer["you"]["waiting"]) == (before["seq"], [], [])
        async with line_of(mine, room) as own:
            [waits] = (await own.frame())["you"]["waiting"]
        assert waits["text"] == WAITS


async def test_it_stands_on_no_page_in_no_export_in_no_log_and_in_one_column(
    room: Room,
    mine: str,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    enter_as: EnterAs,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    async with serving(QUIET), line_of(mine, room) as line:
        await line.frame()
        held = await planted(line)

    def look(*columns: str) -> None:
        paths = sorted(_paths(room, held))
        for who, browser in (
            ("a reader", enter_as(Client(), other_regular)),
            ("a stranger", Client()),
            ("a keeper elsewhere", keeper_client(steward)),
        ):
            for path in paths:
                assert CANARY not in _page(browser, path), f"{who} {path}"
        assert set(_columns_with(CANARY)) == set(columns)
        assert CANARY not in caplog.text

    await in_thread(look)("rooms_heldpost.text")
    on_watch = await in_thread(keeper_client)(keeper)
    found = [path for path in sorted(_paths(room, held)) if CANARY in await in_thread(_page)(on_watch, path)]
    root = f"/desk/rooms/{room.slug}/"
    assert found == [f"{root}held/", f"{root}held/{held.pk}/", f"{root}seats/{held.seat_id}/"]
    own = await in_thread(enter_as)(Client(), regular)
    seen_by_writer = [
        path for path in sorted(_paths(room, held)) if CANARY in await in_thread(_page)(own, path)
    ]
    assert seen_by_writer == ["/me/", "/me/download/", f"/rooms/{room.slug}/"]

    await in_thread(keep_back)(keeper, room.slug, held.pk, rule=RULE)
    await in_thread(look)("rooms_heldpost.text", "moderation_sealedtext.text")
    assert not await Message.objects.aexists()


def _page(browser: Client, path: str) -> str:
    pages = [browser.get(path, headers={"Accept": kind}) for kind in ("text/html", "application/json")]
    return "".join(b"".join(page).decode(errors="replace") for page in pages)


def _paths(room: Room, held: HeldPost) -> Iterator[str]:
    """Every door there is, with the parts of its path as they are in this room."""
    real = {
        "slug": room.slug,
        "message_id": held.pk,
        "held_id": held.pk,
        "seat_id": held.seat_id,
        "key": RULE,
    }
    for path in _doors(get_resolver().url_patterns):
        filled = PATH.sub(lambda part: str(real.get(part[1], 1)), path)
        if filled != "/away/":  # looking at it marks the session
            yield filled


def _doors(patterns: list[Any], before: str = "/") -> Iterator[str]:
    for pattern in patterns:
        here = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _doors(pattern.url_patterns, here)
        else:
            yield here


def _columns_with(text: str) -> Iterator[str]:
    """Every column of the database in which it stands, also inside of what is kept as one text."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            for field in model._meta.concrete_fields:
                if field.get_internal_type() in ("CharField", "TextField", "JSONField", "SlugField"):
                    table, column = model._meta.db_table, field.column
                    sql = f'SELECT 1 FROM "{table}" WHERE CAST("{column}" AS text) LIKE %s LIMIT 1'
                    cursor.execute(sql, [f"%{text}%"])
                    if cursor.fetchone():
                        yield f"{table}.{column}"
