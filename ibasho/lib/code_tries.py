"""Trying codes: only those that are of nothing are counted, so that guessing is slow and asking is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ibasho.lib import rate_limit
from ibasho.lib.errors import Refusal


@contextmanager
def counted(verb: str, prefix: str) -> Iterator[None]:
    """Around what is done with a code. Refuses `too_many_tries` before anything is looked up; whatever comes of a
    code but `not_found` is not counted.
    """
    rate_limit.take(verb, prefix)
    try:
        yield
    except Refusal as refusal:
        if refusal.code != "not_found":
            rate_limit.give_back(verb, prefix)
        raise
    rate_limit.give_back(verb, prefix)
