"""A room's own passphrase: kept as a keyed fingerprint, found by equality."""

from __future__ import annotations

import hmac

from django.conf import settings

from ibasho.lib import env
from ibasho.lib.look_alike import fold


def key_of(text: str) -> str:
    """The fingerprint of the words as somebody might type them: width, kana, case and spaces do not count."""
    folded = "".join(fold(text).casefold().split())
    return _fingerprint("room passphrase", folded) if folded else ""


def words_key(*parts: str) -> str:
    """Stands for words, so that the same words are known again but cannot be guessed from it."""
    return _fingerprint("words", "\x00".join(parts))


def _fingerprint(label: str, text: str) -> str:
    return hmac.digest(_secret(label), text.encode(), "sha256").hex()


def _secret(label: str) -> bytes:
    if label not in _secrets:
        _secrets[label] = env.derived(settings.HOUSE_SECRET, label).encode()
    return _secrets[label]


_secrets: dict[str, bytes] = {}
