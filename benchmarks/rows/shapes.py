"""The same two thousand readers in one room, and spread over two hundred."""

from __future__ import annotations

import json
import select
import socket
import time
import uuid
from collections.abc import Iterator

from benchmarks.house import House, house
from benchmarks.table import Row
from benchmarks.wires import frames, joined, masked, payload_of, words

SHAPES = ((200, 10), (1, 2_000))
PER_SECOND = 4_000  # deliveries that are offered to either shape


def rows(seconds: float) -> Iterator[Row]:
    figures = []
    for rooms, seats in SHAPES:
        with house(rooms=rooms, seats=seats) as here:
            figures.append(_deliveries(here, rooms, seats, seconds))
    many, one = figures
    yield Row(
        f"{PER_SECOND:,} deliveries/s offered: 200 rooms × 10 beside 1 room × 2,000",
        f"{many:,.0f} beside {one:,.0f}",
        "±20 %",
        abs(many / one - 1) <= 0.2,
    )


def _deliveries(here: House, rooms: int, seats: int, seconds: float) -> float:
    """Post at the pace that makes so many deliveries; count those that arrive within the time."""
    poll = select.epoll()
    lines: dict[int, socket.socket] = {}
    tails: dict[int, bytes] = {}
    writers: dict[str, socket.socket] = {}
    for member, line in zip(here.members, joined(here.port, here.members), strict=True):
        sock = line.sock
        lines[sock.fileno()], tails[sock.fileno()] = sock, line.data
        writers.setdefault(member.slug, sock)
        poll.register(sock.fileno(), select.EPOLLIN)
    order, posted, came = list(writers.values()), 0, 0
    every = seats / PER_SECOND
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        while began + posted * every <= now:
            frame = {"type": "post", "id": str(uuid.uuid4()), "text": words(posted)}
            order[posted % rooms].sendall(masked(json.dumps(frame)))
            posted += 1
        for fd, _ in poll.poll(min(every, 0.05)):
            found, tails[fd] = frames(tails[fd] + lines[fd].recv(262_144))
            came += sum(payload_of(one).startswith(b'{"type":"message_posted"') for one in found)
    for sock in lines.values():
        sock.close()
    poll.close()
    return came / (time.perf_counter() - began)
