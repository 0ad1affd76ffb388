"""What must be on the disk as a whole, also when the power fails in between."""

from __future__ import annotations

import os
from pathlib import Path


def keep(path: Path) -> None:
    """What was written to this file, or named or removed in this folder, stays so."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(file: Path, contents: bytes) -> None:
    """`file` holds `contents`, or what it held before; for the house alone. Several processes may write at once."""
    fresh = file.with_suffix(f".{os.getpid()}.new")
    with open(fresh, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as draft:
        draft.write(contents)
        draft.flush()
        os.fsync(draft.fileno())
    fresh.replace(file)
    keep(file.parent)
