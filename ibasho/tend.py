"""The loop of due work: openings and closings, reminders, and what must be forgotten.

It runs inside the server, and `ibasho tend` runs it beside one: whoever comes first
does the work, because each piece claims its rows.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from ibasho.lib import due


def tend_once() -> list[str]:
    """Do everything that is due now; return the names of what was done."""
    return due.Round().run_due()


def tend_until(stop: threading.Event) -> None:
    """Do what is due, again and again, until `stop` is set; the running piece is finished."""
    work = due.Round()
    try:
        while not stop.is_set():
            work.run_due()
            stop.wait(work.seconds_until_next())
    finally:
        connections.close_all()


@contextmanager
def tending() -> Iterator[None]:
    """Tend in a thread of this process for as long as the block runs."""
    stop = threading.Event()
    # daemon: a stop that is in a hurry does not wait for a purge, which can be done again
    thread = threading.Thread(target=tend_until, args=(stop,), name="ibasho-tend", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
