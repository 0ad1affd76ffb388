"""The only way from a transaction to the screens. Only actions come here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from django.db import transaction

from ibasho.live import hub, others
from ibasho.live.changes import Change


def publish(changes: Sequence[Change]) -> None:
    """Send `changes` to everyone in their rooms, once, when this transaction has committed.

    What gets lost on the way is found again by its number: the table is the truth.
    """
    if changes:
        transaction.on_commit(partial(_hand_over, tuple(changes)))


def hurry_facts() -> None:
    """Have the open lines looked at right after this commit, not at the next round."""
    transaction.on_commit(_hurry)


def hurry_desk() -> None:
    """Have the keepers' open desks look right after this commit, not at their next round."""
    transaction.on_commit(_hurry_desk)


def _hand_over(changes: tuple[Change, ...]) -> None:
    here = hub.current()
    if here is not None:
        here.hear(changes)
    others.tell_changes(changes)


def _hurry() -> None:
    here = hub.current()
    if here is not None:
        here.hurry()
    others.tell_house(others.FACTS)


def _hurry_desk() -> None:
    here = hub.current()
    if here is not None:
        here.hurry_desk()
    others.tell_house(others.DESK)
