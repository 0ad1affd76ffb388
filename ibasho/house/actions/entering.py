"""Saying yes to the promises: at the door, and again when they change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import transaction

from ibasho.house import queries
from ibasho.house.actions.rules import rules_hash
from ibasho.house.models import HouseRulesVersion, RulesAcknowledgement
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people import actions as people
from ibasho.people.models import Person


def enter(standpoint: str, version_number: int, look: Mapping[str, Any] = MappingProxyType({})) -> Person:
    """A new guest who said yes to the promises. Refuses `rules_changed`, `not_found`."""
    with transaction.atomic():
        version = _version_now(version_number)
        person = people.enter(standpoint, look)
        _record_yes(person, version)
    return person


def acknowledge(person: Person, version_number: int) -> RulesAcknowledgement:
    """Record this person's yes, once a version. Refuses `rules_changed` if another one counts now."""
    with transaction.atomic():
        version = _version_now(version_number)
        if not RulesAcknowledgement.objects.filter(person=person, version=version).exists():
            # Open lines may write again. The number before the row, which holds on to its person.
            people.bump_facts([person.pk])
        return _record_yes(person, version)


def _version_now(version_number: int) -> HouseRulesVersion:
    version = queries.current_rules()
    if version.number != version_number:
        raise Refusal("rules_changed", "約束が新しくなりました。新しい約束を読んでください。")
    return version


def _record_yes(person: Person, version: HouseRulesVersion) -> RulesAcknowledgement:
    # The hash is taken from the clauses themselves, so that it speaks for what was on the screen.
    words = {"hash": rules_hash(version), "acknowledged_on": clock.today()}
    row, _ = RulesAcknowledgement.objects.get_or_create(person=person, version=version, defaults=words)
    return row
