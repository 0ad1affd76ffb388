"""The keepers' desk when much waits: what its first load weighs, and how long the server takes."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks.house import House, house
from benchmarks.pages import Browser
from benchmarks.table import Row, milliseconds, percentile

LOG_ROWS = 10_000
WAITING = 200
PER_SECOND = 20
MOST_BYTES = 60 * 1024
P99 = 0.080
PATH = "/desk/"


def rows(seconds: float) -> Iterator[Row]:
    with house(seats=2) as here:
        key = here.order("fill_desk", here.members[0].slug, LOG_ROWS)
        cookie = f"{here.members[0].cookie.partition('=')[0]}={key}"
        weights = Browser(here.port, cookie).load(PATH)
        total = sum(weights.values())
        yield Row(
            f"first load of the desk with {WAITING} things that wait",
            f"{total / 1024:.1f} KB",
            "≤60 KB",
            total <= MOST_BYTES,
            f"page {weights[PATH] / 1024:.1f} KB and {len(weights) - 1} files, headers too, compressed",
        )
        took = _ask(here, cookie, seconds)
    half, worst = percentile(took, 0.5), percentile(took, 0.99)
    yield Row(
        f"server time of the desk at {PER_SECOND} requests/s with {LOG_ROWS:,} log rows, p50 / p99",
        f"{milliseconds(half)} / {milliseconds(worst)}",
        "p99 ≤80 ms",
        worst <= P99,
        f"{len(took)} requests",
    )


def _ask(here: House, cookie: str, seconds: float) -> list[float]:
    """Requests at even moments; one that waits for the one before has waited."""
    browser = Browser(here.port, cookie)
    browser.get(PATH)
    took = []
    began = time.perf_counter()
    for number in range(int(seconds * PER_SECOND)):
        due = began + number / PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        if browser.get(PATH).status != 200:
            raise AssertionError("the desk did not come")
        took.append(time.perf_counter() - due)
    return took
