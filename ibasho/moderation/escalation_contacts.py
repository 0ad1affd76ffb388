"""An escalation contact as people write and read it; in the table its name and ways are sealed."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.fernet import InvalidToken

from ibasho.lib import clock
from ibasho.moderation.models.escalation import ALWAYS, EscalationContact
from ibasho.people.accounts.sealing import seal, unseal

UNREADABLE = "読めません"
_PURPOSE = "escalation"
_DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """`mail` may be the address of a service that makes a text message of a mail. `hours` (opens, closes) in
    minutes after midnight, alike on every day.
    """

    name: str
    telephone: str
    mail: str
    hours: tuple[int, int] = ALWAYS


def facts_of(contact: EscalationContact) -> ContactFacts:
    """One that the secret of this house does not open has the name 「読めません」 and no way to be reached."""
    hours = (contact.opens, contact.closes)
    try:
        name, telephone, mail = (
            unseal(sealed, _PURPOSE) if sealed else ""
            for sealed in (contact.sealed_name, contact.sealed_telephone, contact.sealed_mail)
        )
    except InvalidToken:
        return ContactFacts(UNREADABLE, "", "", hours)
    return ContactFacts(name, telephone, mail, hours)


def write(contact: EscalationContact, facts: ContactFacts) -> None:
    """Into the row, which the caller saves."""
    contact.sealed_name = seal(facts.name, _PURPOSE)
    contact.sealed_telephone = seal(facts.telephone, _PURPOSE) if facts.telephone else ""
    contact.sealed_mail = seal(facts.mail, _PURPOSE) if facts.mail else ""
    contact.opens, contact.closes = facts.hours


def is_open_now(contact: EscalationContact) -> bool:
    """Whether this is an hour at which they may be reached; hours may cross midnight."""
    now = clock.tokyo(clock.now())
    minute = now.hour * 60 + now.minute
    return any(contact.opens <= it < contact.closes for it in (minute, minute + _DAY_MINUTES))
