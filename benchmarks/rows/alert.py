"""A danger to a life while five hundred people write: how long until a keeper's open desk hears of it."""

from __future__ import annotations

import json
import select
import socket
import time
import uuid
from collections.abc import Iterator

from benchmarks.house import House, house
from benchmarks.table import Row, milliseconds, p99, percentile
from benchmarks.wires import frames, is_text, joined, masked, opened, payload_of, words

ROOMS, SEATS = 50, 10
PER_SECOND = 100  # posts of all five hundred together
APART_SECONDS = 1.7  # no multiple of the rounds in which the desk looks
DANGER = "もう死にたいです。"
MOST_SECONDS = 2.0


def rows(seconds: float) -> Iterator[Row]:
    with house(rooms=ROOMS, seats=SEATS) as here:
        key = here.order("fill_desk", here.members[0].slug, 0)
        took = _alerts(here, f"{here.members[0].cookie.partition('=')[0]}={key}", seconds)
    yield Row(
        f"danger to a life to a keeper's desk, {ROOMS * SEATS} posting, p50 / p99",
        f"{milliseconds(percentile(took, 0.5))} / {milliseconds(p99(took))}",
        "p99 ≤2,000 ms",
        p99(took) <= MOST_SECONDS,
        f"{len(took)} alerts beside {PER_SECOND} posts/s",
    )


def _alerts(here: House, cookie: str, seconds: float) -> list[float]:
    """Each danger is written by somebody who has written none before; the next when it was heard of."""
    poll, lines, tails = select.epoll(), {}, {}
    for line in joined(here.port, here.members):
        lines[line.sock.fileno()], tails[line.sock.fileno()] = line.sock, line.data
        poll.register(line.sock.fileno(), select.EPOLLIN)
    desk, tail = opened(here.port, "/desk/live", cookie)
    lines[desk.fileno()], tails[desk.fileno()] = desk, tail
    poll.register(desk.fileno(), select.EPOLLIN)
    writers = [sock for fd, sock in lines.items() if fd != desk.fileno()]
    posted, took, known, sent_at = 0, [], None, 0.0
    began = time.perf_counter()
    due = began + APART_SECONDS
    while (now := time.perf_counter()) < began + seconds or sent_at:
        while began + posted / PER_SECOND <= now:
            _post(writers[posted % len(writers)], words(posted))
            posted += 1
        if not sent_at and known is not None and now >= due:
            _post(writers[len(took)], DANGER)
            sent_at = time.perf_counter()
        for fd, _ in poll.poll(0.005):
            found, tails[fd] = frames(tails[fd] + lines[fd].recv(262_144))
            if fd != desk.fileno():
                continue
            for payload in map(payload_of, filter(is_text, found)):
                heard = _dangers(payload)
                if sent_at and heard - (known or set()):
                    took.append(time.perf_counter() - sent_at)
                    sent_at, due = 0.0, time.perf_counter() + APART_SECONDS
                known = heard
        if sent_at and now > sent_at + 10 * MOST_SECONDS:
            raise AssertionError("the desk heard of no danger")
    for sock in lines.values():
        sock.close()
    poll.close()
    return took


def _post(sock: socket.socket, text: str) -> None:
    sock.sendall(masked(json.dumps({"type": "post", "id": str(uuid.uuid4()), "text": text})))


def _dangers(payload: bytes) -> set[str]:
    frame = json.loads(payload)
    return {alert["id"] for alert in frame.get("alerts", ()) if alert["id"].startswith("incident-")}
