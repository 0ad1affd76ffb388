"""A text that is read once, though it is screened itself and then stands before the next few of the same seat."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

from ibasho.screening import learned
from ibasho.screening.folding import Folded, fold, for_words
from ibasho.screening.identifiers.digits import with_digits, with_figures
from ibasho.screening.identifiers.numbers import without_helplines
from ibasho.screening.spelling import respell

T = TypeVar("T")


class _Once(Generic[T]):
    """`functools.cached_property` without its lock (gone in 3.12), which took a fifteenth of the reading of a short text."""

    def __init__(self, read: Callable[[Any], T]) -> None:
        self._read = read

    def __get__(self, text: Text, _: type[Text]) -> T:
        value = self._read(text)
        text.__dict__[self._read.__name__] = value
        return value


class Text(str):
    """Whoever hands the same object to `screen` again saves its reading; nothing else keeps it, so that its words
    are gone when its owner lets it go.
    """

    @_Once
    def folded(self) -> Folded:
        return fold(self)

    @_Once
    def plain(self) -> Folded:
        """As operators' own words are looked for in it."""
        return for_words(self.folded)

    @_Once
    def words(self) -> Folded:
        """In the spelling that is weighed."""
        rest = without_helplines(self.folded)
        return respell(self.plain if rest is self.folded else for_words(rest))

    @_Once
    def figures(self) -> Folded:
        """As written, with digits for those in kanji."""
        return with_figures(self.folded)

    @_Once
    def digits(self) -> Folded:
        """As written, with digits for whatever says one."""
        return with_digits(self.figures)

    @_Once
    def alone(self) -> learned.Alone:
        """What its words weigh, whatever stands before them."""
        return learned.of_words(self.words.text)

    @_Once
    def as_earlier(self) -> learned.Earlier:
        return learned.as_earlier(self.words.text, self.alone)


def as_text(text: str) -> Text:
    return text if isinstance(text, Text) else Text(text)
