"""Row D9: a keeper hides a thousand messages; every reader ends with the same view."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from ibasho.lib import clock
from ibasho.rooms.actions import hide_message, ledger
from ibasho.rooms.models import Message, Room, RoomSession, Seat
from tests.sockets.kit import QUIET, Line, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 1_000
AT_ONCE = 100


def fill(room: Room, seat: Seat) -> None:
    session = RoomSession.objects.get(room=room)
    with transaction.atomic():
        Message.objects.bulk_create(
            Message(
                id=uuid4(), room=room, session=session, seat=seat, position=number, seq=number, posted_seq=number,
                request_id=uuid4(), call_name=seat.call_name, text=f"{number}", at=clock.to_minute(clock.now()),
            )
            for number in range(1, MANY + 1)
        )  # fmt: skip
        Room.objects.filter(pk=room.pk).update(seq=MANY, last_position=MANY)


def hide_all(room: Room) -> None:
    ids = list(Message.objects.order_by("position").values_list("pk", flat=True))
    for start in range(0, MANY, AT_ONCE):
        with transaction.atomic():
            ledger.lock_rooms([room.pk])
            for pk in ids[start : start + AT_ONCE]:
                hide_message(room.pk, str(pk))


async def rows_of(line: Line, count: int) -> dict[int, dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    seqs: list[int] = []
    while len(seqs) < count:
        frame = await line.frame_of("message_changed")
        seqs.append(frame["seq"])
        rows[frame["message"]["position"]] = frame["message"]
    assert seqs == list(range(MANY + 1, MANY + 1 + count)), "one after the other, without a gap"
    return rows


async def test_a_thousand_acts_reach_every_reader_in_order_and_views_are_equal(
    room: Room, writer: Seat, mine: str, theirs: str
) -> None:
    await in_thread(fill)(room, writer)
    async with serving(QUIET), line_of(theirs, room) as live:
        epoch = (await live.frame())["epoch"]
        await in_thread(hide_all)(room)
        watched = await rows_of(live, MANY)
        assert {row["state"] for row in watched.values()} == {"hidden"}
        assert not any("text" in row for row in watched.values())

        async with line_of(mine, room, f"epoch={epoch}&since={MANY}") as late:
            welcome = await late.frame()
        assert (welcome["recovered"], welcome["events"]) == (False, []), "more than may be caught up with"
        near = 2 * MANY - 200
        _, _, caught = await poll(f"/rooms/{room.slug}/events/?epoch={epoch}&since={near}", mine)
        assert caught["recovered"]
        assert {row["message"]["position"]: row["message"] for row in caught["events"]} == {
            position: watched[position] for position in range(MANY - 199, MANY + 1)
        }
