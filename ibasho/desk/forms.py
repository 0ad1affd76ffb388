"""What comes in by the desk's forms, read once and refused kindly."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import QueryDict

from ibasho.lib.errors import Refusal

_LONGEST_NUMBER = 6
_LONGEST_ROW = 18


def number_from(data: QueryDict, name: str) -> int:
    """A whole number. Raises Refusal `malformed`."""
    return _whole(data.get(name, ""))


def numbers_from(data: QueryDict, name: str) -> list[int]:
    """Whole numbers, as many as were sent under this name. Raises Refusal `malformed`."""
    return [_whole(text) for text in data.getlist(name)]


def moment_from(data: QueryDict, name: str) -> datetime:
    """A moment as RFC 3339 writes it. Raises Refusal `malformed`."""
    try:
        moment = datetime.fromisoformat(data.get(name, ""))
    except ValueError:
        raise Refusal("malformed", "いつまでか、ひとつえらんでください。") from None
    if moment.tzinfo is None:
        raise Refusal("malformed")
    return moment


def uuid_from(data: QueryDict, name: str) -> UUID | None:
    """An id, or None where it is missing. Raises Refusal `malformed`."""
    text = data.get(name, "")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Refusal("malformed") from None


def row_from(data: QueryDict, name: str) -> int | None:
    """The number of a row, or None where it is missing or empty. Raises Refusal `malformed`."""
    text = data.get(name, "")
    return _whole(text, _LONGEST_ROW) if text else None


def _whole(text: str, longest: int = _LONGEST_NUMBER) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= longest):
        raise Refusal("malformed")
    return int(text)
