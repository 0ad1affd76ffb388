"""What an idle line weighs, and the whole server at rest."""

from __future__ import annotations

import time
from collections.abc import Iterator

from benchmarks import processes
from benchmarks.house import house
from benchmarks.table import Row
from benchmarks.wires import joined

LINES = 1_000
WARM_UP = 100  # what the first readers make the server load is not theirs
QUIET_SECONDS = 3.0
MUST_LINE, MUST_REST = 40 * 1024, 120e6


def rows(_seconds: float) -> Iterator[Row]:
    with house(seats=LINES + WARM_UP) as here:
        time.sleep(QUIET_SECONDS)
        at_rest = processes.resident_bytes(here.pid)
        lines = joined(here.port, here.members[:WARM_UP])
        time.sleep(QUIET_SECONDS)
        before = processes.memory_bytes(here.pid)
        lines += joined(here.port, here.members[WARM_UP:])
        time.sleep(QUIET_SECONDS)
        each = (processes.memory_bytes(here.pid) - before) / LINES
        for line in lines:
            line.sock.close()
    yield Row(
        "memory per idle socket",
        f"{each / 1024:.1f} KiB",
        "≤40 KiB",
        each <= MUST_LINE,
        f"{LINES:,} lines in one room",
    )
    yield Row(
        "whole embedded server at rest",
        f"{at_rest / 1e6:.0f} MB",
        "≤120 MB",
        at_rest <= MUST_REST,
        "resident, files too",
    )
