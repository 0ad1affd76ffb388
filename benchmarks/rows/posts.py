"""Words on disk per second, over many rooms, one process."""

from __future__ import annotations

import contextlib
import json
import select
import time
import uuid
from collections.abc import Iterator

from benchmarks import postgres
from benchmarks.house import House, house
from benchmarks.table import Row, milliseconds, p99
from benchmarks.wires import frames, joined, masked, payload_of, words

ROOMS, SEATS = 100, 2
IN_FLIGHT = 2  # of each of the two hundred
MUST = 1_000


def rows(seconds: float) -> Iterator[Row]:
    with house(rooms=ROOMS, seats=SEATS) as here:
        yield _row("SQLite", here, seconds)
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.durable()).url()
        except SystemExit as missing:
            yield Row("durable posts/s, PostgreSQL", "not measured", f"≥{MUST:,}", False, str(missing))
            return
        yield _row(
            "PostgreSQL", stack.enter_context(house(rooms=ROOMS, seats=SEATS, DATABASE_URL=url)), seconds
        )


def _row(engine: str, here: House, seconds: float) -> Row:
    posted, took, answers = _post_all(here, seconds)
    kept = sum(here.order("count_words", slug) for slug in {member.slug for member in here.members})
    if kept < posted:
        raise AssertionError(f"{posted} posts were answered, {kept} are in the table")
    return Row(
        f"durable posts/s, {ROOMS} rooms × {SEATS} writers, {engine}",
        f"{posted / took:,.0f}",
        f"≥{MUST:,}",
        posted / took >= MUST,
        f"answer p99 {milliseconds(p99(answers))}; all {posted:,} found in the table",
    )


def _post_all(here: House, seconds: float) -> tuple[int, float, list[float]]:
    """Everyone posts the next as soon as one is answered; returns how many were, and how long each took."""
    poll, lines, tails = select.epoll(), {}, {}
    for line in joined(here.port, here.members):
        sock = line.sock
        lines[sock.fileno()], tails[sock.fileno()] = sock, line.data
        poll.register(sock.fileno(), select.EPOLLIN)
    sent_at: dict[str, float] = {}
    answers: list[float] = []

    def post(fd: int) -> None:
        request_id = str(uuid.uuid4())
        sent_at[request_id] = time.perf_counter()
        lines[fd].sendall(masked(json.dumps({"type": "post", "id": request_id, "text": words(len(sent_at))})))

    began = time.perf_counter()
    for fd in list(lines) * IN_FLIGHT:
        post(fd)
    while (now := time.perf_counter()) < began + seconds:
        for fd, _ in poll.poll(1):
            found, tails[fd] = frames(tails[fd] + lines[fd].recv(262_144))
            for payload in map(payload_of, found):
                if payload.startswith(b'{"type":"posted"'):
                    answers.append(now - sent_at[payload[23:59].decode()])
                    post(fd)
                elif payload.startswith(b'{"type":"refused"'):
                    raise AssertionError(payload.decode())
    took = time.perf_counter() - began
    for sock in lines.values():
        sock.close()
    poll.close()
    return len(answers), took, answers
