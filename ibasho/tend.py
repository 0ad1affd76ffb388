"""The loop of due work: openings and closings, reminders, and what must be forgotten.

It runs inside the server, and `ibasho tend` runs it beside one: whoever comes first
does the work, because each piece claims its rows.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections

from ibasho.lib import aside, due

END_SECONDS = 5.0


def tend_once() -> list[str]:
    """Do everything that is due now, also what runs aside; return the names of what was done."""
    done = due.Round().run_due()
    aside.wait()
    return done


def tend_until(stop: threading.Event) -> None:
    """Do what is due, again and again, until `stop` is set; the running pieces are finished, for some seconds."""
    work = due.Round()
    aside.go_on()
    try:
        while not stop.is_set():
            work.run_due()
            stop.wait(work.seconds_until_next())
    finally:
        aside.ask_to_end()
        aside.wait(END_SECONDS)
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
        aside.ask_to_end()  # now, not only after the piece that runs in the loop
        thread.join(timeout=END_SECONDS)
