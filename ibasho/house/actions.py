"""What the house does: hear a yes to its promises, write letters, take in notes, put rules in force."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Max

from ibasho.house import queries
from ibasho.house.models import HouseRule, HouseRulesVersion, Note, Notice, RulesAcknowledgement
from ibasho.lib import clock, unicode_text
from ibasho.lib.errors import Refusal
from ibasho.people import actions as people
from ibasho.people.models import Person
from ibasho.screening.support import is_about_dying

NOTE_GRAPHEMES = 1000
NOTE_BYTES = 4000
NOTE_DAYS = 30
SEEN_NOTICE_DAYS = 14


@dataclass(frozen=True, slots=True)
class Clause:
    """One promise of a draft, as its authors write it."""

    key: str
    group: str
    text: str


class AlreadyInForceError(ValueError):
    """A version in force is never changed; a change is a new version."""


def enter(standpoint: str, version_number: int) -> Person:
    """A new guest who said yes to the promises. Refuses `rules_changed`, `not_found`."""
    with transaction.atomic():
        version = _version_now(version_number)
        person = people.enter(standpoint)
        _record_yes(person, version)
    return person


def acknowledge(person: Person, version_number: int) -> RulesAcknowledgement:
    """Record this person's yes, once a version. Refuses `rules_changed` if another one counts now."""
    with transaction.atomic():
        row, is_new = _record_yes(person, _version_now(version_number))
        if is_new:  # open lines may write again
            people.bump_facts([person.pk])
    return row


def give_notice(person: Person, code: str, text: str) -> Notice:
    """A letter to this person, kept until it was seen."""
    with transaction.atomic():
        notice = Notice.objects.create(id=uuid.uuid4(), person=person, code=code, text=text, at=clock.now())
        people.bump_facts([person.pk])
    return notice


def notice_seen(person: Person | int, notice_id: UUID | str) -> None:
    """Put a letter away; a second time changes nothing. Refuses `not_found` for another's letter."""
    with transaction.atomic():
        mine = Notice.objects.filter(person=person, id=_as_uuid(notice_id))
        if not mine.filter(seen_on__isnull=True).update(seen_on=clock.today()) and not mine.exists():
            raise Refusal("not_found")


def leave_note(text: str) -> Note:
    """A note to the keepers, tied to nobody. Refuses as `note_words` does."""
    words = note_words(text)
    with transaction.atomic():
        return Note.objects.create(text=words, written_on=clock.today(), about_dying=is_about_dying(words))


def note_words(text: str) -> str:
    """The words of a note as they will be kept. Refuses `malformed`, `empty`, `too_long`."""
    words = unicode_text.clean(text)
    unicode_text.measure(words, NOTE_GRAPHEMES, NOTE_BYTES)
    return words


def draft_rules(clauses: Sequence[Clause]) -> HouseRulesVersion:
    """The next version, not yet in force; `revise_rules` changes it, `publish_rules` ends that."""
    with transaction.atomic():
        last = HouseRulesVersion.objects.aggregate(last=Max("number"))["last"] or 0
        version = HouseRulesVersion.objects.create(number=last + 1)
        _write_clauses(version, clauses)
    return version


def revise_rules(version: HouseRulesVersion, clauses: Sequence[Clause]) -> None:
    """Replace the clauses of a draft. Raises AlreadyInForceError for anything else."""
    with transaction.atomic():
        if not HouseRulesVersion.objects.filter(pk=version.pk, effective_from__isnull=True).update(hash=""):
            raise AlreadyInForceError(version.number)
        version.clauses.all().delete()
        _write_clauses(version, clauses)


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


def rules_hash(version: HouseRulesVersion) -> str:
    """SHA-256 (hex) over number and clauses in their order: says which words were agreed to."""
    rows = version.clauses.order_by("position").values_list("position", "key", "group", "text")
    return hashlib.sha256(orjson.dumps([version.number, *map(list, rows)])).hexdigest()


def forget_old_papers() -> None:
    """Notes after 30 days, letters 14 days after they were seen."""
    today = clock.today()
    with transaction.atomic():
        Note.objects.filter(written_on__lt=today - timedelta(days=NOTE_DAYS)).delete()
        Notice.objects.filter(seen_on__lt=today - timedelta(days=SEEN_NOTICE_DAYS)).delete()


def _version_now(version_number: int) -> HouseRulesVersion:
    version = queries.current_rules()
    if version.number != version_number:
        raise Refusal("rules_changed", "約束が新しくなりました。新しい約束を読んでください。")
    return version


def _record_yes(person: Person, version: HouseRulesVersion) -> tuple[RulesAcknowledgement, bool]:
    # The hash is taken from the clauses themselves, so that it speaks for what was on the screen.
    words = {"hash": rules_hash(version), "acknowledged_on": clock.today()}
    return RulesAcknowledgement.objects.get_or_create(person=person, version=version, defaults=words)


def _write_clauses(version: HouseRulesVersion, clauses: Sequence[Clause]) -> None:
    HouseRule.objects.bulk_create(
        HouseRule(version=version, position=position, key=clause.key, group=clause.group, text=clause.text)
        for position, clause in enumerate(clauses, start=1)
    )


def _as_uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(value)
    except ValueError:
        raise Refusal("not_found") from None
