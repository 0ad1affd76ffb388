"""How news of one sign-up reach whoever made it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ibasho.events.models import Feed, MailContact
from ibasho.lib import mailing


@dataclass(frozen=True, slots=True)
class Telling:
    """`takes_mail`: whether the house has a mail server at all. The address itself is shown to nobody."""

    takes_mail: bool
    has_mail: bool
    has_feed: bool


def telling_of(sign_up_id: UUID) -> Telling:
    return Telling(
        takes_mail=mailing.has_server(),
        has_mail=MailContact.objects.filter(sign_up=sign_up_id).exists(),
        has_feed=Feed.objects.filter(sign_up=sign_up_id).exists(),
    )
