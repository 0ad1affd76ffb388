"""All that reads a text, one after the other: identifiers are read by rules, the rest is weighed by what was learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from operator import add, gt
from typing import NamedTuple

from ibasho.screening import danger, learned
from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded
from ibasho.screening.identifiers.find import find as find_identifiers
from ibasho.screening.own_words import OwnWords
from ibasho.screening.runs import TEXTS_BEFORE
from ibasho.screening.text import Text, as_text

# Older words than these no longer belong to the same breath.
EARLIER = 8
# What a text must weigh to be found; chosen on lines that were not learned from (`bin/learn --check`).
LIMITS = {
    Label.CRISIS: 0.11,
    Label.PERSONAL_INFO: -0.05,
    Label.CONTACT_EXCHANGE: -0.15,
    Label.SOLICITATION: -0.1,
    Label.ABUSE: -0.31,
}
# An identifier already says what to ask about: only a plain invitation is told beside it.
BESIDE_IDENTIFIER = 0.25
_NOW = 0.4
_LABELS = tuple(map(Label, learned.LABELS))
_LIMITS = tuple(LIMITS[label] for label in _LABELS)
_WHY = {
    Label.PERSONAL_INFO: "だれのことか分かる言葉に、似ています。",
    Label.CONTACT_EXCHANGE: "ほかの場所でやりとりする、または会うさそいに、似ています。",
    Label.SOLICITATION: "仕事、お金、信仰などへのさそいに、似ています。",
    Label.ABUSE: "だれかを傷つける言葉に、似ています。",
}


class Reading(NamedTuple):
    """What is weighed: a text, what was written before it, and the identifiers in it."""

    text: Text
    before: tuple[Text, ...]
    identifiers: list[Finding]

    @property
    def signals(self) -> Iterator[str]:
        """Names of what was seen, for what was learned."""
        for one in self.identifiers:
            yield str(one.label)
            yield one.why


def screen(
    text: str,
    *,
    earlier: Sequence[str] = (),
    unsent: Sequence[str] = (),
    audience: str | None = None,
    words: OwnWords | None = None,
) -> tuple[Finding, ...]:
    """What is found in `text`, by place; see the package for the shapes."""
    reading = read(text, earlier, unsent)
    found = [*reading.identifiers, *_weighed(reading, audience)]
    if words:
        found += words.find_folded(reading.text.plain)
    return tuple(sorted(found, key=lambda finding: finding.span)) if found else ()


def read(text: str, earlier: Sequence[str], unsent: Sequence[str] = ()) -> Reading:
    """What is there to weigh."""
    here, recent = as_text(text), _texts(earlier)
    digits = [one.digits.text for one in (*recent, *_texts(unsent))]
    return Reading(here, recent[-TEXTS_BEFORE:], find_identifiers(here, digits))


def _texts(texts: Sequence[str]) -> tuple[Text, ...]:
    return tuple(map(as_text, texts[-EARLIER:]))


def weigh(reading: Reading, audience: str | None) -> list[float]:
    """By label, how much the portion is like lines of that kind which is most so."""
    return _most(reading, _around(reading, audience))


def _around(reading: Reading, audience: str | None) -> list[float]:
    return learned.around([one.as_earlier for one in reading.before], audience, reading.signals)


def _most(reading: Reading, around: Sequence[float]) -> list[float]:
    return list(map(add, reading.text.alone.most, around))


def _weighed(reading: Reading, audience: str | None) -> Iterable[Finding]:
    around = _around(reading, audience)
    weights = _most(reading, around)
    return _found(reading, audience, around, weights) if any(map(gt, weights, _LIMITS)) else ()


def _found(
    reading: Reading, audience: str | None, around: Sequence[float], weights: Sequence[float]
) -> Iterable[Finding]:
    known = {one.label for one in reading.identifiers}
    found: dict[Label, tuple[float, Finding]] = {}
    for number, (label, most, limit) in enumerate(zip(_LABELS, weights, _LIMITS)):
        if label is Label.CONTACT_EXCHANGE and known:
            limit += BESIDE_IDENTIFIER
        if most > limit and label not in known:
            enough = reading.text.alone.above(limit, number, around[number])
            found[label] = most - limit, _finding(reading.text.words, label, enough, audience)
    # Telling somebody to die is no cry for help, and being struck is no threat.
    if Label.CRISIS in found and Label.ABUSE in found:
        del found[Label.ABUSE if found[Label.CRISIS][0] >= found[Label.ABUSE][0] else Label.CRISIS]
    return (finding for _, finding in found.values())


def _finding(
    words: Folded, label: Label, places: Sequence[learned.Likeness], audience: str | None
) -> Finding:
    """`places`: all that weigh enough."""
    if label is Label.CRISIS:
        is_sure = any(one.score > _NOW for one in places)
        return danger.told(words, [one[:2] for one in places], sure=is_sure, audience=audience)
    # The sentence, where one alone weighs enough.
    start, end, _ = min(places, key=lambda one: (one.end - one.start, -one.score))
    return Finding(label, words.span(start, end), _WHY[label])
