"""How news of one sign-up reach whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from ibasho.events.models import Feed, Interview, MailContact, SignUp, SignUpContact
from ibasho.lib import mailing


@dataclass(frozen=True, slots=True)
class Telling:
    """`takes_mail`: whether the house has a mail server at all. `is_to_be_rung`: the contact is for a talk, too. No address and no number is shown to anybody."""

    takes_mail: bool
    has_mail: bool
    has_feed: bool
    has_contact: bool
    is_to_be_rung: bool

    @property
    def has_any(self) -> bool:
        """Whether there is something to take back."""
        return self.has_mail or self.has_feed or self.has_contact


def telling_of(sign_up_id: UUID) -> Telling:
    has_contact = SignUpContact.objects.filter(sign_up=sign_up_id).exists()
    return Telling(
        takes_mail=mailing.has_server(),
        has_mail=MailContact.objects.filter(sign_up=sign_up_id).exists(),
        has_feed=Feed.objects.filter(sign_up=sign_up_id).exists(),
        has_contact=has_contact,
        is_to_be_rung=has_contact and _calls(sign_up_id).exists(),
    )


def _calls(sign_up_id: UUID) -> QuerySet[Interview]:
    """The talk, where staff ring for it."""
    talks = Interview.objects.filter(sign_up=sign_up_id, sign_up__state=SignUp.State.INTERVIEW)
    return talks.filter(way=Interview.Way.PHONE)
