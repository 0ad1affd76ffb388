"""The other database, beside the house."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from benchmarks import processes
from tests import postgres


@contextlib.contextmanager
def durable() -> Iterator[postgres.Cluster]:
    """A cluster that keeps its word about the disk, on the server's core like the server.

    Raises SystemExit where PostgreSQL is missing.
    """
    mine = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {processes.cores()[0]})
        with postgres.cluster() as here:
            os.sched_setaffinity(0, mine)
            yield here
    finally:
        os.sched_setaffinity(0, mine)
