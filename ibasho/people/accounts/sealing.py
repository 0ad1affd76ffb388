"""Sealing secrets with the house secret, which lies outside the database and its copies."""

from __future__ import annotations

import base64
import functools

from cryptography.fernet import Fernet
from django.conf import settings

from ibasho.lib import env

_SECOND_FACTOR = "second factor"


def seal(text: str, purpose: str = _SECOND_FACTOR) -> str:
    """Each purpose has a key of its own."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(sealed: str, purpose: str = _SECOND_FACTOR) -> str:
    return _box(purpose).decrypt(sealed.encode()).decode()


@functools.cache
def _box(purpose: str) -> Fernet:
    key = bytes.fromhex(env.derived(settings.HOUSE_SECRET, purpose))
    return Fernet(base64.urlsafe_b64encode(key))
