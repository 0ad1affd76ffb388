"""What keepers can claim, told by the parts that hold it.

A part registers its kind in `ready()`; its page then includes `desk/_claim.html` with the `ref` of what it
shows, and its deciding action calls `settle_claim` first.
"""

from __future__ import annotations

from collections.abc import Callable

from ibasho.lib.errors import Refusal
from ibasho.people.queries import KeeperFacts

MayLook = Callable[[KeeperFacts, str], object]
_LONGEST_KEY = 40
_kinds: dict[str, MayLook] = {}


def register(kind: str, may_look: MayLook) -> None:
    """`may_look(keeper, key)` raises Refusal `not_found` unless it waits and this keeper may look at it.

    It returns False for what is not hard to read: all else is counted in the keeper's duty.
    """
    _kinds[kind] = may_look


def ref_of(kind: str, key: object) -> str:
    """How a form names one thing of this kind."""
    return f"{kind}:{key}"


def look_up(keeper: KeeperFacts, ref: str) -> tuple[str, str, bool]:
    """Kind and key of what this keeper may look at, and whether it is hard. Refuses `malformed`, `not_found`."""
    kind, _, key = ref.partition(":")
    may_look = _kinds.get(kind)
    if may_look is None or not 0 < len(key) <= _LONGEST_KEY:
        raise Refusal("malformed")
    return kind, key, may_look(keeper, key) is not False
