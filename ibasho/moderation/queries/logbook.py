"""The log as the desk reads it: who did what, when and why. Never about whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ibasho.moderation.models import LogEntry
from ibasho.moderation.queries.chain import is_emptied
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.moderation.queries.verbs import VERB_WORDS
from ibasho.people.models import Keeper
from ibasho.rooms.models import Room

LINES = 50
_BY_ITSELF = "サーバーで"
_GONE = "いまはいないスタッフ"


@dataclass(frozen=True, slots=True)
class LogLine:
    """`reason` is why a keeper read elsewhere; `is_emptied`: what else was written down is erased."""

    number: int
    at: datetime
    who: str
    what: str
    room: str
    rule: str
    reason: str
    is_emptied: bool


@dataclass(frozen=True, slots=True)
class LogPage:
    """Newest first; `before` asks for the next page, None at the end."""

    lines: Sequence[LogLine]
    before: int | None


def log_page(before: int | None = None, *, keeper_id: int | None = None, room: str = "") -> LogPage:
    """Fifty rows, of one keeper or one room if these are named. Five queries, however long the log is."""
    rows = LogEntry.objects.all()
    if keeper_id is not None:
        rows = rows.filter(actor=keeper_id)
    if room:
        rows = rows.filter(room=room)
    if before is not None:
        rows = rows.filter(number__lt=before)
    found = list(rows.select_related("detail").order_by("-number")[: LINES + 1])
    shown = found[:LINES]
    return LogPage(_lines(shown), shown[-1].number if len(found) > LINES else None)


def _lines(rows: Sequence[LogEntry]) -> list[LogLine]:
    names = dict(Keeper.objects.filter(pk__in={row.actor for row in rows}).values_list("pk", "duty_name"))
    rooms = dict(Room.objects.filter(slug__in={row.room for row in rows}).values_list("slug", "title"))
    rules = reason_texts({row.rule for row in rows if row.rule})
    return [
        LogLine(
            number=row.number,
            at=row.at,
            who=names.get(row.actor, _GONE) if row.actor is not None else _BY_ITSELF,
            what=VERB_WORDS.get(row.verb, row.verb),
            room=rooms.get(row.room, row.room),
            rule=rules.get(row.rule, ""),
            reason=str(row.detail.facts.get("reason", "")),
            is_emptied=is_emptied(row.detail),
        )
        for row in rows
    ]


def rooms_in_log() -> list[tuple[str, str]]:
    """Slug and title of every room of the house, to choose from."""
    return list(
        Room.objects.exclude(entry__in=Room.APART).order_by("position", "pk").values_list("slug", "title")
    )
