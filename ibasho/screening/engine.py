"""All that reads a text, one after the other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ibasho.screening import abuse, contact, solicitation
from ibasho.screening.crisis import judge
from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import fold, for_words
from ibasho.screening.identifiers.find import find as find_identifiers
from ibasho.screening.likeness import passages
from ibasho.screening.own_words import OwnWords
from ibasho.screening.rules import Looking, Opened
from ibasho.screening.spelling import respell

# Older words than these no longer belong to the same breath.
EARLIER = 8


def screen(
    text: str, *, earlier: Sequence[str] = (), audience: str | None = None, words: OwnWords | None = None
) -> tuple[Finding, ...]:
    """What is found in `text`, by place; see the package for the shapes."""
    folded = fold(text)
    plain = for_words(folded)
    spelled, sentences = respell(plain)
    older = [fold(one) for one in earlier[-EARLIER:]]
    before = tuple(respell(for_words(one))[0].text for one in older)
    said = tuple(passages(sentences))
    opened, looking = Opened(sentences), Looking()
    found = find_identifiers(folded, older)
    others = (
        judge.find(spelled, opened, said, before, looking),
        contact.find(spelled, opened, said, before, looking, has_identifier=bool(found)),
        solicitation.find(spelled, opened, said, before, audience, looking),
        abuse.find(spelled, opened, said, before, looking),
    )
    known = {one.label for one in found}
    found += (one for one in _settled(others) if one.label not in known)
    if words:
        found += words.find_folded(plain)
    return tuple(sorted(found, key=lambda finding: finding.span))


def _settled(findings: Iterable[Finding | None]) -> list[Finding]:
    """Telling somebody to die is no cry for help, and being struck is no threat."""
    found = {one.label: one for one in findings if one is not None}
    danger, strike = found.get(Label.CRISIS), found.get(Label.ABUSE)
    if danger is not None and strike is not None:
        overlap = danger.span[0] < strike.span[1] and strike.span[0] < danger.span[1]
        told_to_die = overlap and danger.why not in judge.SUFFERED
        del found[Label.CRISIS if told_to_die else Label.ABUSE]
    return list(found.values())
