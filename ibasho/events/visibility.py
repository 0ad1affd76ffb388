"""How much of a meeting somebody may see. Nothing else decides it: every page, feed and sheet asks here.

Meetings for one side of the wall are whole for whom they are meant; who passes by learns kind and day, and
for the others they are not there. Meetings for both sides are open, also to who has not come in.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from ibasho.people.models import Standpoint


class Look(StrEnum):
    WHOLE = "whole"
    KIND_AND_DAY = "kind_and_day"
    NOTHING = "nothing"


def sides_of(standpoints: Collection[str]) -> frozenset[str]:
    """`person`, `family`, `neither`, as these standpoints have them."""
    return frozenset(Standpoint(standpoint).side for standpoint in standpoints)


def is_one_sided(standpoints: Collection[str]) -> bool:
    """For the person's side or for the family's, and not for both; whoever else is meant opens it to nobody more."""
    return len(sides_of(standpoints) & {"person", "family"}) == 1


def look_of(standpoints: Collection[str], viewer: str | None, *, is_published: bool) -> Look:
    """What a `viewer` of this standpoint may see; None is somebody who has not come in, or a keeper."""
    if not is_published or not standpoints:
        return Look.NOTHING
    if not is_one_sided(standpoints) or viewer in standpoints:
        return Look.WHOLE
    return Look.KIND_AND_DAY if viewer is None else Look.NOTHING
