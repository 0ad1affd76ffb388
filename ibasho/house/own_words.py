"""The house's own words, ready to be looked for. Memory of one process: a change counts within seconds."""

from __future__ import annotations

import time

from ibasho.house.models import ScreeningWord
from ibasho.screening import OwnWords

_SECONDS = 5.0
_known: list[tuple[float, tuple[tuple[str, str], ...], OwnWords]] = []


def own_words() -> OwnWords:
    """Built anew only when the list was changed."""
    now = time.monotonic()
    if _known and _known[0][0] > now:
        return _known[0][2]
    listed = tuple(ScreeningWord.objects.values_list("word", "action"))
    words = _known[0][2] if _known and _known[0][1] == listed else OwnWords(listed)
    _known[:] = [(now + _SECONDS, listed, words)]
    return words


def forget() -> None:
    """As a fresh process knows no word."""
    _known.clear()
