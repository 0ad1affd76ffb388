"""What is kept of a time when the house worried for somebody's life, for わたし and the download."""

from __future__ import annotations

from ibasho.lib import clock
from ibasho.moderation.models import Incident
from ibasho.people.models import Person
from ibasho.people.my_record import Section

TABLES = {
    "moderation.Incident": "命が心配だったときの記録",
    "moderation.IncidentWords": "命が心配だったときの言葉",
    "moderation.EscalationContact": "緊急の連絡先",
    "moderation.EscalationCall": "緊急の連絡先に送った知らせ",
    "moderation.LifeWords": "命が心配な言葉を、スタッフが見たか",
    "moderation.IncidentStep": "命が心配だったときに、したこと",
}
# わたし may be read by others at home: neither the title nor a row says what the house worried about
_TITLE = "スタッフが声をかけたこと"


def section(person: Person) -> Section:
    """Each from the moment its person was told of it: before, the minute could say who had told the keepers."""
    rows = Incident.objects.filter(seat__person=person).exclude(writer_told_at=None, invited_at=None)
    told = list(rows.select_related("room"))
    return Section(
        _TITLE,
        [(_what(row), _said(row)) for row in told],
        "終わってから90日。",
        apart=[(_what(row), f"スタッフの覚え書き：{row.facts}") for row in told if row.facts],
    )


def _what(row: Incident) -> str:
    return f"{clock.when_text(row.begun_at)} 部屋「{row.room.title}」"


def _said(row: Incident) -> str:
    parts = ["スタッフが、気にかけて見ました。"]
    if row.invited_at is not None:
        parts.append(f"{clock.when_text(row.invited_at)} に、静かな部屋のことをお知らせしました。")
    if row.closed_at is not None:
        parts.append(f"{clock.when_text(row.closed_at)} に、終わりにしました。")
    return "".join(parts)
