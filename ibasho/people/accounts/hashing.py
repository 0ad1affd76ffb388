"""Argon2 for keepers' passwords, sized for a small rented server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher

from ibasho.lib.errors import Refusal

AT_ONCE = 2
WAITING = 1  # hashed and waited for in the threads that make pages: one of those must stay free
_places = threading.BoundedSemaphore(AT_ONCE)
queue = threading.BoundedSemaphore(AT_ONCE + WAITING)


class Argon2(Argon2PasswordHasher):
    """64 MiB and three passes, as RFC 9106 asks for; Django's own takes 100 MiB and eight lanes."""

    time_cost, memory_cost, parallelism = 3, 65_536, 1


@contextmanager
def one_of_few() -> Iterator[None]:
    """Each hash takes its memory and a core: a flood of sign-ins must not take the whole machine's.

    Raises Refusal `busy` when somebody waits for a place already.
    """
    if not queue.acquire(blocking=False):
        raise Refusal("busy")
    try:
        with _places:
            yield
    finally:
        queue.release()
