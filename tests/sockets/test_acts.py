"""Acts of keepers as they reach open lines: the letter to the one, the row to all, nothing else."""

from __future__ import annotations

import asyncio

import orjson
import pytest

from ibasho.moderation.actions import (
    give_name_back,
    hide,
    lift_redaction,
    lift_rest,
    redact,
    remove,
    rest,
    restore,
    unname,
)
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room, Seat
from tests.conftest import OpenRoom
from tests.moderation.conftest import RULE, on_duty
from tests.sockets.kit import QUIET, in_thread, line_of, poll, serving

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(open_room: OpenRoom, keeper: KeeperFacts, second_keeper: KeeperFacts) -> Room:
    made = open_room(keepers_needed=2)
    on_duty(made, keeper, second_keeper)
    return made


async def test_hidden_words_go_from_every_line_and_only_their_writer_hears_why(
    room: Room, keeper: KeeperFacts, mine: str, theirs: str
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await reader.frame()
        await line.post("帽子は あおいつばめがら です。")
        message = (await reader.frame_of("message_posted"))["message"]
        await in_thread(hide)(keeper, room.slug, message["id"], rule=RULE)
        hidden = (await reader.frame_of("message_changed"))["message"]
        assert hidden["state"] == "hidden"
        assert "text" not in hidden
        notice = await line.frame_of("notice")
        assert (notice["code"], notice["actions"]) == ("hidden", ["review"])
        assert notice["act"] in notice["text"]
        assert notice.keys() == {"type", "id", "code", "text", "at", "actions", "act"}
        await in_thread(restore)(keeper, room.slug, message["id"])
        # what comes next for the reader is the row itself: no letter stood before it
        shown = await reader.frame()
        assert shown["type"] == "message_changed"
        assert shown["message"]["text"] == "帽子は あおいつばめがら です。"
        assert (await line.frame_of("notice"))["code"] == "restored"


async def test_a_covered_part_goes_from_every_line_and_only_its_writer_hears_why(
    room: Room, keeper: KeeperFacts, mine: str, theirs: str
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await reader.frame()
        await line.post("帽子は あおいつばめがら です。")
        frame = await reader.frame_of("message_posted")
        message = frame["message"]
        await in_thread(redact)(keeper, room.slug, message["id"], pieces=[1], seen=frame["seq"], rule=RULE)
        covered = await reader.frame()
        assert covered["type"] == "message_changed"
        assert covered["message"] == message | {"text": "帽子は ●●● です。", "redacted": True}
        assert (await line.frame_of("notice"))["code"] == "redacted"
        await in_thread(lift_redaction)(keeper, room.slug, message["id"])
        whole = await reader.frame()
        assert (whole["type"], whole["message"]) == ("message_changed", message)
        assert (await line.frame_of("notice"))["code"] == "redaction_lifted"
        assert await reader.hears_nothing()


async def test_a_taken_name_goes_from_every_line_within_a_second_and_only_its_person_hears_why(
    room: Room, keeper: KeeperFacts, mine: str, theirs: str, writer: Seat
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await reader.frame()
        words = []
        for text in ("こんばんは。", "雨ですね。"):
            await line.post(text)
            words.append((await reader.frame_of("message_posted"))["message"])
        unnamed = [{name: one[name] for name in one if name != "call_name"} for one in words]
        assert {one["call_name"] for one in words} == {writer.call_name}
        act = await in_thread(unname)(keeper, room.slug, words[0]["id"], rule=RULE)
        async with asyncio.timeout(1):
            gone = [await reader.frame() for _ in words]
        assert {frame["type"] for frame in gone} == {"message_changed"}
        assert [frame["message"] for frame in gone] == unnamed
        assert (await line.frame_of("notice"))["code"] == "unnamed"
        await line.post("つづきです。")
        assert (await reader.frame_of("message_posted"))["message"]["call_name"] == act.given_name
        await in_thread(give_name_back)(keeper, room.slug, writer.pk, act.pk)
        back = [await reader.frame() for _ in words]
        assert [(frame["type"], frame["message"]) for frame in back] == [
            ("message_changed", one) for one in words
        ]
        assert (await line.frame_of("notice"))["code"] == "name_back"
        assert await reader.hears_nothing()


async def test_a_taken_name_is_in_no_answer_of_a_poll(
    room: Room, keeper: KeeperFacts, mine: str, theirs: str, writer: Seat
) -> None:
    events = f"/rooms/{room.slug}/events/"
    async with serving(QUIET):
        _, _, first = await poll(events, theirs)
        epoch = first["epoch"]
        async with line_of(mine, room) as line:
            await line.post("こんばんは。")
            await line.frame_of("posted")
        _, _, said = await poll(f"{events}?epoch={epoch}&since={first['seq']}&wait=0", theirs)
        (message,) = [event["message"] for event in said["events"]]
        assert message["call_name"] == writer.call_name
        await in_thread(unname)(keeper, room.slug, message["id"], rule=RULE)
        for since in (first["seq"], said["seq"]):
            status, _, answer = await poll(f"{events}?epoch={epoch}&since={since}&wait=0", theirs)
            assert (status, answer["recovered"]) == (200, True)
            (event,) = answer["events"]
            bare = {name: value for name, value in message.items() if name != "call_name"}
            assert (event["type"], event["message"]) == ("message_changed", bare)
            assert writer.call_name not in orjson.dumps(answer).decode()


async def test_who_rests_is_told_on_the_line_and_may_write_again_when_it_is_lifted(
    room: Room, keeper: KeeperFacts, mine: str, writer: Seat
) -> None:
    async with serving(QUIET), line_of(mine, room) as line:
        await line.frame()
        await in_thread(rest)(keeper, room.slug, writer.pk, minutes=10, rule=RULE)
        assert (await line.frame_of("notice"))["code"] == "resting"
        await line.post("もう少しだけ。")
        assert (await line.frame_of("refused"))["code"] == "resting"
        await in_thread(lift_rest)(keeper, room.slug, writer.pk)
        assert (await line.frame_of("notice"))["code"] == "rest_lifted"
        await line.post("ただいま。")
        await line.frame_of("posted")


async def test_who_is_removed_gets_the_letter_before_the_line_ends(
    room: Room, keeper: KeeperFacts, mine: str, theirs: str, writer: Seat
) -> None:
    async with serving(QUIET), line_of(mine, room) as line, line_of(theirs, room) as reader:
        await line.frame()
        await reader.frame()
        await in_thread(remove)(keeper, room.slug, writer.pk, days=1, rule=RULE)
        assert (await line.frame_of("notice"))["code"] == "removed"
        closed = await line.closed()
        assert (closed.code, closed.reason) == (4403, "removed")
        assert await reader.hears_nothing()
