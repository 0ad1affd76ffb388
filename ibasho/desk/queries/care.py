"""What one keeper carries in this duty, and who would like to talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibasho.desk.queries.now import DeskNow
from ibasho.duty.queries import THERE, presence
from ibasho.moderation.models import MANY_HARD_TEXTS, Strain
from ibasho.moderation.queries import wants_to_talk
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts


@dataclass(frozen=True, slots=True)
class Care:
    """`opened`: one's own number of hard texts. `talks`: the duties of others whose keepers would like to talk.

    `answered_by` is the name of whoever said that they are there, `is_asking` while nobody has.
    """

    opened: int
    offers_break: bool
    is_asking: bool
    answered_by: str
    talks: Sequence[tuple[int, str]]

    @property
    def is_empty(self) -> bool:
        mine = self.opened or self.offers_break or self.is_asking or self.answered_by
        return not mine and not self.talks


def care_for(keeper: KeeperFacts, now: DeskNow) -> Care:
    """Asks nothing of the table."""
    mine = _mine(keeper, now)
    may_answer = now.duty_of(keeper.keeper_id) is not None or keeper.has(Role.COORDINATOR)
    others = [row for row in now.strains if row is not mine and wants_to_talk(row)] if may_answer else []
    return Care(
        opened=mine.opened if mine else 0,
        offers_break=mine.offers_break if mine else False,
        is_asking=mine is not None and wants_to_talk(mine),
        answered_by=mine.answered_by.duty_name if mine and mine.answered_by else "",
        talks=[(row.duty_id, row.duty.keeper.duty_name) for row in others],
    )


def has_seen_enough(keeper: KeeperFacts, now: DeskNow) -> bool:
    """Whether this keeper may well leave the next to another who is there."""
    mine = _mine(keeper, now)
    others = [duty for duty in now.duties if duty.keeper_id != keeper.keeper_id]
    is_enough = mine is not None and mine.opened >= MANY_HARD_TEXTS
    return is_enough and any(presence(duty, now.at) == THERE for duty in others)


def _mine(keeper: KeeperFacts, now: DeskNow) -> Strain | None:
    return next((row for row in now.strains if row.duty.keeper_id == keeper.keeper_id), None)
