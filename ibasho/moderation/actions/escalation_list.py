"""Who is on the escalation list, in which order."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from ibasho.lib.errors import Refusal
from ibasho.lib.stamps import must_have_seen
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.escalation_contacts import ContactFacts, facts_of, write
from ibasho.moderation.models import EscalationContact
from ibasho.people import erased
from ibasho.people.queries import KeeperFacts

_LISTED = "そのメールのあて先は、もう、のっています。ほかのあて先を書いてください。"


def add_contact(keeper: KeeperFacts, facts: ContactFacts) -> EscalationContact:
    """A new one at the end of the list. The log knows the number, never the name. Refuses `malformed` for a mail
    that is listed.
    """
    with transaction.atomic():
        # Held while the last place is read: two who come at once stand one after the other.
        _must_be_new(facts, list(EscalationContact.objects.select_for_update()))
        last = EscalationContact.objects.aggregate(last=Max("position"))["last"] or 0
        contact = EscalationContact(position=last + 1)
        write(contact, facts)
        contact.save()
        append_log(keeper.keeper_id, "add_contact", detail={"contact": contact.pk})
    return contact


def change_contact(keeper: KeeperFacts, contact_id: int, facts: ContactFacts, *, seen: str) -> None:
    """Refuses `not_found`, `malformed` for a mail that is listed elsewhere, and raises `Overtaken` if it is not what
    `seen` stands for any more.
    """
    with transaction.atomic():
        contact = _contact(contact_id)
        must_have_seen(seen, facts_of(contact))
        _must_be_new(facts, EscalationContact.objects.exclude(pk=contact_id))
        write(contact, facts)
        contact.save()
        append_log(keeper.keeper_id, "change_contact", detail={"contact": contact_id})


def move_contact(keeper: KeeperFacts, contact_id: int, *, by: int) -> None:
    """One place up (-1) or down (1); at the end nothing moves. Refuses `not_found`."""
    with transaction.atomic():
        rows = list(EscalationContact.objects.select_for_update())
        here = next((place for place, row in enumerate(rows) if row.pk == contact_id), None)
        if here is None:
            raise Refusal("not_found")
        if 0 <= here + by < len(rows):
            rows.insert(here + by, rows.pop(here))
        for position, row in enumerate(rows, start=1):
            row.position = position
        EscalationContact.objects.bulk_update(rows, ["position"])
        append_log(keeper.keeper_id, "move_contact", detail={"contact": contact_id, "by": by})


def remove_contact(keeper: KeeperFacts, contact_id: int) -> None:
    """Off the list, and all that was kept to reach them. Refuses `not_found`."""
    with transaction.atomic():
        contact = _contact(contact_id)
        erased.note("reachable", contact.sealed_name)
        contact.delete()
        append_log(keeper.keeper_id, "remove_contact", detail={"contact": contact_id})


def _must_be_new(facts: ContactFacts, others: Iterable[EscalationContact]) -> None:
    if facts.mail and facts.mail.casefold() in {facts_of(other).mail.casefold() for other in others}:
        raise Refusal("malformed", _LISTED)


def _contact(contact_id: int) -> EscalationContact:
    contact = EscalationContact.objects.select_for_update().filter(pk=contact_id).first()
    if contact is None:
        raise Refusal("not_found")
    return contact
