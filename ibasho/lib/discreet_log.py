"""Log lines that say where something failed, and never with whose words."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

from django.db import InterfaceError, OperationalError

_SPEAKS_OF_THE_MACHINE = (OSError, OperationalError, InterfaceError)
_Failure = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Tracebacks with the places and kinds of errors only. Their texts may hold what somebody wrote:
    PostgreSQL puts the whole row into its errors, and a ValueError the value.
    """

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 - the name is logging's
        return "\n".join(_lines(ei[1])) if ei[1] is not None else ""


def _lines(error: BaseException) -> Iterator[str]:
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if earlier is not None:
        yield from _lines(earlier)
        yield "and then"
    yield "".join(traceback.format_tb(error.__traceback__)) + _named(error)


def _named(error: BaseException) -> str:
    name = type(error).__qualname__
    return f"{name}: {error}" if isinstance(error, _SPEAKS_OF_THE_MACHINE) else name
