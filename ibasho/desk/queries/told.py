"""What was told to the keepers, as this keeper's desk shows it: the cases of their rooms, and how many wait elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ibasho.desk.queries.now import DeskNow
from ibasho.moderation.concern_words import OUTCOMES
from ibasho.moderation.models import Concern
from ibasho.moderation.queries import Case, Waiting, cases_decided, cases_waiting
from ibasho.people.queries import KeeperFacts

MOST_ON_DESK = 5


@dataclass(frozen=True, slots=True)
class Told:
    """`count` cases wait in this keeper's rooms. `elsewhere`: title and number of cases of rooms that this keeper
    has no duty in, unread by them.
    """

    cases: Sequence[Case]
    count: int
    elsewhere: Sequence[tuple[str, int]]

    @property
    def is_empty(self) -> bool:
        return not self.cases and not self.elsewhere

    @property
    def has_more(self) -> bool:
        return self.count > len(self.cases)


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to decide: `label` on the button, `sentence` what who told will hear."""

    value: str
    label: str
    sentence: str


CHOICES = [Choice(outcome.value, outcome.label, OUTCOMES[outcome]) for outcome in Concern.Outcome]


def told_to(keeper: KeeperFacts, now: DeskNow, most: int | None = None) -> Told:
    """What waits, at most so many cases of it: a danger to life first, then the oldest. Nothing is asked of the
    table while nothing does.
    """
    mine = now.rooms_of(keeper.keeper_id)
    theirs = [concern for concern in now.concerns if concern.is_for(keeper)]
    urgent = _by_urgency(concern for concern in theirs if concern.room_id in mine)
    only = None if most is None else [concern.id for rows in urgent[:most] for concern in rows]
    cases = cases_waiting(keeper, mine, only) if urgent else []
    return Told(cases, len(urgent), _elsewhere(theirs, mine, now))


def decided_by_rooms(keeper: KeeperFacts, now: DeskNow) -> list[Case]:
    """What was decided in this keeper's rooms, newest first."""
    mine = now.rooms_of(keeper.keeper_id)
    return cases_decided(keeper, mine) if mine else []


def label_of(case: Case) -> str:
    """What was decided, in a few words; empty while it waits."""
    return Concern.Outcome(case.outcome).label if case.outcome else ""


def case_about(keeper: KeeperFacts, now: DeskNow, message_id: object) -> int | None:
    """The open case about these words."""
    return next((it.id for it in now.concerns if it.message_key == message_id and it.is_for(keeper)), None)


def _by_urgency(concerns: Iterable[Waiting]) -> list[list[Waiting]]:
    """The concerns of each case."""
    cases: dict[object, list[Waiting]] = {}
    for concern in concerns:
        cases.setdefault(concern.message_key or concern.id, []).append(concern)
    return sorted(cases.values(), key=lambda rows: (not any(it.about_dying for it in rows), rows[0].id))


def _elsewhere(theirs: Sequence[Waiting], mine: frozenset[int], now: DeskNow) -> list[tuple[str, int]]:
    cases = {(it.room_id, it.message_key or it.id) for it in theirs if it.room_id not in mine}
    counts = Counter(room_id for room_id, _ in cases)
    return [(room.title, counts[room.room.pk]) for room in now.rooms if counts[room.room.pk]]
