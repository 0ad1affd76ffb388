"""The code of an act or a receipt: 50 bits a person can read out, kept only as a keyed fingerprint."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata

from django.conf import settings

from ibasho.lib import env

# Without 0, 1, I and O, which look like each other; 32 symbols of 5 bits.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SYMBOLS = 10
_HALF = SYMBOLS // 2
_LONGEST = 64


def new_code() -> str:
    """XXXXX-XXXXX, as it stands in the notice."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS))
    return f"{code[:_HALF]}-{code[_HALF:]}"


def fingerprint(code: str) -> str:
    """Found by equality. Width, case, spaces and strokes do not count; empty for what can be no code."""
    folded = unicodedata.normalize("NFKC", code[:_LONGEST]).upper()
    symbols = "".join(symbol for symbol in folded if symbol.isalnum())
    if len(symbols) != SYMBOLS or not set(symbols) <= set(ALPHABET):
        return ""
    return hmac.new(_key(), symbols.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    return env.derived(settings.HOUSE_SECRET, "codes of acts").encode()
