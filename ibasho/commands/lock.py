"""Only one process serves a data folder: the lock is the kernel's, so a killed house leaves none behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ibasho.lib import env


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Hold `serve.lock` in `folder`. Raises env.Wrong with the remedy if another process serves it."""
    handle = os.open(folder / "serve.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(handle, folder)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield
    finally:
        os.close(handle)


def _take(handle: int, folder: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20).decode() or "unknown"
        raise env.Wrong(
            f"another ibasho already serves {folder} (process {holder}). "
            "Stop that one first, or give this one a folder of its own: --data DIR"
        ) from None
