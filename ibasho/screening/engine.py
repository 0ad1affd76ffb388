"""All that reads a text, one after the other: rules name what they see, then what was learned weighs it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ibasho.screening import learned
from ibasho.screening.crisis import judge
from ibasho.screening.crisis.others import is_about_other
from ibasho.screening.findings import Finding, Label
from ibasho.screening.folding import Folded, fold, for_words
from ibasho.screening.identifiers.find import find as find_identifiers
from ibasho.screening.own_words import OwnWords
from ibasho.screening.rules import Looking, Opened
from ibasho.screening.spelling import readable, respell

# Older words than these no longer belong to the same breath.
EARLIER = 8
# What a text must weigh to be found; chosen on lines that were not learned from (`bin/learn --check`).
LIMITS = {
    Label.CRISIS: 0.3,
    Label.PERSONAL_INFO: 0.6,
    Label.CONTACT_EXCHANGE: 0.1,
    Label.SOLICITATION: 0.0,
    Label.ABUSE: -0.35,
}
# Where a rule names a danger, less is enough; it still gives way where nearly everything else speaks against it.
NAMED = 0.13
# An identifier already says what to ask about: only a plain invitation is told beside it.
BESIDE_IDENTIFIER = 0.3
_NOW = 0.4
_WHY = {
    Label.CRISIS: "命や体が心配な言葉に、似ています。",
    Label.PERSONAL_INFO: "だれのことか分かる言葉に、似ています。",
    Label.CONTACT_EXCHANGE: "ほかの場所でやりとりする、または会うさそいに、似ています。",
    Label.SOLICITATION: "仕事、お金、信仰などへのさそいに、似ています。",
    Label.ABUSE: "だれかを傷つける言葉に、似ています。",
}


class Reading(NamedTuple):
    """What the rules see in a text. `words` is in their spelling; so is `before`."""

    words: Folded
    before: tuple[str, ...]
    danger: Finding | None
    identifiers: list[Finding]

    @property
    def signals(self) -> Iterator[str]:
        """Names of what was seen, for what was learned."""
        for one in (*([self.danger] if self.danger else []), *self.identifiers):
            yield str(one.label)
            yield one.why
            if one.level:
                yield one.level


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
    """What the rules see."""
    folded = fold(text)
    spelled, sentences = respell(for_words(folded))
    before = tuple(readable(one).text for one in earlier[-EARLIER:])
    danger = judge.find(spelled, Opened(sentences), before, Looking())
    return Reading(
        spelled, before, danger, find_identifiers(folded, [fold(one) for one in earlier[-EARLIER:]])
    )


def weigh(reading: Reading, audience: str | None) -> list[learned.Likeness]:
    """How much each portion is like lines of each kind."""
    return list(
        learned.likeness(
            reading.words.text,
            reading.before,
            audience,
            reading.signals,
            _sentence_of(reading, reading.danger),
        )
    )


def _sentence_of(reading: Reading, danger: Finding | None) -> Iterator[tuple[int, int]]:
    """Where danger was named counts by itself: what is said before and after must not outweigh it."""
    for start, text, _ in reading.words.sentences() if danger is not None else ():
        first, last = reading.words.span(start, start + len(text))
        if danger is not None and first <= danger.span[0] < last:
            yield start, start + len(text)


def _weighed(reading: Reading, audience: str | None) -> Iterable[Finding]:
    portions = weigh(reading, audience)
    known = {one.label for one in reading.identifiers}
    found: dict[Label, tuple[float, Finding]] = {}
    for number, name in enumerate(learned.LABELS):
        label = Label(name)
        most = max(one.scores[number] for one in portions)
        portion = next(one for one in portions if one.scores[number] == most)
        is_named = label is Label.CRISIS and reading.danger is not None
        margin = most - (NAMED if is_named else LIMITS[label])
        if label is Label.CONTACT_EXCHANGE and known:
            margin -= BESIDE_IDENTIFIER
        if margin > 0 and label not in known:
            found[label] = margin, _finding(reading, label, portion, number)
    # Telling somebody to die is no cry for help, and being struck is no threat.
    if Label.CRISIS in found and Label.ABUSE in found:
        del found[Label.ABUSE if found[Label.CRISIS][0] >= found[Label.ABUSE][0] else Label.CRISIS]
    return (finding for _, finding in found.values())


def _finding(reading: Reading, label: Label, portion: learned.Likeness, number: int) -> Finding:
    if label is Label.CRISIS and reading.danger is not None:
        return reading.danger
    text = reading.words.text[portion.start : portion.end]
    first, last = learned.strongest(text, number) if text else (0, 0)
    span = (
        reading.words.span(portion.start + first, portion.start + last)
        if last
        else (0, len(reading.words.written))
    )
    if label is not Label.CRISIS:
        return Finding(label, span, _WHY[label])
    return Finding(
        label,
        span,
        _WHY[label],
        level="now" if portion.scores[number] > _NOW else "look",
        about_other=is_about_other(reading.words.text, portion.start + first),
    )
