"""The address of a one-time link. Whoever has it may begin; the table knows only its hash."""

from __future__ import annotations

import hashlib

from django.conf import settings

from ibasho.lib.env import Address


def link_path(token: str) -> str:
    return f"/keepers/link/{token}/"


def link_url(token: str, origin: str = "") -> str:
    """The whole address, by `origin` or by the house's own; a trial is on localhost."""
    address: Address = settings.ADDRESS or Address("http", "localhost", settings.PORT)
    return (origin or address.origin).rstrip("/") + link_path(token)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
