"""Handing a mail over: an address as people type it, and one neutral way out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from email.utils import formataddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email

SUBJECT = "おしらせがあります"
SENDER = "おしらせ"
PATIENCE_SECONDS = 5
_LONGEST = 254
# Telephones once gave addresses with two dots, or one before the @. By the book these stand in quotes.
_ODD_DOTS = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}")


def has_server() -> bool:
    """Whether the house was told a mail server."""
    return settings.MAIL is not None


def address_from(text: str) -> str:
    """An address as a mail server takes it, from letters of either width; empty for what is none."""
    typed = unicodedata.normalize("NFKC", text).strip()
    local, at, domain = typed.rpartition("@")
    if not at or len(typed) > _LONGEST or not typed.isascii() or domain.endswith("]"):
        return ""
    if (".." in local or local.endswith(".")) and _ODD_DOTS.fullmatch(local):
        typed = f'"{local}"@{domain}'
    try:
        validate_email(typed)
    except ValidationError:
        return ""
    return typed


def line_out() -> BaseEmailBackend:
    """One connection for as many mails as are due; it waits no longer than it must."""
    return get_connection(timeout=PATIENCE_SECONDS)


def neutral_mail(
    to: str, body: str, *, headers: Mapping[str, str], connection: BaseEmailBackend
) -> EmailMessage:
    """Subject and sender say nothing that a screen on a train may not show.

    A line break in an address or a header is refused by `BadHeaderError` when it is sent.
    """
    sender = formataddr((SENDER, settings.DEFAULT_FROM_EMAIL), "utf-8")
    return EmailMessage(SUBJECT, body, sender, [to], headers=dict(headers), connection=connection)
