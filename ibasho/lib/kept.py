"""What is kept about a person, and why, said beside the field that keeps it.

`kept()` marks a model field with its purpose and its end; the page あつかう情報 is
made from these marks, and a test fails for a field without one. A model that says
nothing about any person carries `about_no_person` with the reason instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from django.db.models import Field

    FieldT = TypeVar("FieldT", bound=Field[Any, Any])
else:
    FieldT = TypeVar("FieldT")


@dataclass(frozen=True, slots=True)
class Kept:
    """Shown on あつかう情報 as 何のため (`purpose`) and いつまで (`until`)."""

    purpose: str
    until: str


def kept(field: FieldT, *, purpose: str, until: str) -> FieldT:
    """Return `field`, marked. Both texts are plain Japanese for the person."""
    field.kept = Kept(purpose, until)  # type: ignore[attr-defined]
    return field
