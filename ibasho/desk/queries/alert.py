"""One thing to look at before anything else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

_DESK = "/desk/"
LIFE, SOON = "life", "soon"
# How the alerts about one case begin, by what stands before its key in the addresses of its pages. That of words which
# wait is one for their room, and named by the oldest: the page of those leads back to the list, where the others stand.
_OF_CASES = {
    "concerns": ("concern", "told"),
    "held": ("held",),
    "reviews": ("review", "late-review"),
    "suspensions": ("suspension",),
    "volunteers": ("volunteer",),
}


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
    cases = {alert_id for page in shown for alert_id in _ids_of_case(page)}
    for alert in alerts:
        if alert.page not in shown and alert.id not in cases:
            lines.setdefault(alert.page or f"{_DESK}#{alert.id}", []).append(alert)
    return [_beside(found) for found in lines.values()]


def _ids_of_case(page: str) -> Iterator[str]:
    for part, key in pairwise(page.split("/")):
        for kind in _OF_CASES.get(part, ()):
            yield f"{kind}-{key}"


def _beside(found: Sequence[Alert]) -> Beside:
    first = found[0]
    texts = [alert.text for alert in found]
    return Beside(first.page or _DESK, first.level, texts, first.where, first.at, first.who)
