from __future__ import annotations

from ibasho.live.hub import Hub
from ibasho.live.line import FramedWay, Line, Outlet, PlainWay, way_of
from ibasho.live.package import Package
from tests.live.hearing import ROOM, a_turn, change, hub_of, settle, sit, until


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

    way = way_of({"extensions": {"ibasho.frames": Outlet(written.append)}}, send)
    assert type(way) is FramedWay
    long = b"x" * 300
    way.write(Package([b"{}", long]))
    assert written == [b"\x81\x02{}" + b"\x81\x7e\x01\x2c" + long]


class Pipe:
    """A socket that takes so many bytes at once, and what was handed to the longer way."""

    def __init__(self, *takes: int) -> None:
        self.outlet = Outlet(self._write)
        self.outlet.send = self._send
        self.took = b""
        self.waiting: list[bytes] = []
        self._takes = list(takes)

    def _send(self, data: bytes) -> int:
        most = self._takes.pop(0)
        if not most:
            raise BlockingIOError
        self.took += data[:most]
        return len(data[:most])

    def _write(self, data: bytes) -> None:
        self.outlet.send = None
        self.waiting.append(data)


def sit_at(hub: Hub, pipe: Pipe, seat: str) -> None:
    way = FramedWay(_no_send, pipe.outlet)
    line = Line(way, room=ROOM, seat=seat, person=hash(seat), session="h", history_from=1, who=None)
    hub.join(line)
    settle(hub, line, 0)


async def _no_send(message: dict[str, object]) -> None:
    raise AssertionError(message)


async def test_the_short_way_is_left_as_soon_as_not_all_went_and_every_byte_keeps_its_place() -> None:
    hub = hub_of()
    pipes = [Pipe(10_000, 10_000), Pipe(5, 0), Pipe(0)]
    for number, pipe in enumerate(pipes):
        sit_at(hub, pipe, f"s{number}")
    await a_turn()
    for pipe in pipes:
        assert b"welcome" in pipe.waiting.pop()  # what a line alone gets goes the longer way
        pipe.outlet.send = pipe._send
    hub.hear([change(1)])
    await a_turn()
    hub.hear([change(2)])
    await a_turn()
    whole = pipes[0].took
    assert whole.index(b"words 1") < whole.index(b"words 2")
    assert [pipe.took + b"".join(pipe.waiting) for pipe in pipes] == [whole] * 3
    assert [len(pipe.waiting) for pipe in pipes] == [0, 2, 2]
