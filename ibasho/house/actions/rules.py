"""The promises: a next version is drafted, revised, put in force from a time on, or taken back before it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import transaction
from django.db.models import Max

from ibasho.house import queries
from ibasho.house.clauses import Clause, clauses_of
from ibasho.house.models import HouseRule, HouseRulesVersion
from ibasho.lib import clock


class AlreadyInForceError(ValueError):
    """A version in force is never changed; a change is a new version."""


def draft_rules(clauses: Sequence[Clause]) -> HouseRulesVersion:
    """The next version, not yet in force; `revise_rules` changes it, `publish_rules` ends that."""
    with transaction.atomic():
        last = HouseRulesVersion.objects.aggregate(last=Max("number"))["last"] or 0
        version = HouseRulesVersion.objects.create(number=last + 1)
        _write_clauses(version, clauses)
    return version


def draft_next_rules() -> HouseRulesVersion:
    """A draft with the words of now. While there is a draft or a planned version, that one.

    One at a time: so the newest number is always the one that counts.
    """
    with transaction.atomic():
        present = HouseRulesVersion.objects.select_for_update().order_by("-number").first()
        waiting = queries.next_rules()
        if waiting is not None:
            return waiting
        return draft_rules(clauses_of(present) if present else ())


def revise_rules(version: HouseRulesVersion, clauses: Sequence[Clause]) -> None:
    """Replace the clauses of a draft. Raises AlreadyInForceError for anything else."""
    with transaction.atomic():
        if not HouseRulesVersion.objects.filter(pk=version.pk, effective_from__isnull=True).update(hash=""):
            raise AlreadyInForceError(version.number)
        version.clauses.all().delete()
        _write_clauses(version, clauses)


def discard_draft(version: HouseRulesVersion) -> None:
    """Throw a draft away. Raises AlreadyInForceError for anything else."""
    with transaction.atomic():
        gone, _ = HouseRulesVersion.objects.filter(pk=version.pk, effective_from__isnull=True).delete()
        if not gone:
            raise AlreadyInForceError(version.number)


def publish_rules(version: HouseRulesVersion, *, effective_from: datetime | None = None) -> None:
    """Put a draft in force, from now or from a date on, sealed by its hash.

    Raises AlreadyInForceError if it was published before.
    """
    starts = effective_from or clock.now()
    with transaction.atomic():
        seal = rules_hash(version)
        drafts = HouseRulesVersion.objects.filter(pk=version.pk, effective_from__isnull=True)
        if not drafts.update(effective_from=starts, hash=seal):
            raise AlreadyInForceError(version.number)
    version.effective_from, version.hash = starts, seal


def withdraw_rules(version: HouseRulesVersion) -> None:
    """A planned version is a draft again. Raises AlreadyInForceError once its time has come."""
    with transaction.atomic():
        planned = HouseRulesVersion.objects.filter(pk=version.pk, effective_from__gt=clock.now())
        if not planned.update(effective_from=None, hash=""):
            raise AlreadyInForceError(version.number)
    version.effective_from, version.hash = None, ""


def rules_hash(version: HouseRulesVersion) -> str:
    """SHA-256 (hex) over number and clauses in their order: says which words were agreed to."""
    rows = version.clauses.order_by("position").values_list("position", "key", "group", "text")
    return hashlib.sha256(orjson.dumps([version.number, *map(list, rows)])).hexdigest()


def _write_clauses(version: HouseRulesVersion, clauses: Sequence[Clause]) -> None:
    HouseRule.objects.bulk_create(
        HouseRule(version=version, position=position, key=clause.key, group=clause.group, text=clause.text)
        for position, clause in enumerate(clauses, start=1)
    )
