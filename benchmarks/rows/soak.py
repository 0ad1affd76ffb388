"""An hour of two thousand lines, some going and coming, and a word a second: what the server weighs more afterwards.

By hand only: `bin/bench --only soak`, with `--seconds` for another time.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks import processes
from benchmarks.house import House, Member, house
from benchmarks.table import Row
from benchmarks.wires import HouseWire, frames, joined

LINES, WRITERS = 2_000, 4
POST_SECONDS, LOOK_SECONDS, CHURN_SECONDS = 1.0, 5.0, 10.0
CHURN = 20
WARM_UP = 0.25  # of the time
PING, PONG = 0x89, b"\x8a\x80\0\0\0\0"
MUST_BYTES, MUST_SLOPE = 512 * 1024**2, 1024**2


def rows(seconds: float) -> Iterator[Row]:
    with house(seats=LINES + WRITERS) as here:
        soak = _Soak(here)
        soak.run(seconds)
    slope = _slope(soak.weights[int(len(soak.weights) * WARM_UP) :]) * 3600
    most = max(weight for _, weight in soak.weights)
    yield Row(
        f"memory after {seconds / 60:.0f} min of {LINES:,} lines",
        f"{slope / 1024**2:+.2f} MiB/h",
        "<1 MiB/h",
        slope < MUST_SLOPE,
        f"{soak.posts:,} posts, {soak.returns:,} returns, {soak.heard:,} frames heard",
    )
    yield Row("the most it weighed", f"{most / 1024**2:.0f} MiB", "≤512 MiB", most <= MUST_BYTES)


@dataclass
class _Soak:
    here: House
    weights: list[tuple[float, int]] = field(default_factory=list)
    posts: int = 0
    returns: int = 0
    heard: int = 0

    def __post_init__(self) -> None:
        self._wire = HouseWire(self.here.port, self.here.members, WRITERS)
        self._poll = select.epoll()
        self._rest: dict[int, bytes] = {}
        self._lines: dict[int, tuple[Member, socket.socket]] = {}
        self._come(self.here.members)
        self._writing = [
            sock for member, sock in self._lines.values() if member in self.here.members[:WRITERS]
        ]

    def run(self, seconds: float) -> None:
        began = time.monotonic()
        due = {self._post: (began, POST_SECONDS), self._weigh: (began, LOOK_SECONDS)}
        due[self._go_and_come] = (began + CHURN_SECONDS, CHURN_SECONDS)
        while (now := time.monotonic()) < began + seconds:
            for act, (at, every) in due.items():
                if at <= now:
                    act()
                    due[act] = (at + every, every)
            self._hear(max(0.0, min(at for at, _ in due.values()) - time.monotonic()))

    def _come(self, members: list[Member]) -> None:
        for member, line in zip(members, joined(self.here.port, members), strict=True):
            number = line.sock.fileno()
            self._lines[number], self._rest[number] = (member, line.sock), line.data
            self._poll.register(number, select.EPOLLIN)

    def _post(self) -> None:
        writer = self.posts % WRITERS
        self._writing[writer].sendall(self._wire.post(writer, self.posts))
        self.posts += 1

    def _weigh(self) -> None:
        self.weights.append((time.monotonic(), processes.memory_bytes(self.here.pid)))

    def _go_and_come(self) -> None:
        """The oldest lines, so that in the end each has been another's."""
        gone = [number for number, (_, sock) in self._lines.items() if sock not in self._writing][:CHURN]
        members = []
        for number in gone:
            self._poll.unregister(number)
            member, sock = self._lines.pop(number)
            del self._rest[number]
            sock.close()
            members.append(member)
        self._come(members)
        self.returns += len(members)

    def _hear(self, seconds: float) -> None:
        for number, _ in self._poll.poll(seconds):
            sock = self._lines[number][1]
            data = sock.recv(262_144)
            if not data:
                raise ConnectionError("a line was ended by the server")
            found, self._rest[number] = frames(self._rest[number] + data)
            self.heard += len(found)
            for frame in found:
                if frame[0] == PING:
                    sock.sendall(_pong(frame[2:]))


def _pong(payload: bytes) -> bytes:
    return bytes((PONG[0], PONG[1] | len(payload))) + PONG[2:] + payload


def _slope(points: list[tuple[float, int]]) -> float:
    """Bytes in a second, by least squares."""
    middle = sum(at for at, _ in points) / len(points)
    mean = sum(weight for _, weight in points) / len(points)
    spread = sum((at - middle) ** 2 for at, _ in points)
    return sum((at - middle) * (weight - mean) for at, weight in points) / spread
