"""A text that is read once, though it is screened itself and then stands before the next few of the same seat."""

from __future__ import annotations

from functools import cached_property

from ibasho.screening import learned
from ibasho.screening.folding import Folded, fold, for_words
from ibasho.screening.identifiers.digits import with_digits, with_figures
from ibasho.screening.identifiers.numbers import without_helplines
from ibasho.screening.spelling import respell


class Text(str):
    """Whoever hands the same object to `screen` again saves its reading; nothing else keeps it, so that its words
    are gone when its owner lets it go.
    """

    @cached_property
    def folded(self) -> Folded:
        return fold(self)

    @cached_property
    def plain(self) -> Folded:
        """As operators' own words are looked for in it."""
        return for_words(self.folded)

    @cached_property
    def words(self) -> Folded:
        """In the spelling that is weighed."""
        rest = without_helplines(self.folded)
        return respell(self.plain if rest is self.folded else for_words(rest))

    @cached_property
    def figures(self) -> Folded:
        """As written, with digits for those in kanji."""
        return with_figures(self.folded)

    @cached_property
    def digits(self) -> Folded:
        """As written, with digits for whatever says one."""
        return with_digits(self.figures)

    @cached_property
    def alone(self) -> learned.Alone:
        """What its words weigh, whatever stands before them."""
        return learned.of_words(self.words.text)

    @cached_property
    def as_earlier(self) -> learned.Earlier:
        return learned.as_earlier(self.words.text, self.alone)


def as_text(text: str) -> Text:
    return text if isinstance(text, Text) else Text(text)
