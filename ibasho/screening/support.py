"""Do these words speak of dying, or of a life in danger? Then help is offered, and nothing else.

Words about dying are never against a promise; a hit only shows a card to their writer.
Literal phrases, compared after folding. Turns of speech, things that "die", works, what
was long ago and words that only look alike are taken out first, also literally.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from ibasho.lib import unicode_text
from ibasho.screening.support_phrases import MEANT_AFTER_ALL, NOT_MEANT, PHRASES

# タヒ is 死 taken apart; タヒチ is an island.
_TAKEN_APART = re.compile(r"[タ夕][ヒ匕](?=[にぬねのん])")
_BETWEEN = re.compile(r"[\s、,・･.…*_＿ー〜~\-‐−「」『』“”\"'’‘()（）【】]+")


def is_about_dying(text: str) -> bool:
    """Whether to offer help to who wrote this: a wish to die, a life in danger, one's own or another's."""
    words = _fold(text)
    if any(phrase in words for phrase in _MEANT_AFTER_ALL):
        return True
    return _PHRASES.search(_NOT_MEANT.sub("\n", words)) is not None


def _fold(text: str) -> str:
    """One spelling for width, kana, タヒ, and whatever was put between the letters."""
    wide = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    return unicode_text.fold(_TAKEN_APART.sub("死", wide))


def _any_of(phrases: Iterable[str]) -> re.Pattern[str]:
    # The longest first, so that a phrase which holds another is taken out whole.
    folded = sorted({_fold(phrase) for phrase in phrases}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, folded)))


_MEANT_AFTER_ALL = tuple(map(_fold, MEANT_AFTER_ALL))
_PHRASES = _any_of(PHRASES)
_NOT_MEANT = _any_of(NOT_MEANT)
