"""The way out to escalation contacts: one neutral mail. It says nothing that a screen on a train may not show."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage

from ibasho.house.queries import profile
from ibasho.lib import links, mailing

_BODY = "{house}から、おしらせがあります。机を見てください。\n{desk}\n"
_MORE = "{house}から、おしらせがふえています。机を見てください。\n{desk}\n"


def has_gateway() -> bool:
    """Whether the house was told a mail server."""
    return mailing.has_server()


def send(to: str, *, number: str, is_more: bool = False) -> None:
    """Raises ValueError without an address, OSError or SMTPException if it could not be handed over. The same
    `number` is the same message: a server that gets it twice can tell. `is_more`: they were told of others already.
    """
    if not to:
        raise ValueError("nobody to send it to")
    sender = settings.DEFAULT_FROM_EMAIL
    message = EmailMessage(
        mailing.SUBJECT,
        (_MORE if is_more else _BODY).format(house=profile().name, desk=f"{links.origin()}/desk/"),
        sender,
        [to],
        headers={"Message-ID": f"<alarm.{number}@{links.host()}>"},
        connection=mailing.line_out(),
    )
    message.send()
