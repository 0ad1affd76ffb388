"""The escalation list, opened for those who may see it, and what was sent to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast

from ibasho.duty.models import Duty
from ibasho.duty.queries import is_there
from ibasho.lib import clock
from ibasho.lib.clock import hours_text
from ibasho.lib.errors import Refusal
from ibasho.moderation.escalation_contacts import ContactFacts, facts_of
from ibasho.moderation.gateway import has_gateway
from ibasho.moderation.models import EscalationCall, EscalationContact, LifeWords
from ibasho.moderation.models.escalation import ALWAYS
from ibasho.moderation.queries.claims import claims_in_force


@dataclass(frozen=True, slots=True)
class ContactListed:
    """`hours` is empty for somebody who may be reached at any time."""

    id: int
    facts: ContactFacts
    hours: str


@dataclass(frozen=True, slots=True)
class Called:
    """One message about an incident: to whom, and when it went out; None while it has not."""

    name: str
    sent_at: datetime | None


def contacts_listed() -> list[ContactListed]:
    """In their order."""
    return [_listed(contact) for contact in EscalationContact.objects.all()]


def may_reach_somebody() -> bool:
    """Whether anybody outside hears of a danger that nobody looks at: by a mail, to an address that can be read."""
    mails = EscalationContact.objects.exclude(sealed_mail="")
    return has_gateway() and any(facts_of(contact).mail for contact in mails)


def may_be_heard() -> bool:
    """Whether anybody hears of a danger to a life at this minute, on duty in whichever room or outside."""
    return Duty.objects.filter(is_there(clock.now())).exists() or may_reach_somebody()


def left_words(now: datetime) -> QuerySet[LifeWords]:
    """Those that somebody had looked at who is not there by now: gone from their duty, or without one and without
    a claim on them that counts.
    """
    duties = Duty.objects.filter(keeper=OuterRef("seen_by"), ended_at__isnull=True)
    claims = claims_in_force(now).filter(
        keeper=OuterRef("seen_by"),
        kind=OuterRef("kind"),
        key=Cast(OuterRef("key"), CharField()),
        asks=False,
    )
    is_watched = Exists(duties.filter(is_there(now))) | (Exists(claims) & ~Exists(duties))
    return LifeWords.objects.filter(~is_watched, seen_at__isnull=False)


def contact_facts(contact_id: int) -> ContactFacts:
    """Refuses `not_found`."""
    contact = EscalationContact.objects.filter(pk=contact_id).first()
    if contact is None:
        raise Refusal("not_found")
    return facts_of(contact)


def calls_about(incident_id: int) -> list[Called]:
    """In the order in which they are due."""
    calls = EscalationCall.objects.filter(incident=incident_id).select_related("contact")
    return [Called(facts_of(call.contact).name, call.sent_at) for call in calls]


def _listed(contact: EscalationContact) -> ContactListed:
    facts = facts_of(contact)
    return ContactListed(contact.pk, facts, "" if facts.hours == ALWAYS else hours_text(*facts.hours))
