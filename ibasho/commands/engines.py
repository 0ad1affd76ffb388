"""The two databases, as a backup and a restore see them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from django.db import connection

from ibasho.commands.archive import Manifest
from ibasho.commands.embedded import Embedded
from ibasho.commands.postgres import Postgres


class Engine(Protocol):
    def copy_into(self, folder: Path) -> tuple[dict[str, dict[str, Any]], dict[str, int]]:
        """Put the database as it is at one moment into `folder`; its tables and its sequences."""

    def is_there(self) -> bool:
        """Whether there is a present database to ask."""

    def refuse_others(self) -> None:
        """Raises env.Wrong with the remedy while anybody else uses the database."""

    def prepare(self, folder: Path, manifest: Manifest) -> None:
        """Make of what was unpacked in `folder` a database beside the present one. From now on Django speaks to it."""

    def keep_aside(self, copies: Path, back_up: Callable[[Path], object]) -> Path | None:
        """Keep the present database in `copies`; None if there is none."""

    def put_in_place(self) -> None:
        """All at once: whatever happens, the one or the other is there as a whole. Django speaks to it."""

    def clear(self) -> None:
        """Leave nothing half made."""


def engine() -> Engine:
    return Embedded() if connection.vendor == "sqlite" else Postgres()
