from __future__ import annotations

import json
import uuid

import pytest

from ibasho.rooms.models import Message, Room
from tests.sockets.kit import in_thread, line_of, serving

pytestmark = pytest.mark.django_db(transaction=True)
ID = "0f2a7b1c-3d4e-4f5a-8b6c-7d8e9f0a1b2c"


def _with_id(frame: str, request_id: str = ID) -> str:
    return frame.replace('"ID"', f'"{request_id}"')


POISON = [
    _with_id('{"type":"post","id":"ID","text":"\\ud800"}'),
    _with_id('{"type":"post","id":"ID","text":"a\\u0000b"}'),
    _with_id('{"type":"post","id":"ID","text":"\\uffff"}'),
    _with_id('{"type":"post","id":"ID","text":NaN}'),
    '{"type":"fill","since":NaN}',
    '{"type":"fill","since":1e999}',
    '{"type":"fill","since":' + "9" * 5000 + "}",
    "[" * 8000,
    '{"type":"post","text":' + '{"a":' * 2000 + "1" + "}" * 2000 + "}",
    "",
    " ",
    "null",
    "[]",
    '"post"',
    "{}",
    '{"type":null}',
    '{"type":"dance"}',
    _with_id('{"type":"post","id":"ID"}'),
    _with_id('{"type":"post","id":"ID","text":null}'),
    _with_id('{"type":"post","id":"ID","text":["a"]}'),
    _with_id('{"type":"post","id":"ID","text":"a","cover":null}'),
    _with_id('{"type":"post","id":"ID","text":"a","tone":"loud"}'),
    _with_id('{"type":"post","id":"ID","text":"a","choice":"anyway"}'),
    _with_id('{"type":"post","id":"ID","text":"a","extra":1}'),
    _with_id('{"type":"post","id":"ID","text":"a"}', ID.upper()),
    '{"type":"post","id":"01980d0c-0000-7000-8000-000000000000","text":"a"}',
    '{"type":"fill","since":"1"}',
    '{"type":"fill","since":true}',
    '{"type":"fill","since":1.0}',
    '{"type":"seen","id":"1"}',
    _with_id('{"type":"withdraw","id":"ID"}'),
    json.dumps({"type": "post", "id": ID, "text": "a"} | {f"k{number}": number for number in range(1000)}),
]


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
async def test_poison_is_refused_to_its_sender_only_and_the_line_stays(
    room: Room, mine: str, theirs: str, poison: str
) -> None:
    async with serving(), line_of(mine, room) as writer, line_of(theirs, room) as reader:
        await writer.frame()
        await reader.frame()
        await writer.send_text(poison)
        refused = await writer.frame()
        assert (refused["type"], refused["code"]) == ("refused", "malformed")
        assert refused["text"]
        await writer.post("まだ います")
        assert (await reader.frame())["message"]["text"] == "まだ います"
    assert await in_thread(Message.objects.count)() == 1


async def test_a_refusal_names_the_id_it_answers(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as line:
        await line.frame()
        await line.send({"type": "post", "id": ID, "text": "a", "extra": True})
        assert (await line.frame())["id"] == ID
        await line.send({"type": "post", "id": ID, "text": "   "})
        assert await line.frame() | {"text": ""} == {"type": "refused", "id": ID, "code": "empty", "text": ""}
        await line.send({"type": "post", "id": str(uuid.uuid4()), "text": "あ" * 1001})
        assert (await line.frame())["code"] == "too_long"


async def test_the_twentieth_malformed_frame_in_a_minute_ends_the_line(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as line:
        await line.frame()
        for _ in range(20):
            await line.send_text("?")
        answers = [await line.frame() for _ in range(20)]
        assert {answer["code"] for answer in answers} == {"malformed"}
        assert (await line.closed()).code == 1008


async def test_a_binary_frame_ends_the_line_with_1003(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as line:
        await line.frame()
        await line.send_bytes(b"\x00")
        assert (await line.closed()).code == 1003


async def test_more_than_16_kib_ends_the_line_with_1009(room: Room, mine: str) -> None:
    async with serving(), line_of(mine, room) as line:
        await line.frame()
        await line.send_text("あ" * 5462)
        assert (await line.closed()).code == 1009
