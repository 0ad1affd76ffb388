"""The load of one room: readers that count every byte, writers that keep so many posts in flight.

A post is in flight until the last reader has it. Readers take what came into one buffer
and count: a piece of the known length is one message, anything else is looked at. At the
end every reader must have been sent the same, and one of them, whose every piece was read, each
message once and in its order.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.wires import Wire

BUFFER_BYTES = 262_144
SETTLE_SECONDS = 0.3
PATIENCE_SECONDS = 20


@dataclass
class Run:
    """What one run came to. Times in seconds."""

    messages: int
    readers: int
    seconds: float
    load_cpu: float
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
        self._tails: dict[int, bytes] = {}
        self._writer_tails: dict[int, bytes] = {}
        self._bytes: dict[int, int] = {}
        self._counts: dict[int, int] = {}
        self._shown: list[int] = []
        self._buffer = bytearray(BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._poll = select.epoll()
        self._reads: dict[int, Callable[[bytearray], int]] = {}
        for reader in self._readers:
            reader.setblocking(False)
            self._poll.register(reader.fileno(), select.EPOLLIN)
            self._reads[reader.fileno()] = reader.recv_into
        self._writer_at: dict[int, int] = {}
        for index, writer in enumerate(self._writers):
            writer.setblocking(False)
            self._poll.register(writer.fileno(), select.EPOLLIN)
            self._writer_at[writer.fileno()] = index
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
        for fd in self._reads:
            self._bytes[fd] = self._counts[fd] = 0
            self._tails[fd] = b""
        self._writer_tails = dict.fromkeys(self._writer_at, b"")
        sizes = {len(self._say_alone(index)) for index in range(len(self._writers))}
        self._size = sizes.pop() if len(sizes) == 1 and self._wire.is_alike else 0
        self._drain()
        for fd in self._reads:
            self._bytes[fd] = self._counts[fd] = 0

    def _drain(self) -> None:
        while events := self._poll.poll(SETTLE_SECONDS):
            for fd, _ in events:
                self._take(fd)

    def _take(self, fd: int) -> bytes:
        sock = self._readers[0] if fd == self._watched else None
        read = self._reads.get(fd) or self._writers[self._writer_at[fd]].recv_into
        try:
            number = read(self._buffer)
        except BlockingIOError:
            return b""
        if number == 0:
            raise ConnectionError("the server has cut a line" + (" (the watched one)" if sock else ""))
        return bytes(self._view[:number])

    def _say_alone(self, writer: int) -> bytes:
        """Post one message and wait until the watched reader has it; returns it as it came."""
        self._number += 1
        self._writers[writer].sendall(self._wire.post(writer, self._number))
        deadline, tail = time.monotonic() + PATIENCE_SECONDS, b""
        while time.monotonic() < deadline:
            for fd, _ in self._poll.poll(0.1):
                data = self._take(fd)
                if fd != self._watched:
                    continue
                pieces, tail = self._wire.walk(tail + data)
                for piece in pieces:
                    if self._wire.number_in(piece) == self._number:
                        return piece
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
        wire, size, reads, counts, sums = self._wire, self._size, self._reads, self._counts, self._bytes
        tails, buffer, view, watched = self._tails, self._buffer, self._view, self._watched
        poll, clock, readers = self._poll.poll, time.perf_counter, len(self._readers)
        for fd in reads:
            counts[fd] = sums[fd] = 0
        self._shown.clear()
        first = self._number + 1
        at_level = {0: readers}  # how many readers have so many messages
        level = sent = said_no = 0
        sent_at: dict[int, float] = {}
        by_writer: dict[int, int] = {}
        resting: set[int] = set()
        to_last: list[float] = []
        echoes: list[float] = []
        order: list[int] = []  # the messages in the order in which the room shows them
        cpu, used = time.process_time(), server_cpu()
        began = clock()
        middle, end = began + seconds / 2, began + seconds
        is_late = False
        while True:
            now = clock()
            if half_way is not None and now > middle:
                half_way()
                half_way = None
                is_late = True
            while now < end and sent - said_no - level < in_flight and now >= began + sent * every:
                self._number += 1
                sent += 1
                writer = self._number % len(self._writers)
                by_writer[self._number] = writer
                if is_late and writer == rested:
                    resting.add(self._number)
                sent_at[self._number] = clock()
                self._writers[writer].send(wire.post(writer, self._number))
            if now >= end and level >= sent - said_no:
                break
            if now > end + PATIENCE_SECONDS:
                raise TimeoutError(f"{sent - said_no - level} messages did not reach everyone")
            for fd, _ in poll(every / 10 or 1.0, 1024):
                read = reads.get(fd)
                if read is None:
                    said_no += self._hear_writer(fd, sent_at, echoes)
                    continue
                number = read(buffer)
                if number == 0:
                    raise ConnectionError("the server has cut a reader's line")
                sums[fd] += number
                if fd == watched or tails[fd] or not size or number % size:
                    pieces, tails[fd] = wire.walk(tails[fd] + view[:number].tobytes())
                    more = 0
                    for piece in pieces:
                        known = wire.number_in(piece)
                        if known is not None:
                            more += 1
                            if fd == watched:
                                order.append(known)
                        else:
                            sums[fd] -= len(piece)
                    if not more:
                        continue
                else:
                    more = number // size
                old = counts[fd]
                counts[fd] = new = old + more
                left = at_level[old] - 1
                at_level[old] = left
                at_level[new] = at_level.get(new, 0) + 1
                if left == 0 and old == level:
                    while not at_level.get(level):
                        at_level.pop(level, None)
                        level += 1
                    now = clock()
                    to_last += [now - sent_at[one] for one in order[len(to_last) : level] if one in sent_at]
        took = clock() - began
        result = Run(
            level, readers, took, time.process_time() - cpu, server_cpu() - used, to_last, echoes, said_no
        )
        self._check(order, first, resting, level)
        if rested is not None and not said_no:
            raise AssertionError("nobody was refused, though somebody rests")
        return result

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

    def _check(self, order: list[int], first: int, resting: set[int], level: int) -> None:
        """Everyone got the same, nothing twice, nothing that should not have been shown."""
        if len(set(order)) != len(order) or len(order) != level:
            raise AssertionError("the watched reader did not get every message once")
        if resting & set(order):
            raise AssertionError("words of a resting person were shown")
        got_alike = len(set(self._bytes.values())) == 1 or not self._wire.is_alike
        if len(set(self._counts.values())) != 1 or not got_alike:
            raise AssertionError("the readers were not sent the same")
        gone = set(range(first, self._number + 1)) - set(order)
        if not gone <= set(range(first, self._number + 1)) or len(gone) != self._number - first + 1 - level:
            raise AssertionError("some messages were lost")
