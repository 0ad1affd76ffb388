"""Two thousand lines come back at once after the house was killed."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.house import House, Member, house
from benchmarks.table import Row
from benchmarks.wires import Joining, join_all, joined, masked, read_until, words

ROOMS, SEATS = 20, 100
MESSAGES = 30  # in each room
SINCES = 5  # how far back the readers of one room were when the line broke
MUST_SECONDS = 20


@dataclass(frozen=True)
class Reader:
    """Who has read up to `since`, while the room is at `newest`."""

    line: Joining
    since: int
    newest: int


def rows(_seconds: float) -> Iterator[Row]:
    with house(rooms=ROOMS, seats=SEATS, is_watched=True) as here:
        readers = _talk(here)
        here.kill()
        began = time.monotonic()
        here.serve()
        served = time.monotonic()
        before = here.queries()
        join_all(here.port, [reader.line for reader in readers], at_once=len(readers))
        back = time.monotonic() - served
        asked = here.queries()
        asked.subtract(before)
    lost, double = _missing(readers)
    most = ROOMS * SINCES
    count = len(readers)
    yield Row(
        f"{count:,} sockets back after a kill",
        f"{back:.1f} s, {lost} lost, {double} double",
        f"≤{MUST_SECONDS} s, 0 lost, 0 double",
        back <= MUST_SECONDS and not lost and not double,
        f"and {served - began:.1f} s until the house served again",
    )
    reads = asked["words"]
    yield Row(
        f"  reads of words for {ROOMS} rooms × {SINCES} distinct since",
        f"{reads}",
        f"≤{most}",
        reads <= most,
        f"{sum(asked.values()) / count:.2f} queries a line in all: {_by_table(asked, count)}",
    )


def _by_table(asked: Counter[str], count: int) -> str:
    often = [(table, number) for table, number in asked.most_common(8) if number > count / 20]
    return ", ".join(f"{table} {number}" for table, number in often)


def _talk(here: House) -> list[Reader]:
    """Fill the rooms with words; everybody has read up to a place of their own."""
    readers = []
    for slug in dict.fromkeys(member.slug for member in here.members):
        members = [member for member in here.members if member.slug == slug]
        [first] = joined(here.port, members[:1])
        welcome, sock = first.welcome, first.sock
        sock.setblocking(True)
        for number in range(MESSAGES):
            sock.sendall(masked(json.dumps({"type": "post", "id": str(uuid.uuid4()), "text": words(number)})))
            read_until(sock, b'"type":"posted"')
        sock.close()
        newest = welcome["seq"] + MESSAGES
        readers += [
            Reader(_line(member, welcome["epoch"], since), since, newest)
            for member, since in zip(members, itertools.cycle(range(newest, newest - 2 * SINCES, -2)))
        ]
    return readers


def _line(member: Member, epoch: str, since: int) -> Joining:
    return Joining(f"/rooms/{member.slug}/live?epoch={epoch}&since={since}", member.cookie)


def _missing(readers: list[Reader]) -> tuple[int, int]:
    """How many messages did not come with the welcomes, and how many came twice."""
    lost = double = 0
    for reader in readers:
        numbers = [event["seq"] for event in reader.line.welcome["events"]]
        wanted = set(range(reader.since + 1, reader.newest + 1))
        lost += len(wanted - set(numbers))
        double += len(numbers) - len(set(numbers)) + len(set(numbers) - wanted)
    return lost, double
