"""One thing to look at before anything else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

_DESK = "/desk/"
LIFE, SOON = "life", "soon"


@dataclass(frozen=True, slots=True)
class Alert:
    """`id` stays the same while its cause does; `level` is life (danger to life) or soon.

    `page` is where it can be looked at, if that is not the desk; `act` what one tap does about it, by a form to
    `action`. Both may be empty. `where`, `at` and `who` (room, moment, seat) tell one from another that says the
    same; `who` is empty for a keeper without a duty in that room.
    """

    id: str
    level: str
    text: str
    page: str = ""
    act: str = ""
    action: str = ""
    where: str = ""
    at: datetime | None = None
    who: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """All alerts that lead to one page, as a single line. `texts` are what they say."""

    page: str
    level: str
    texts: Sequence[str]
    where: str
    at: datetime | None
    who: str


def besides(alerts: Sequence[Alert], shown: Collection[str]) -> list[Beside]:
    """For a page about one case: what else there is, without what the pages `shown` already say."""
    lines: dict[str, list[Alert]] = {}
    for alert in alerts:
        if alert.page not in shown:
            lines.setdefault(alert.page or f"{_DESK}#{alert.id}", []).append(alert)
    return [_beside(found) for found in lines.values()]


def _beside(found: Sequence[Alert]) -> Beside:
    first = found[0]
    texts = [alert.text for alert in found]
    return Beside(first.page or _DESK, first.level, texts, first.where, first.at, first.who)
