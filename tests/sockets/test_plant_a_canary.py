"""A text that waits, and one that was hidden, is planted, and searched everywhere but where it may be.

In a room of the house, and in a meeting's own room with its feeds, its files and its paper.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import URLResolver, get_resolver

from ibasho.events.actions import admit, give_feed, keep_meeting_rooms
from ibasho.events.models import MeetingRoom, SignUp
from ibasho.lib import clock
from ibasho.moderation.actions import hide, keep_back
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import turn_sessions
from ibasho.rooms.models import HeldPost, Message, Room, Seat
from tests.conftest import EnterAs, KeeperClient, OpenRoom
from tests.events.conftest import new_meeting, signed
from tests.moderation.conftest import RULE, on_duty
from tests.sockets.kit import QUIET, Line, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)
CANARY = "カナリア・キイロ"
ASKED = f"{CANARY} 090-1234-5678"
WAITS = f"{CANARY} のこと"
PATH = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(params=["a room of the house", "a meeting's own room"])
def room(
    request: pytest.FixtureRequest,
    open_room: OpenRoom,
    regular: Person,
    other_regular: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
) -> Room:
    if request.param == "a room of the house":
        made = open_room(keepers_needed=2)
    else:
        made = _own_room(regular, other_regular)
    on_duty(made, keeper, second_keeper)
    turn_sessions()
    return made


def _own_room(*people: Person) -> Room:
    """It has begun, and these came in by their sign-ups."""
    event = new_meeting(starts=clock.now() - timedelta(minutes=1))
    keep_meeting_rooms()
    for person in people:
        row = signed(event, person=person, standpoint=person.standpoint, ties_person=True).sign_up
        admit(row.pk, person)
    return MeetingRoom.objects.get(event=event).room


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
        assert (answer["seq"], answer["you"]["waiting"]) == (before["seq"], [])
        assert not [event for event in answer["events"] if "message" in event]
        async with line_of(mine, room) as own:
            [waits] = (await own.frame())["you"]["waiting"]
        assert waits["text"] == WAITS


@dataclass(frozen=True, slots=True)
class Eyes:
    """Everybody there is, at every door there is; and the columns of the database."""

    room: Room
    browsers: Mapping[str, Client]
    real: Mapping[str, object]

    def see(self, whose: str, row: HeldPost | Message) -> list[str]:
        paths = sorted(
            _paths(dict(self.real) | {"message_id": row.pk, "held_id": row.pk, "seat_id": row.seat_id})
        )
        return [path for path in paths if CANARY in _page(self.browsers[whose], path)]

    def everybody_else_sees_nothing(self, row: HeldPost | Message, *columns: str) -> None:
        for who in ("a reader", "a stranger", "a keeper elsewhere"):
            assert self.see(who, row) == [], who
        assert set(_columns_with(CANARY)) == set(columns)


@pytest.fixture
def eyes(
    room: Room,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    enter_as: EnterAs,
    keeper: KeeperFacts,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> Eyes:
    real: dict[str, object] = {"slug": room.slug, "key": RULE, "secret": give_feed(other_regular)}
    meeting = MeetingRoom.objects.filter(room=room).first()
    if meeting is not None:
        row = SignUp.objects.get(event=meeting.event_id, person=other_regular)
        real |= {"event_id": meeting.event_id, "meeting_id": meeting.event_id, "sign_up_id": row.pk}
    browsers = {
        "a reader": enter_as(Client(), other_regular),
        "a stranger": Client(),
        "a keeper elsewhere": keeper_client(steward),
        "its writer": enter_as(Client(), regular),
        "a keeper on watch": keeper_client(keeper),
    }
    return Eyes(room, browsers, real)


async def test_it_stands_on_no_page_in_no_export_in_no_log_and_in_one_column(
    room: Room, mine: str, eyes: Eyes, keeper: KeeperFacts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with serving(QUIET), line_of(mine, room) as line:
        await line.frame()
        held = await planted(line)

    await in_thread(eyes.everybody_else_sees_nothing)(held, "rooms_heldpost.text")
    root = f"/desk/rooms/{room.slug}/"
    on_watch = await in_thread(eyes.see)("a keeper on watch", held)
    assert on_watch == [f"{root}held/", f"{root}held/{held.pk}/", f"{root}seats/{held.seat_id}/"]
    of_writer = await in_thread(eyes.see)("its writer", held)
    assert of_writer == ["/me/", "/me/download/", f"/rooms/{room.slug}/"]

    await in_thread(keep_back)(keeper, room.slug, held.pk, rule=RULE)
    await in_thread(eyes.everybody_else_sees_nothing)(
        held, "rooms_heldpost.text", "moderation_sealedtext.text"
    )
    assert not await Message.objects.aexists()
    assert CANARY not in caplog.text


@pytest.mark.parametrize("room", ["a meeting's own room"], indirect=True)
async def test_words_that_were_hidden_are_on_no_line_on_no_page_and_in_no_history(
    room: Room, mine: str, theirs: str, eyes: Eyes, keeper: KeeperFacts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        epoch = (await reader.frame())["epoch"]
        await line.post(WAITS.replace(" のこと", " が さいた"))
        shown = await reader.frame_of("message_posted")
        assert CANARY in shown["message"]["text"]
        row = await Message.objects.aget(pk=shown["message"]["id"])
        await in_thread(hide)(keeper, room.slug, row.pk, rule=RULE)
        assert "text" not in (await reader.frame_of("message_changed"))["message"]
        async with line_of(theirs, room) as again:
            assert CANARY not in json.dumps(await again.frame(), ensure_ascii=False)
        _, _, caught_up = await poll(f"/rooms/{room.slug}/events/?epoch={epoch}&since=0", theirs)
        assert [one["message"]["state"] for one in caught_up["events"] if "message" in one] == ["hidden"]
        assert CANARY not in json.dumps(caught_up, ensure_ascii=False)

    await in_thread(eyes.everybody_else_sees_nothing)(row, "rooms_message.text", "moderation_sealedtext.text")
    root = f"/desk/rooms/{room.slug}/"
    on_watch = await in_thread(eyes.see)("a keeper on watch", row)
    assert on_watch == [root, f"{root}messages/{row.pk}/", f"{root}seats/{row.seat_id}/"]
    assert await in_thread(eyes.see)("its writer", row) == ["/me/", "/me/download/"]
    assert CANARY not in caplog.text


def _page(browser: Client, path: str) -> str:
    page = browser.get(path, headers={"Accept": "text/html"})
    if page.status_code == 405:  # a door for forms alone
        return ""
    pages = [page, browser.get(path, headers={"Accept": "application/json"})]
    return "".join(b"".join(page).decode(errors="replace") for page in pages)


def _paths(real: Mapping[str, object]) -> Iterator[str]:
    """Every door there is, with the parts of its path as they are here."""
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
