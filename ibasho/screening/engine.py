"""All that reads a text, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.screening import identifiers
from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import fold, for_words
from ibasho.screening.own_words import OwnWords
from ibasho.screening.support import is_about_dying

_WHY_CRISIS = "死ぬこと、いのちの危険について書かれています。"


def screen(
    text: str, *, earlier: Sequence[str] = (), audience: str | None = None, words: OwnWords | None = None
) -> tuple[Finding, ...]:
    """What is found in `text`, by place; see the package for the shapes."""
    folded = fold(text)
    plain = for_words(folded)
    found = list(identifiers.find(folded))
    if is_about_dying(text):
        found.append(Finding(Label.CRISIS, (0, len(text)), _WHY_CRISIS, level="look"))
    if words:
        found += words.find_folded(plain)
    return tuple(sorted(found, key=lambda finding: finding.span))
