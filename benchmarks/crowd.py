"""The load of one room: readers that count every byte, writers that keep so many posts in flight.

A post is in flight until the last reader has it. Readers take what came into one buffer
and count: a piece of the known length is one message, anything else is looked at. At the
end every reader must have been sent the same, and one of them, whose every piece was read, each
message once and in its order.
"""

from __future__ import annotations

import math
import select
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.wires import Wire

BUFFER_BYTES = 262_144
SETTLE_SECONDS = 0.3
PATIENCE_SECONDS = 20


@dataclass
class Run:
    """What one run came to. Times in seconds; `load_busy` is when something lay there to be read."""

    messages: int
    readers: int
    seconds: float
    load_busy: float
    server_cpu: float
    to_last: list[float] = field(default_factory=list)
    echoes: list[float] = field(default_factory=list)
    refused: int = 0

    @property
    def deliveries_per_second(self) -> float:
        return self.messages * self.readers / self.seconds


class Crowd:
    """`readers` sockets in one room of `wire`, and its writers, until the end of the block."""

    def __init__(self, wire: Wire, readers: int) -> None:
        self._wire = wire
        self._readers, self._writers = wire.come_in(readers)
        self._number = 0
        self._size = 0
        self._watched = self._readers[0].fileno()
        self._rests: dict[int, bytes] = {}  # the beginning of a piece whose end has not come
        self._writer_tails: dict[int, bytes] = {}
        self._has: list[float] = []
        self._walked: Counter[int] = Counter()
        self._walked_bytes: Counter[int] = Counter()
        self._order: list[int] = []  # the messages in the order in which the room shows them
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._poll = select.epoll()
        self._reads: dict[int, Callable[[bytearray], int]] = {}
        for reader in self._readers:
            reader.setblocking(False)
            self._poll.register(reader.fileno(), select.EPOLLIN | select.EPOLLET)
            self._reads[reader.fileno()] = reader.recv_into
        self._writer_at: dict[int, int] = {}
        for index, writer in enumerate(self._writers):
            writer.setblocking(False)
            self._poll.register(writer.fileno(), select.EPOLLIN)
            self._writer_at[writer.fileno()] = index
        # by the number of the socket: how to read it if whole messages of one length are all that comes
        self._quick: list[Callable[[bytearray], int] | None] = []
        self._settle()

    def close(self) -> None:
        self._poll.close()
        for sock in (*self._readers, *self._writers):
            sock.close()

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _settle(self) -> None:
        """Read away what comes from coming in; then one message tells how long each is."""
        self._drain()
        self._writer_tails = dict.fromkeys(self._writer_at, b"")
        sizes = {len(self._say_alone(index)) for index in range(len(self._writers))}
        self._size = sizes.pop() if len(sizes) == 1 and self._wire.is_alike else 0
        self._drain()
        self._quick = [None] * (max((*self._reads, *self._writer_at)) + 1)
        if self._size:
            for fd in self._reads.keys() - {self._watched}:
                self._quick[fd] = self._reads[fd]

    def _drain(self) -> None:
        while events := self._poll.poll(SETTLE_SECONDS):
            for fd, _ in events:
                self._take(fd)

    def _take(self, fd: int) -> bytes:
        read = self._reads.get(fd) or self._writers[self._writer_at[fd]].recv_into
        try:
            number = read(self._buffer)
        except BlockingIOError:
            return b""
        return self._whole(fd, number)

    def _whole(self, fd: int, number: int) -> bytes:
        """The `number` bytes that were just read, and if they filled the buffer, what lay behind them."""
        if number == 0:
            raise ConnectionError(
                "the server has cut " + ("the watched line" if fd == self._watched else "a line")
            )
        data = bytes(self._view[:number])
        return data + self._take(fd) if number == BUFFER_BYTES else data

    def _say_alone(self, writer: int) -> bytes:
        """Post one message and wait until the watched reader has it; returns it as it came."""
        self._number += 1
        self._writers[writer].sendall(self._wire.post(writer, self._number))
        deadline, tail = time.monotonic() + PATIENCE_SECONDS, b""
        found: list[bytes] = []
        while time.monotonic() < deadline:
            for fd, _ in self._poll.poll(0.1):
                data = self._take(fd)
                if fd == self._watched:
                    pieces, tail = self._wire.walk(tail + data)
                    found += [piece for piece in pieces if self._wire.number_in(piece) == self._number]
            if found:
                return found[0]
        raise TimeoutError("no message came")

    def run(
        self,
        in_flight: int,
        seconds: float,
        *,
        every: float = 0.0,
        server_cpu: Callable[[], float] = lambda: 0.0,
        half_way: Callable[[], None] | None = None,
        rested: int | None = None,
    ) -> Run:
        """Keep `in_flight` posts on their way for so long, and check what came of them.

        `every`: seconds from one post to the next, if they shall not follow as fast as they can.
        `half_way` is called once in the middle; what the writer `rested` posts after it must not be shown.
        """
        poll, clock, buffer, quick = self._poll.poll, time.perf_counter, self._buffer, self._quick
        wire, size, has = self._wire, self._size, self._start_counting()
        level, behind = 0, len(self._readers)  # how many messages everyone has; who has no more than that
        first = self._number + 1
        sent = said_no = given_up = 0
        sent_at: dict[int, float] = {}
        resting: set[int] = set()
        to_last: list[float] = []
        echoes: list[float] = []
        idle, used = 0.0, server_cpu()
        began = clock()
        middle, end = began + seconds / 2, began + seconds
        is_late = False
        while True:
            now = clock()
            if half_way is not None and now > middle:
                half_way()
                half_way = None
                is_late = True
            if sent - said_no == level:
                given_up = said_no
            while now < end and sent - given_up - level < in_flight and now >= began + sent * every:
                self._number += 1
                sent += 1
                writer = self._number % len(self._writers)
                if is_late and writer == rested:
                    resting.add(self._number)
                sent_at[self._number] = clock()
                self._writers[writer].send(wire.post(writer, self._number))
            if now >= end and level >= sent - said_no:
                break
            if now > end + PATIENCE_SECONDS:
                raise TimeoutError(f"{sent - said_no - level} messages did not reach everyone")
            # Without sleep when posts follow as fast as they can: else each write of a server would pay for
            # waking this process, which no reader on another machine costs.
            events = poll(every / 10, 1024)
            idle += 0.0 if events else clock() - now
            for fd, _ in events:  # the load's hottest loop: it must not be what is measured
                read = quick[fd]
                if read is not None:
                    number = read(buffer)
                    more = 1 if number == size else self._count(fd, number)
                elif fd in self._writer_at:
                    said_no += self._hear_writer(fd, sent_at, echoes)
                    continue
                else:
                    more = self._walk(fd, self._take(fd))
                old = has[fd]
                has[fd] = old + more
                if old == level and more:
                    behind -= 1
                    if not behind:
                        now, before, level = clock(), level, int(min(has))
                        given_up = said_no  # who was refused tries again with the others, not between them
                        behind = has.count(level)
                        to_last += [now - sent_at[one] for one in self._order[before:level] if one in sent_at]
        took = clock() - began
        busy, server_used = took - idle, server_cpu() - used
        result = Run(level, len(self._readers), took, busy, server_used, to_last, echoes, said_no)
        self._check(first, resting, level)
        if rested is not None and not said_no:
            raise AssertionError("nobody was refused, though somebody rests")
        return result

    def _start_counting(self) -> list[float]:
        """How many messages each has, by the number of its socket; what is no reader's is never behind."""
        self._order.clear()
        self._walked.clear()
        self._walked_bytes.clear()
        self._has = [0 if fd in self._reads else math.inf for fd in range(len(self._quick))]
        return self._has

    def _count(self, fd: int, number: int) -> int:
        """How many messages are in the `number` bytes that were just read."""
        if 0 < number < BUFFER_BYTES and number % self._size == 0:
            return number // self._size
        return self._walk(fd, self._whole(fd, number))

    def _walk(self, fd: int, data: bytes) -> int:
        """Count piece by piece, and go on so until what comes ends with a piece."""
        pieces, rest = self._wire.walk(self._rests.pop(fd, b"") + data)
        found = [
            (number, len(piece)) for piece in pieces if (number := self._wire.number_in(piece)) is not None
        ]
        self._walked[fd] += len(found)
        self._walked_bytes[fd] += sum(length for _, length in found)
        if fd == self._watched:
            self._order += [number for number, _ in found]
        if rest:
            self._rests[fd] = rest
        is_walked = rest or fd == self._watched or not self._size
        self._quick[fd] = None if is_walked else self._reads[fd]
        return len(found)

    def _hear_writer(self, fd: int, sent_at: dict[int, float], echoes: list[float]) -> int:
        pieces, self._writer_tails[fd] = self._wire.walk(self._writer_tails[fd] + self._take(fd))
        said_no = 0
        for piece in pieces:
            number = self._wire.number_in(piece)
            if number is None:
                said_no += self._wire.refused(piece) is not None
            elif number % len(self._writers) == self._writer_at[fd] and number in sent_at:
                echoes.append(time.perf_counter() - sent_at[number])
        return said_no

    def _check(self, first: int, resting: set[int], level: int) -> None:
        """Everyone got the same, nothing twice, nothing that should not have been shown."""
        order = self._order
        if len(set(order)) != len(order) or len(order) != level:
            raise AssertionError("the watched reader did not get every message once")
        if resting & set(order):
            raise AssertionError("words of a resting person were shown")
        counts = {self._has[fd] for fd in self._reads}
        sizes = {
            self._walked_bytes[fd] + (self._has[fd] - self._walked[fd]) * self._size for fd in self._reads
        }
        if len(counts) != 1 or (len(sizes) != 1 and self._wire.is_alike):
            raise AssertionError("the readers were not sent the same")
        gone = set(range(first, self._number + 1)) - set(order)
        if len(gone) != self._number - first + 1 - level:
            raise AssertionError("some messages were lost")
