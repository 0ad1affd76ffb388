"""Whose a text of 同意の文 is."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class ConsentOwner:
    """One meeting, one series, or one kind; empty is all that have no text of their own."""

    kind: str = ""
    series_id: int | None = None
    event_id: int | None = None

    @property
    def columns(self) -> dict[str, Any]:
        return asdict(self)


EVERYBODY = ConsentOwner()
