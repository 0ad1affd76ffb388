"""The one contact of who would like to help: sealed with the house secret, opened for two roles alone."""

from __future__ import annotations

from cryptography.fernet import InvalidToken

from ibasho.duty.models import Volunteer
from ibasho.lib.errors import Refusal
from ibasho.people.accounts import sealing
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts

CARERS = (Role.COORDINATOR, Role.STEWARD)
_PURPOSE = "contact of a volunteer, for coordinator and steward"


def seal_contact(contact: str) -> str:
    return sealing.seal(contact, _PURPOSE)


def contact_for(keeper: KeeperFacts, volunteer: Volunteer) -> str:
    """As it was given; empty once it is erased, and where the house secret is another one now.

    Refuses `not_found` to everybody but coordinator and steward.
    """
    if not keeper.has(*CARERS):
        raise Refusal("not_found")
    return own_contact(volunteer)


def own_contact(volunteer: Volunteer) -> str:
    """The same, for the record of whoever gave it."""
    try:
        return sealing.unseal(volunteer.contact, _PURPOSE) if volunteer.contact else ""
    except InvalidToken:
        return ""
