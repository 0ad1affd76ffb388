from __future__ import annotations

from ibasho.live.line import FramedWay, PlainWay, way_of
from ibasho.live.package import Package
from tests.live.hearing import a_turn, hub_of, settle, sit, until


async def test_the_fourth_line_of_a_seat_ends_the_oldest() -> None:
    hub = hub_of()
    ears = []
    for _ in range(4):
        line, ear = sit(hub)
        settle(hub, line, 0)
        ears.append(ear)
    assert [ear.closed for ear in ears] == [(1000, "elsewhere"), None, None, None]


async def test_the_eleventh_line_of_a_person_ends_the_oldest() -> None:
    hub = hub_of()
    ears = [sit(hub, seat=f"s{number}")[1] for number in range(11)]
    assert [ear.closed for ear in ears].count((1000, "elsewhere")) == 1
    assert ears[0].closed is not None


async def test_draining_tells_everyone_to_come_back_within_seconds_that_grow_with_their_number() -> None:
    hub = hub_of()
    ears = [sit(hub, seat=f"s{number}", person=number)[1] for number in range(250)]
    watch = hub.watch(7)
    hub.drain()
    assert {ear.closed for ear in ears} == {(1012, "3")}
    assert watch.woken.done()
    assert hub.lines == []


async def test_an_answer_for_a_line_that_has_ended_goes_nowhere() -> None:
    hub = hub_of()
    line, ear = sit(hub)
    settle(hub, line, 0)
    hub.close(line, 1000, "left")
    hub.tell(line, {"type": "posted"})
    settle(hub, line, 1)
    await a_turn()
    assert [frame["type"] for frame in ear.frames] == ["welcome"]


async def test_any_server_gets_one_plain_message_per_frame_and_the_close_last() -> None:
    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    way = way_of({"type": "websocket"}, send)
    assert type(way) is PlainWay
    way.write(Package([b'{"a":1}', b'{"b":2}']))
    way.close(1012, "4")
    await until(lambda: len(sent) == 3)
    assert [message.get("text") for message in sent] == ['{"a":1}', '{"b":2}', None]
    assert sent[-1] == {"type": "websocket.close", "code": 1012, "reason": "4"}


async def test_our_own_server_gets_frames_ready_made_in_one_piece() -> None:
    written: list[bytes] = []

    async def send(message: dict[str, object]) -> None:
        raise AssertionError(message)

    way = way_of({"extensions": {"ibasho.frames": written.append}}, send)
    assert type(way) is FramedWay
    long = b"x" * 300
    way.write(Package([b"{}", long]))
    assert written == [b"\x81\x02{}" + b"\x81\x7e\x01\x2c" + long]
