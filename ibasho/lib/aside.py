"""Work that takes long, beside the clock of the house: one thread for each name, asked to end between two pieces."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

_guard = threading.Lock()
_threads: dict[str, threading.Thread] = {}
_is_ending = threading.Event()


def begin(name: str, work: Callable[[], None]) -> bool:
    """Run `work` in a thread of its own, unless it runs still or the house is ending; returns whether it began.

    `work` asks `is_ending` before each piece.
    """
    with _guard:
        if _is_ending.is_set() or (name in _threads and _threads[name].is_alive()):
            return False
        # daemon: what hangs at somebody else's server does not keep this process from ending
        thread = _threads[name] = threading.Thread(target=work, name=f"ibasho-{name}", daemon=True)
        thread.start()
    return True


def is_ending() -> bool:
    """Whether no further piece is to be begun."""
    return _is_ending.is_set()


def ask_to_end() -> None:
    """Whatever runs finishes its piece, and nothing new begins. Undone by `go_on`."""
    _is_ending.set()


def go_on() -> None:
    _is_ending.clear()


def wait(seconds: float | None = None) -> bool:
    """Until all of it has ended, at most so long; whether it has."""
    until = None if seconds is None else time.monotonic() + seconds
    with _guard:
        threads = list(_threads.values())
    for thread in threads:
        thread.join(None if until is None else max(0.0, until - time.monotonic()))
    return not any(thread.is_alive() for thread in threads)
