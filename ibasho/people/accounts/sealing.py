"""Sealing secrets with the house secret, which lies outside the database and its copies."""

from __future__ import annotations

import base64
import functools

from cryptography.fernet import Fernet
from django.conf import settings

from ibasho.lib import env


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    return _box().decrypt(sealed.encode()).decode()


@functools.cache
def _box() -> Fernet:
    key = bytes.fromhex(env.derived(settings.HOUSE_SECRET, "second factor"))
    return Fernet(base64.urlsafe_b64encode(key))
