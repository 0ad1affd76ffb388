"""All that reads a text, one after the other: identifiers are read by rules, the rest is weighed by what was learned."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ibasho.screening import danger, learned
from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded, fold, for_words
from ibasho.screening.identifiers.find import find as find_identifiers
from ibasho.screening.own_words import OwnWords
from ibasho.screening.spelling import readable, respell

# Older words than these no longer belong to the same breath.
EARLIER = 8
# What a text must weigh to be found; chosen on lines that were not learned from (`bin/learn --check`).
LIMITS = {
    Label.CRISIS: 0.27,
    Label.PERSONAL_INFO: 0.1,
    Label.CONTACT_EXCHANGE: -0.2,
    Label.SOLICITATION: -0.1,
    Label.ABUSE: -0.3,
}
# An identifier already says what to ask about: only a plain invitation is told beside it.
BESIDE_IDENTIFIER = 0.5
_NOW = 0.4
_WHY = {
    Label.PERSONAL_INFO: "だれのことか分かる言葉に、似ています。",
    Label.CONTACT_EXCHANGE: "ほかの場所でやりとりする、または会うさそいに、似ています。",
    Label.SOLICITATION: "仕事、お金、信仰などへのさそいに、似ています。",
    Label.ABUSE: "だれかを傷つける言葉に、似ています。",
}


class Reading(NamedTuple):
    """What is weighed: a text, and what was written before it, in one spelling; and the identifiers in it."""

    words: Folded
    before: tuple[str, ...]
    identifiers: list[Finding]

    @property
    def signals(self) -> Iterator[str]:
        """Names of what was seen, for what was learned."""
        for one in self.identifiers:
            yield str(one.label)
            yield one.why


def screen(
    text: str, *, earlier: Sequence[str] = (), audience: str | None = None, words: OwnWords | None = None
) -> tuple[Finding, ...]:
    """What is found in `text`, by place; see the package for the shapes."""
    reading = read(text, earlier)
    found = [*reading.identifiers, *_weighed(reading, audience)]
    if words:
        found += words.find_folded(for_words(fold(text)))
    return tuple(sorted(found, key=lambda finding: finding.span))


def read(text: str, earlier: Sequence[str]) -> Reading:
    """What is there to weigh."""
    folded = fold(text)
    recent = earlier[-EARLIER:]
    return Reading(
        respell(for_words(folded)),
        tuple(readable(one).text for one in recent[-learned.BEFORE :]),
        find_identifiers(folded, [fold(one) for one in recent]),
    )


def weigh(reading: Reading, audience: str | None) -> list[learned.Likeness]:
    """How much each portion is like lines of each kind."""
    return list(learned.likeness(reading.words.text, reading.before, audience, reading.signals))


def _weighed(reading: Reading, audience: str | None) -> Iterable[Finding]:
    portions = weigh(reading, audience)
    known = {one.label for one in reading.identifiers}
    found: dict[Label, tuple[float, Finding]] = {}
    for number, name in enumerate(learned.LABELS):
        label = Label(name)
        portion = max(portions, key=lambda one: one.scores[number])
        margin = portion.scores[number] - LIMITS[label]
        if label is Label.CONTACT_EXCHANGE and known:
            margin -= BESIDE_IDENTIFIER
        if margin > 0 and label not in known:
            found[label] = margin, _finding(reading.words, label, portion, number)
    # Telling somebody to die is no cry for help, and being struck is no threat.
    if Label.CRISIS in found and Label.ABUSE in found:
        del found[Label.ABUSE if found[Label.CRISIS][0] >= found[Label.ABUSE][0] else Label.CRISIS]
    return (finding for _, finding in found.values())


def _finding(words: Folded, label: Label, portion: learned.Likeness, number: int) -> Finding:
    if label is Label.CRISIS:
        return danger.told(words, portion.start, portion.end, sure=portion.scores[number] > _NOW)
    text = words.text[portion.start : portion.end]
    first, last = learned.strongest(text, number) if text else (0, 0)
    span = words.span(portion.start + first, portion.start + last) if last else (0, len(words.written))
    return Finding(label, span, _WHY[label])
