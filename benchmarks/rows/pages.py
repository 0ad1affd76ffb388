"""A room's page: what its first load weighs, and how long the server takes."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator

from benchmarks.house import House, house
from benchmarks.pages import Browser
from benchmarks.table import Row, milliseconds, percentile
from benchmarks.wires import joined, masked, read_until

PEOPLE = 50
MESSAGES = 50
PER_SECOND = 20
MOST_BYTES = 60 * 1024
P50, P99 = 0.025, 0.080


def rows(seconds: float) -> Iterator[Row]:
    with house(seats=PEOPLE) as here:
        _talk(here)
        path = f"/rooms/{here.members[0].slug}/"
        weights = Browser(here.port, here.members[0].cookie).load(path)
        total = sum(weights.values())
        yield Row(
            f"first load of a room page with {MESSAGES} messages",
            f"{total / 1024:.1f} KB",
            "≤60 KB",
            total <= MOST_BYTES,
            f"page {weights[path] / 1024:.1f} KB and {len(weights) - 1} files, headers too, compressed",
        )
        took = _ask(here, path, seconds)
    half, worst = percentile(took, 0.5), percentile(took, 0.99)
    yield Row(
        f"server time of that page at {PER_SECOND} requests/s, p50 / p99",
        f"{milliseconds(half)} / {milliseconds(worst)}",
        "≤25 / 80 ms",
        half <= P50 and worst <= P99,
        f"{len(took)} requests",
    )


def _talk(here: House) -> None:
    lines = [line.sock for line in joined(here.port, here.members[:10])]
    for sock in lines:
        sock.setblocking(True)
    for number in range(MESSAGES):
        sock = lines[number % len(lines)]
        text = f"{number:02} " + "今日は雨なので、ずっと家にいました。お茶をいれて、本を読んでいます。" * (
            1 + number % 2
        )
        sock.sendall(masked(json.dumps({"type": "post", "id": str(uuid.uuid4()), "text": text})))
        read_until(sock, b'"type":"posted"')
    for sock in lines:
        sock.close()


def _ask(here: House, path: str, seconds: float) -> list[float]:
    """Requests at even moments, each by another person; one that waits for the one before has waited."""
    browsers = [Browser(here.port, one.cookie) for one in here.members]
    browsers[0].get(path)
    took = []
    began = time.perf_counter()
    for number in range(int(seconds * PER_SECOND)):
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        if browsers[number % len(browsers)].get(path).status != 200:
            raise AssertionError("the page did not come")
        took.append(time.perf_counter() - due)
    return took
