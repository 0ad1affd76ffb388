from __future__ import annotations

import asyncio
import threading
import uuid
from typing import Any

import pytest
from django.db import OperationalError

from ibasho.people.models import Person
from ibasho.rooms.models import Message, Room, Seat
from ibasho.sockets import doorway, room_socket
from ibasho.sockets.doorway import lines_for
from ibasho.sockets.room_socket import RoomSocket
from tests.patience import PATIENCE_SECONDS
from tests.sockets.kit import ClosedError, cookie_of, in_thread, line_of, serving

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_welcome_comes_first_and_says_where_the_room_stands(
    room: Room, mine: str, writer: Seat
) -> None:
    async with serving(), line_of(mine, room) as line:
        welcome = await line.frame()
    assert welcome["type"] == "welcome"
    assert (welcome["protocol"], welcome["accepts"], welcome["recovered"], welcome["events"]) == (
        1,
        [],
        True,
        [],
    )
    assert welcome["you"]["seat"] == str(writer.pk)
    assert welcome["room"]["slug"] == room.slug
    assert {"epoch", "seq", "oldest", "notices"} <= welcome.keys()


async def test_words_reach_everyone_in_the_room_and_their_writer_is_told(
    room: Room, mine: str, theirs: str
) -> None:
    async with serving(), line_of(mine, room) as writer, line_of(theirs, room) as reader:
        await writer.frame()
        await reader.frame()
        request_id = await writer.post("こんばんは。", tone="listen_only")
        seen = await reader.frame()
        assert seen["type"] == "message_posted"
        assert seen["message"]["text"] == "こんばんは。"
        assert seen["message"]["tone"] == "listen_only"
        mine_too = [await writer.frame(), await writer.frame()]
        assert seen in mine_too
        told = next(frame for frame in mine_too if frame["type"] == "posted")
        assert told == {
            "type": "posted",
            "id": request_id,
            "message": seen["message"]["id"],
            "seq": seen["seq"],
        }
        assert await reader.hears_nothing()


async def test_many_words_may_be_on_their_way_at_once(room: Room, mine: str, theirs: str) -> None:
    async with serving(), line_of(mine, room) as writer, line_of(theirs, room) as reader:
        await writer.frame()
        await reader.frame()
        ids = [await writer.post(f"{number}つめ") for number in range(5)]
        answers = [await writer.frame_of("posted") for _ in ids]
        assert [answer["id"] for answer in answers] == ids
        seen = [await reader.frame() for _ in ids]
    assert [frame["message"]["text"] for frame in seen] == [f"{number}つめ" for number in range(5)]
    assert [frame["seq"] for frame in seen] == list(range(seen[0]["seq"], seen[0]["seq"] + 5))


async def test_the_same_id_again_gets_the_same_answer_and_one_row(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as first, line_of(mine, room) as second:
        frame = {"type": "post", "id": str(uuid.uuid4()), "text": "いちど"}
        await first.send(frame)
        answer = await first.frame_of("posted")
        await second.send(frame)
        assert await second.frame_of("posted") == answer
        await second.send({**frame, "text": "ちがう"})
        refused = await second.frame_of("refused")
        assert (refused["code"], refused["id"]) == ("id_reused", frame["id"])
    assert await in_thread(Message.objects.count)() == 1


async def test_edit_and_withdrawal_go_to_everyone_and_are_answered(
    room: Room, mine: str, theirs: str
) -> None:
    async with serving(), line_of(mine, room) as writer, line_of(theirs, room) as reader:
        await writer.post("まちがい")
        message = (await writer.frame_of("posted"))["message"]
        edit = {"type": "edit", "id": str(uuid.uuid4()), "message": message, "text": "なおした"}
        await writer.send(edit)
        assert (await writer.frame_of("posted"))["id"] == edit["id"]
        changed = await reader.frame_of("message_changed")
        assert (changed["message"]["text"], changed["message"]["edited"]) == ("なおした", True)
        await writer.send({"type": "withdraw", "id": str(uuid.uuid4()), "message": message})
        taken = await reader.frame_of("message_changed")
        assert taken["message"]["state"] == "withdrawn"
        assert "text" not in taken["message"]


async def test_an_observer_causes_no_byte_on_anyone_elses_line(room: Room, mine: str, theirs: str) -> None:
    async with serving(), line_of(mine, room) as writer:
        await writer.frame()
        async with line_of(theirs, room) as observer:
            await observer.frame()
            await observer.post("きこえますか")
            assert (await observer.frame())["code"] == "observing"
        assert await writer.hears_nothing()


async def test_someone_who_comes_back_gets_exactly_what_was_said_meanwhile(
    room: Room, mine: str, theirs: str
) -> None:
    async with serving(), line_of(mine, room) as writer:
        await writer.frame()
        async with line_of(theirs, room) as reader:
            before = await reader.frame()
        for number in range(3):
            await writer.post(f"{number}")
            await writer.frame_of("posted")
        async with line_of(theirs, room, f"epoch={before['epoch']}&since={before['seq']}") as reader:
            back = await reader.frame()
            assert back["recovered"] is True
            assert [event["message"]["text"] for event in back["events"]] == ["0", "1", "2"]
            assert [event["type"] for event in back["events"]] == ["message_posted"] * 3
            await writer.post("3")
            assert (await reader.frame())["seq"] == back["seq"] + 1


@pytest.mark.parametrize("since", ["-1", str(2**63), "99", "x", "", "1e3", "٣"])
async def test_a_number_that_cannot_be_is_not_recovered(room: Room, mine: str, since: str) -> None:
    async with serving(), line_of(mine, room) as first:
        epoch = (await first.frame())["epoch"]
        async with line_of(mine, room, f"epoch={epoch}&since={since}") as line:
            welcome = await line.frame()
        assert (welcome["recovered"], welcome["events"]) == (False, [])


async def test_another_epoch_is_not_recovered(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room, "epoch=another&since=0") as line:
        assert (await line.frame())["recovered"] is False


async def test_a_gap_is_filled_on_request_and_not_too_often(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as line:
        since = (await line.frame())["seq"]
        await line.post("きこえた")
        await line.frame_of("posted")
        await line.send({"type": "fill", "since": since})
        answer = await line.frame_of("fill")
        assert [event["message"]["text"] for event in answer["events"]] == ["きこえた"]
        assert (answer["recovered"], answer["seq"]) == (True, since + 1)
        await line.send({"type": "fill", "since": since})
        refused = await line.frame_of("refused")
        assert refused["code"] == "too_fast"
        assert refused["retry_after"] >= 1


async def test_words_that_come_while_a_gap_is_filled_follow_the_answer_without_a_gap(
    room: Room, mine: str, theirs: str
) -> None:
    async with serving(), line_of(mine, room) as writer, line_of(theirs, room) as reader:
        welcome = await reader.frame()
        for number in range(5):
            await writer.post(f"{number}")
            if number == 2:
                await reader.send({"type": "fill", "since": welcome["seq"]})
        for _ in range(5):
            await writer.frame_of("posted")
        last, is_filled = welcome["seq"], False
        while last < welcome["seq"] + 5 or not is_filled:
            frame = await reader.frame()
            if frame["type"] == "fill":
                last, is_filled = frame["seq"], True
            else:
                assert frame["seq"] == last + 1
                last = frame["seq"]


async def test_a_line_nobody_may_have_is_accepted_and_closed_with_its_code(
    room: Room, mine: str, newcomer: Person
) -> None:
    without_seat = await in_thread(cookie_of)(newcomer)
    async with serving():
        for cookie, slug, code in (
            (None, room.slug, 4401),
            ("sessionid=unknown", room.slug, 4401),
            (without_seat, room.slug, 4404),
            (mine, "no-such-room", 4404),
        ):
            async with line_of(cookie, slug) as line:
                assert (await line.closed()).code == code


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://localhost:1", "https://localhost:8000", "http://evil.example", "http://["],
)
async def test_a_foreign_origin_is_refused_in_the_handshake(
    room: Room, mine: str, origin: str | None
) -> None:
    async with serving():
        with pytest.raises(ClosedError) as refused:
            async with line_of(mine, room, origin=origin):
                pass
    assert refused.value.code == 403


async def test_the_fourth_line_of_a_seat_ends_the_oldest(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as first:
        await first.frame()
        async with line_of(mine, room) as second, line_of(mine, room) as third, line_of(mine, room) as fourth:
            for line in (second, third, fourth):
                await line.frame()
            ended = await first.closed()
    assert (ended.code, ended.reason) == (1000, "elsewhere")


async def test_a_line_opened_while_words_fly_misses_none_and_sees_none_twice(
    room: Room, mine: str, theirs: str
) -> None:
    async with serving(), line_of(mine, room) as writer:
        epoch = (await writer.frame())["epoch"]
        for number in range(5):
            await writer.post(f"{number}")
        async with line_of(theirs, room, f"epoch={epoch}&since=0") as reader:
            welcome = await reader.frame()
            heard = [event["seq"] for event in welcome["events"]]
            while len(heard) < 5:
                heard.append((await reader.frame())["seq"])
        async with asyncio.timeout(PATIENCE_SECONDS):
            for _ in range(5):
                await writer.frame_of("posted")
    assert heard == [1, 2, 3, 4, 5]


async def test_a_line_whose_server_lost_patience_is_forgotten(room: Room, mine: str) -> None:
    async with serving() as hub:
        scope = {
            "type": "websocket",
            "headers": [(b"cookie", mine.encode())],
            "query_string": b"",
            "url_route": {"kwargs": {"slug": room.slug}},
        }
        said: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        heard: asyncio.Queue[dict[str, object]] = asyncio.Queue()
        heard.put_nowait({"type": "websocket.connect"})
        running = asyncio.create_task(RoomSocket.as_asgi()(scope, heard.get, said.put))
        while (await asyncio.wait_for(said.get(), PATIENCE_SECONDS))["type"] != "websocket.send":
            continue
        assert len(hub.lines) == 1
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert hub.lines == []


async def test_a_line_on_its_way_in_when_the_server_ends_is_told_like_all_others(
    room: Room, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    def slowly(*args: Any) -> Any:
        begun.set()
        assert may_go_on.wait(PATIENCE_SECONDS)
        return lines_for(*args)

    monkeypatch.setattr(doorway, "lines_for", slowly)
    async with serving() as hub, line_of(mine, room) as line:
        assert await asyncio.to_thread(begun.wait, PATIENCE_SECONDS)
        hub.drain()
        may_go_on.set()
        closed = await line.closed()
    assert (closed.code, closed.reason) == (1012, "1")


async def test_a_busy_database_refuses_and_the_line_stays(
    room: Room, mine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(*args: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(room_socket, "letter_seen", locked)
    async with serving(), line_of(mine, room) as line:
        await line.frame()
        notice = str(uuid.uuid4())
        await line.send({"type": "seen", "id": notice})
        refused = await line.frame()
        assert (refused["code"], refused["id"]) == ("busy", notice)
        assert await line.hears_nothing()
