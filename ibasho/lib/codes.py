"""The code of an act, a receipt or a sign-up: 50 bits a person can read out, kept only as a keyed fingerprint."""

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
    return _in_halves("".join(secrets.choice(ALPHABET) for _ in range(SYMBOLS)))


def code_from(seed: str) -> str:
    """The code that belongs to `seed`: answered again as often as it is asked, and kept nowhere.

    Without the house secret nobody can tell it from the seed.
    """
    digest = hmac.digest(_key("codes from a seed"), seed.encode(), "sha256")
    bits = int.from_bytes(digest[:8])
    return _in_halves("".join(ALPHABET[(bits >> 5 * place) & 31] for place in range(SYMBOLS)))


def fingerprint(code: str) -> str:
    """Found by equality. Width, case, spaces and strokes do not count; empty for what can be no code."""
    folded = unicodedata.normalize("NFKC", code[:_LONGEST]).upper()
    symbols = "".join(symbol for symbol in folded if symbol.isalnum())
    if len(symbols) != SYMBOLS or not set(symbols) <= set(ALPHABET):
        return ""
    return hmac.new(_key("codes of acts"), symbols.encode(), hashlib.sha256).hexdigest()


def _in_halves(symbols: str) -> str:
    return f"{symbols[:_HALF]}-{symbols[_HALF:]}"


def _key(label: str) -> bytes:
    return env.derived(settings.HOUSE_SECRET, label).encode()
