"""How news of one sign-up reach whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ibasho.events.models import Feed, MailContact, SignUpContact
from ibasho.lib import mailing


@dataclass(frozen=True, slots=True)
class Telling:
    """`takes_mail`: whether the house has a mail server at all. No address and no number is shown to anybody."""

    takes_mail: bool
    has_mail: bool
    has_feed: bool
    has_contact: bool

    @property
    def has_any(self) -> bool:
        """Whether there is something to take back."""
        return self.has_mail or self.has_feed or self.has_contact


def telling_of(sign_up_id: UUID) -> Telling:
    return Telling(
        takes_mail=mailing.has_server(),
        has_mail=MailContact.objects.filter(sign_up=sign_up_id).exists(),
        has_feed=Feed.objects.filter(sign_up=sign_up_id).exists(),
        has_contact=SignUpContact.objects.filter(sign_up=sign_up_id).exists(),
    )
