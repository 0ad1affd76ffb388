"""The recovery phrase: six words nobody has to spell, and the one way they are hashed."""

from __future__ import annotations

import secrets
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from django.conf import settings

from ibasho.lib import env
from ibasho.people.phrase_words import WORDS

WORD_COUNT = 6
PHRASE_LETTERS = 200
_BETWEEN = "\u3000"
# RFC 9106 asks for 64 MiB where memory is plenty; the smallest rented server has 512. With
# 66 bits of chance in a phrase, and few tries an hour, 32 MiB are more than enough.
_PASSES, _MEMORY_KIB, _LANES = 3, 32_768, 1
_KATAKANA_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}


def new_phrase() -> str:
    return _BETWEEN.join(secrets.choice(WORDS) for _ in range(WORD_COUNT))


def normalise(written: str) -> str:
    """Only the hiragana of what was written, in whatever width, form or spacing it came."""
    folded = unicodedata.normalize("NFKC", written[: PHRASE_LETTERS * 2]).translate(_KATAKANA_TO_HIRAGANA)
    return "".join(letter for letter in folded if "\u3041" <= letter <= "\u3096")


def hash_phrase(written: str) -> str:
    """Equal for equal phrases, so that it can be looked up; takes the same time for all of them."""
    salt = env.derived(settings.HOUSE_SECRET, "phrase").encode()
    raw = hash_secret_raw(
        normalise(written).encode(), salt, _PASSES, _MEMORY_KIB, _LANES, hash_len=32, type=Type.ID
    )
    return f"argon2id-1${raw.hex()}"
