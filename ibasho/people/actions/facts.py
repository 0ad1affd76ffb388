"""The number that open lines watch: whoever is bumped is looked at again within seconds."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from ibasho.people.models import FactsClock, Person

_ONLY_ROW = 1


def next_facts() -> int:
    """Take the next number, in the caller's transaction, so that numbers commit in order."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("facts are numbered inside a transaction")
    if not _advance():
        _begin()
        _advance()
    return FactsClock.objects.values_list("number", flat=True).get(pk=_ONLY_ROW)


def bump_facts(person_ids: Iterable[int]) -> int:
    """Give these persons the next number, in the caller's transaction; returns it."""
    number = next_facts()
    Person.objects.filter(pk__in=list(person_ids)).update(facts=number)
    return number


def _advance() -> bool:
    return FactsClock.objects.filter(pk=_ONLY_ROW).update(number=F("number") + 1) == 1


def _begin() -> None:
    try:
        with transaction.atomic():
            FactsClock.objects.create(pk=_ONLY_ROW, number=0)
    except IntegrityError:  # another process began it in this moment
        return
