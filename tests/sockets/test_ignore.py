"""Ignoring as the wire knows it: told to one's own lines, and without a byte on anybody else's."""

from __future__ import annotations

import pytest
from django.test import Client

from ibasho.people.models import Person
from ibasho.rooms.models import Room, Seat
from tests.sockets.kit import QUIET, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"accept": "application/json"}


def choose(person: Person, room: Room, seat: Seat, lift: str = "") -> dict[str, list[str]]:
    browser = Client()
    browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    answer = browser.post(f"/rooms/{room.slug}/ignoring/{lift}", {"seat": str(seat.pk)}, headers=JSON)
    assert answer.status_code == 200, answer.content
    found: dict[str, list[str]] = answer.json()
    return found


async def test_nobody_hears_of_it_and_rows_go_on_coming_to_both(
    room: Room, mine: str, theirs: str, writer: Seat, other_regular: Person
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        assert "ignoring" not in (await line.frame())["you"]
        assert "ignoring" not in (await reader.frame())["you"]
        await line.post("こんばんは。")
        await line.frame_of("message_posted")
        await reader.frame_of("message_posted")
        await line.frame_of("posted")
        await in_thread(choose)(other_regular, room, writer)
        assert await line.hears_nothing()
        assert await reader.hears_nothing()
        await line.post("まだ いますか。")
        to_writer = await line.frame_of("message_posted")
        assert to_writer == await reader.frame_of("message_posted")
        assert (await line.frame_of("posted"))["seq"] == to_writer["seq"]


async def test_the_next_welcome_and_every_poll_name_the_seats_to_who_chose_them(
    room: Room, mine: str, theirs: str, writer: Seat, other_regular: Person
) -> None:
    path = f"/rooms/{room.slug}/events/?wait=0"
    async with serving(QUIET):
        async with line_of(mine, room) as line:
            await line.frame()
            await line.post("こんばんは。")
            await line.frame_of("posted")
        await in_thread(choose)(other_regular, room, writer)
        async with line_of(theirs, room) as reader, line_of(mine, room) as line:
            assert (await reader.frame())["you"]["ignoring"] == [str(writer.pk)]
            assert "ignoring" not in (await line.frame())["you"]
        assert (await poll(path, theirs))[2]["you"]["ignoring"] == [str(writer.pk)]
        assert "ignoring" not in (await poll(path, mine))[2]["you"]
        await in_thread(choose)(other_regular, room, writer, "lift/")
        assert "ignoring" not in (await poll(path, theirs))[2]["you"]
