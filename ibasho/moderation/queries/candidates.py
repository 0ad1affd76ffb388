"""Lines that may become tests of the screening, as a list and as a file."""

from __future__ import annotations

from django.db.models import QuerySet

from ibasho.moderation.models import ScreeningCandidate

_HEAD = "id\ttext\tlabels\tnote"


def candidates() -> QuerySet[ScreeningCandidate]:
    """Oldest first."""
    return ScreeningCandidate.objects.all()


def candidates_as_text() -> str:
    """Columns id, text, labels, note, as the screening's own lines have them: text alone, and nothing about anybody."""
    rows = [f"r{row.pk}\t{row.line}\tnone\t見直しで もどした 言葉に にせたもの" for row in candidates()]
    return "\n".join([_HEAD, *rows]) + "\n"
