"""会のあとのカード before it is written: in the memory of one process, and who answered only under a mark.

A row of the sign-up, or a change of a sum beside it, would tell a copy of the database who answered what. So nothing
is written until several have answered, and then all of them at once.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from django.conf import settings

from ibasho.events.models import FEWEST_CARDS, SignUp
from ibasho.lib import clock, env

_PURPOSE = "a card was answered from"
Batch = Mapping[str, str]


def month_of(row: SignUp) -> date:
    return clock.tokyo(row.event.starts).date().replace(day=1)


def mark_of(row: SignUp) -> str:
    """The same for one sign-up; without the house secret it belongs to none."""
    return env.derived(settings.HOUSE_SECRET, f"{_PURPOSE} {row.pk}")


class CardPot:
    """Answers by their marks, month by month. Gone with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._months: dict[date, dict[str, str]] = defaultdict(dict)

    def holds(self, month: date, mark: str) -> bool:
        with self._lock:
            return mark in self._months[month]

    def put(self, month: date, mark: str, answer: str) -> Batch:
        """The first answer under a mark stands. What is to be written now, and is held here no more."""
        with self._lock:
            held = self._months[month]
            held.setdefault(mark, answer)
            return self._months.pop(month) if len(held) >= FEWEST_CARDS else {}

    def put_back(self, month: date, batch: Batch) -> None:
        with self._lock:
            self._months[month] = {**batch, **self._months[month]}

    def forget(self, until: date | None = None) -> None:
        """Months that begin by then; without a day all of them."""
        with self._lock:
            for month in [one for one in self._months if until is None or one <= until]:
                del self._months[month]


POT = CardPot()
