"""Addresses that are read outside a page: in mails and in calendars."""

from __future__ import annotations

from django.conf import settings


def origin() -> str:
    """https://ibasho.example, without a stroke at the end; of a trial http://localhost:8000."""
    return settings.ADDRESS.origin if settings.ADDRESS else f"http://localhost:{settings.PORT}"


def host() -> str:
    """What stands behind the @ of an id."""
    return settings.ADDRESS.host if settings.ADDRESS else "localhost"
