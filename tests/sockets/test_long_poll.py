from __future__ import annotations

import asyncio
import json
import uuid

import pytest
from django.test import Client

from ibasho.lib import rate_limit
from ibasho.people.models import Person
from ibasho.rooms.models import Room, Seat
from ibasho.sockets import long_poll
from tests.patience import PATIENCE_SECONDS
from tests.sockets.kit import Poll, cookie_of, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)


async def said(cookie: str, room: Room, *texts: str) -> None:
    async with line_of(cookie, room) as line:
        for text in texts:
            await line.send({"type": "post", "id": str(uuid.uuid4()), "text": text})
            await line.frame_of("posted")


async def until_waiting(seat: Seat, polls: int = 1) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(long_poll._waiting.get(str(seat.pk), ())) != polls:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.005)


async def test_without_a_number_it_is_a_welcome(room: Room, mine: str, writer: Seat) -> None:
    async with serving():
        status, headers, answer = await poll(f"/rooms/{room.slug}/events/", mine)
    assert status == 200
    assert (answer["recovered"], answer["events"]) == (True, [])
    assert set(answer) == {"epoch", "seq", "oldest", "recovered", "room", "you", "events", "notices"}
    assert answer["you"]["seat"] == str(writer.pk)
    assert headers["cache-control"] == "no-store"
    assert headers["vary"] == "Cookie"
    assert "content-security-policy" in headers


async def test_it_answers_with_what_is_there_without_waiting(room: Room, mine: str, theirs: str) -> None:
    async with serving():
        _, _, first = await poll(f"/rooms/{room.slug}/events/", theirs)
        await said(mine, room, "ひとつ", "ふたつ")
        path = f"/rooms/{room.slug}/events/?epoch={first['epoch']}&since={first['seq']}&wait=25"
        _, _, answer = await poll(path, theirs)
    assert [event["message"]["text"] for event in answer["events"]] == ["ひとつ", "ふたつ"]
    assert [event["type"] for event in answer["events"]] == ["message_posted"] * 2


async def test_it_waits_for_the_next_change_and_no_longer(
    room: Room, mine: str, theirs: str, reader: Seat
) -> None:
    async with serving():
        _, _, first = await poll(f"/rooms/{room.slug}/events/", theirs)
        path = f"/rooms/{room.slug}/events/?epoch={first['epoch']}&since={first['seq']}&wait=25"
        waiting = await Poll(path, theirs).start()
        await until_waiting(reader)
        await said(mine, room, "おまたせ")
        status, _, body = await waiting.answer()
    assert status == 200
    assert [event["message"]["text"] for event in json.loads(body)["events"]] == ["おまたせ"]


async def test_nobody_gets_an_answer_who_may_not_read_any_more(
    room: Room, mine: str, theirs: str, reader: Seat, other_regular: Person
) -> None:
    async with serving():
        _, _, first = await poll(f"/rooms/{room.slug}/events/", theirs)
        path = f"/rooms/{room.slug}/events/?epoch={first['epoch']}&since={first['seq']}&wait=25"
        waiting = await Poll(path, theirs).start()
        await until_waiting(reader)
        await in_thread(_away)(theirs)
        await said(mine, room, "きこえない")
        status, _, body = await waiting.answer()
    assert (status, json.loads(body)["code"]) == (401, "not_entered")


def _away(cookie: str) -> None:
    client = Client(headers={"cookie": cookie})
    assert client.get("/away/").status_code == 200


async def test_the_fourth_waiting_poll_answers_the_oldest(room: Room, theirs: str, reader: Seat) -> None:
    async with serving():
        _, _, first = await poll(f"/rooms/{room.slug}/events/", theirs)
        path = f"/rooms/{room.slug}/events/?epoch={first['epoch']}&since={first['seq']}&wait=25"
        polls = []
        for number in range(3):
            polls.append(await Poll(path, theirs).start())
            await until_waiting(reader, number + 1)
        polls.append(await Poll(path, theirs).start())
        status, _, body = await polls[0].answer()
        assert (status, json.loads(body)["events"]) == (200, [])
        await until_waiting(reader, 3)
        for left in polls[1:]:
            await left.hang_up()
        await until_waiting(reader, 0)


async def test_an_empty_answer_is_followed_by_another_no_sooner_than_a_second(
    room: Room, theirs: str
) -> None:
    loop = asyncio.get_running_loop()
    async with serving():
        _, _, first = await poll(f"/rooms/{room.slug}/events/", theirs)
        path = f"/rooms/{room.slug}/events/?epoch={first['epoch']}&since={first['seq']}&wait=0"
        await poll(path, theirs)
        began = loop.time()
        await poll(path, theirs)
        assert loop.time() - began >= 0.9


@pytest.mark.parametrize("since", ["-1", str(2**63), "999", "x"])
async def test_a_number_that_cannot_be_is_not_recovered(room: Room, theirs: str, since: str) -> None:
    async with serving():
        _, _, first = await poll(f"/rooms/{room.slug}/events/", theirs)
        path = f"/rooms/{room.slug}/events/?epoch={first['epoch']}&since={since}&wait=25"
        status, _, answer = await poll(path, theirs)
    assert (status, answer["recovered"], answer["events"]) == (200, False, [])


async def test_refusals_are_json_with_their_status(room: Room, mine: str, newcomer: Person) -> None:
    stranger = await in_thread(cookie_of)(newcomer)
    async with serving():
        for path, cookie, expected in (
            (f"/rooms/{room.slug}/events/", None, (401, "not_entered")),
            (f"/rooms/{room.slug}/events/", stranger, (404, "not_found")),
            ("/rooms/no-such-room/events/", mine, (404, "not_found")),
            (f"/rooms/{room.slug}/events/?since=1&wait=26", mine, (400, "malformed")),
            (f"/rooms/{room.slug}/events/?since=1&wait=soon", mine, (400, "malformed")),
        ):
            status, headers, answer = await poll(path, cookie)
            assert (status, answer["code"]) == expected
            assert headers["content-type"] == "application/json"


async def test_who_asks_for_whole_rooms_again_and_again_is_asked_to_wait(room: Room, theirs: str) -> None:
    path = f"/rooms/{room.slug}/events/"
    answered = 0
    async with serving():
        while (found := await poll(path, theirs))[0] == 200:
            answered += 1
    status, headers, answer = found
    assert (status, answer["code"], headers["retry-after"]) == (429, "too_fast", str(answer["retry_after"]))
    assert answered >= rate_limit.LIMITS["poll"].amount


async def test_it_is_only_read(room: Room, mine: str) -> None:
    async with serving():
        status, _, _ = await poll(f"/rooms/{room.slug}/events/", mine, "POST")
    assert status == 405


async def test_a_fault_of_ours_is_said_and_leaves_nobody_waiting(
    room: Room, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(caught: object) -> object:
        raise LookupError("broken")

    monkeypatch.setattr(long_poll, "state", broken)
    async with serving():
        asked = await Poll(f"/rooms/{room.slug}/events/", mine).start()
        with pytest.raises(LookupError):
            await asked.ends()
