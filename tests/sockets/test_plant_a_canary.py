"""A text that waits, one that was hidden, covered or taken back, is planted, and searched everywhere but where it may be.

In a room of the house, in one for families, in a quiet room, and in a meeting's own room with its feeds, its files and its paper.
"""

from __future__ import annotations

import json
import logging
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import URLResolver, get_resolver

from ibasho.events.actions import admit, give_feed, keep_meeting_rooms
from ibasho.events.models import MeetingRoom, SignUp
from ibasho.lib import clock
from ibasho.moderation.actions import (
    ask_quiet_room,
    begin_by_hand,
    end_quiet_room,
    hide,
    keep_back,
    redact,
    tell_keepers,
    wish_quiet_room,
)
from ibasho.moderation.models import Concern, Incident
from ibasho.people.models import Person, Standpoint
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.actions import turn_sessions
from ibasho.rooms.models import HeldPost, Message, Room, Seat
from tests.conftest import EnterAs, KeeperClient, OpenRoom, SeatFor
from tests.events.conftest import new_meeting, signed
from tests.moderation.conftest import RULE, on_duty
from tests.sockets.kit import QUIET, Line, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE, FAMILY, MEETING, APART = "a room of the house", "a family room", "a meeting's own room", "a quiet room"
CANARY = "カナリア・キイロ"
ASKED = f"{CANARY} 090-1234-5678"
WAITS = f"{CANARY} のこと"
PATH = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture(params=[HOUSE, FAMILY, MEETING, APART])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def regular(regular: Person, kind: str) -> Person:
    return _of_a_family(regular) if kind == FAMILY else regular


@pytest.fixture
def other_regular(other_regular: Person, kind: str) -> Person:
    return _of_a_family(other_regular) if kind == FAMILY else other_regular


@pytest.fixture
def beside(
    kind: str,
    open_room: OpenRoom,
    regular: Person,
    other_regular: Person,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
) -> Room:
    """Where the one who reads sits: the room itself, or the one in which a quiet room's person wrote before."""
    if kind == MEETING:
        made = _own_room(regular, other_regular)
    else:
        made = open_room(keepers_needed=2, standpoints=["parent"] if kind == FAMILY else None)
    on_duty(made, keeper, second_keeper)
    turn_sessions()
    return made


@pytest.fixture
def room(
    kind: str,
    beside: Room,
    regular: Person,
    seat_for: SeatFor,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
) -> Room:
    return _apart(seat_for(regular, beside), keeper, second_keeper) if kind == APART else beside


@pytest.fixture
def reader(beside: Room, other_regular: Person, seat_for: SeatFor) -> Seat:
    return seat_for(other_regular, beside, mode="observe")


def _of_a_family(person: Person) -> Person:
    person.standpoint = Standpoint.PARENT
    with transaction.atomic():
        person.save(update_fields=["standpoint"])
    return person


def _apart(seat: Seat, *keepers: KeeperFacts) -> Room:
    """The quiet room of whoever sits there, with two keepers in it."""
    incident = wish_quiet_room(str(seat.pk), about_other=False)
    [made, _] = [ask_quiet_room(keeper, incident.pk) for keeper in keepers]
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
    assert (await line.frame_of("asked"))["code"] in ("personal_info", "contact_exchange")
    await line.post(WAITS, choice="to_keepers")
    answer = await line.frame_of("held")
    return await HeldPost.objects.aget(pk=answer["message"])


async def test_a_text_that_waits_costs_no_byte_on_anybody_elses_line_and_no_number(
    room: Room, beside: Room, mine: str, theirs: str
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, beside) as reader:
        before = await reader.frame()
        seq = (await line.frame())["seq"]
        await planted(line)
        assert await reader.hears_nothing()
        async with line_of(theirs, beside) as again:
            welcome = await again.frame()
        assert {**welcome, "you": before["you"]} == before
        assert welcome["you"]["waiting"] == []
        _, _, answer = await poll(f"/rooms/{beside.slug}/events/?epoch={before['epoch']}&since=0", theirs)
        assert (answer["seq"], answer["you"]["waiting"]) == (before["seq"], [])
        assert not [event for event in answer["events"] if "message" in event]
        async with line_of(mine, room) as own:
            welcome = await own.frame()
        assert [waits["text"] for waits in welcome["you"]["waiting"]] == [WAITS]
        assert welcome["seq"] == seq


@dataclass(frozen=True, slots=True)
class Eyes:
    """Everybody there is, at every door there is; and the columns of the database."""

    room: Room
    browsers: Mapping[str, Client]
    real: Mapping[str, object]

    def see(self, whose: str, *rows: HeldPost | Message) -> list[str]:
        paths = sorted({path for row in rows for path in self._paths(row)})
        return [path for path in paths if CANARY in _page(self.browsers[whose], path)]

    def everybody_else_sees_nothing(self, *rows: HeldPost | Message) -> None:
        for who in ("a reader", "somebody of the other side", "a stranger", "a keeper elsewhere"):
            assert self.see(who, *rows) == [], who

    def _paths(self, row: HeldPost | Message) -> Iterator[str]:
        ids = {"message_id": row.pk, "held_id": row.pk, "seat_id": row.seat_id}
        cases = {f"{model.__name__.lower()}_id": _newest(model) for model in (Concern, Incident)}
        return _paths(dict(self.real) | ids | cases)


@pytest.fixture
def eyes(
    kind: str,
    room: Room,
    beside: Room,
    reader: Seat,
    regular: Person,
    other_regular: Person,
    newcomer: Person,
    parent: Person,
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
    if kind == APART:  # even on duty where its person wrote before
        on_duty(beside, steward)
    browsers = {
        "a reader": enter_as(Client(), other_regular),
        "somebody of the other side": enter_as(Client(), newcomer if kind == FAMILY else parent),
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

    assert await in_thread(_columns)() == {"rooms_heldpost.text"}
    root = f"/desk/rooms/{room.slug}/"
    on_watch = await in_thread(eyes.see)("a keeper on watch", held)
    assert on_watch == [f"{root}held/", f"{root}held/{held.pk}/", f"{root}seats/{held.seat_id}/"]
    of_writer = await in_thread(eyes.see)("its writer", held)
    assert of_writer == ["/me/", "/me/download/", f"/rooms/{room.slug}/"]

    await in_thread(eyes.everybody_else_sees_nothing)(held)
    await in_thread(keep_back)(keeper, room.slug, held.pk, rule=RULE)
    await in_thread(eyes.everybody_else_sees_nothing)(held)
    assert await in_thread(_columns)() == {"rooms_heldpost.text", "moderation_sealedtext.text"}
    assert not await Message.objects.aexists()
    assert CANARY not in caplog.text


async def test_words_that_were_shown_once_are_on_no_line_on_no_page_and_in_no_history(
    kind: str,
    room: Room,
    beside: Room,
    mine: str,
    theirs: str,
    other_regular: Person,
    eyes: Eyes,
    keeper: KeeperFacts,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Hidden, covered in part, and taken back while keepers hold their seal."""
    caplog.set_level(logging.INFO)
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, beside) as reader:
        epoch = (await reader.frame())["epoch"]
        await line.frame()
        hidden, covered, gone = [
            await _shown(line, f"{number}番目。{CANARY} が さいた。") for number in "一二三"
        ]
        await in_thread(hide)(keeper, room.slug, hidden.pk, rule=RULE)
        await in_thread(redact)(keeper, room.slug, covered.pk, pieces=[1], seen=covered.seq, rule=RULE)
        if kind == APART:
            await in_thread(begin_by_hand)(keeper, room.slug, gone.pk, about_other=False)
            assert await reader.hears_nothing()
        else:
            await in_thread(tell_keepers)(other_regular, room, gone.pk, reason="harm")
            heard = [json.dumps(await reader.frame(), ensure_ascii=False) for _ in range(5)]
            assert [CANARY in frame for frame in heard] == [True, True, True, False, False]
        await line.send({"type": "withdraw", "id": str(uuid.uuid4()), "message": str(gone.pk)})
        await line.frame_of("posted")
        async with line_of(theirs, beside) as again:
            assert CANARY not in json.dumps(await again.frame(), ensure_ascii=False)
        _, _, caught_up = await poll(f"/rooms/{beside.slug}/events/?epoch={epoch}&since=0", theirs)
        states = [one["message"]["state"] for one in caught_up["events"] if "message" in one]
        assert states == ([] if kind == APART else ["hidden", "shown", "withdrawn"])
        assert CANARY not in json.dumps(caught_up, ensure_ascii=False)

    rows = hidden, covered, gone
    await in_thread(eyes.everybody_else_sees_nothing)(*rows)
    assert await in_thread(_columns)() == {"rooms_message.text", "moderation_sealedtext.text"}
    assert [row.pk async for row in Message.objects.filter(text__contains=CANARY)] == [hidden.pk]
    root = f"/desk/rooms/{room.slug}/"
    case = await in_thread(_case)(kind)
    pages = [root, f"{root}seats/{hidden.seat_id}/", *(f"{root}messages/{row.pk}/" for row in rows), case]
    assert await in_thread(eyes.see)("a keeper on watch", *rows) == sorted(pages)
    assert await in_thread(eyes.see)("its writer", *rows) == ["/me/", "/me/download/"]
    if kind == APART:  # at its end those who sat there lose sight of it
        wish = await Incident.objects.aget(quiet_room=room)
        await in_thread(end_quiet_room)(keeper, wish.pk)
        assert await in_thread(eyes.see)("a keeper on watch", *rows) == []
    assert CANARY not in caplog.text


async def _shown(line: Line, text: str) -> Message:
    await line.post(text)
    posted = await line.frame_of("posted", "refused", "held", "asked")
    assert posted["type"] == "posted", posted
    return await Message.objects.aget(pk=posted["message"])


def _case(kind: str) -> str:
    """The page of what points at the words that were taken back."""
    return f"/desk/incidents/{_newest(Incident)}/" if kind == APART else f"/desk/concerns/{_newest(Concern)}/"


def _newest(model: type[Concern | Incident]) -> int:
    return model.objects.order_by("pk").values_list("pk", flat=True).last() or 1


def _columns() -> set[str]:
    return set(_columns_with(CANARY))


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
