"""What was said before, read once: the next few texts of the same seat are each screened with it."""

from __future__ import annotations

from functools import cached_property

from ibasho.screening import learned
from ibasho.screening.folding import Folded, fold, for_words
from ibasho.screening.identifiers.digits import with_digits
from ibasho.screening.spelling import respell


class Prior(str):
    """An older text. Whoever hands the same object to `screen` again saves its reading; nothing else keeps it, so
    that its words are gone when its owner lets it go.
    """

    @cached_property
    def _folded(self) -> Folded:
        return fold(self)

    @cached_property
    def spelled(self) -> str:
        """In the spelling that is weighed."""
        return respell(for_words(self._folded)).text

    @cached_property
    def digits(self) -> str:
        """As written, with digits for whatever says one."""
        return with_digits(self._folded).text

    @cached_property
    def weight(self) -> learned.Earlier:
        return learned.as_earlier(self.spelled)
