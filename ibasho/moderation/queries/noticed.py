"""Words that stand, at which something was found that is told to keepers alone, until one of them has looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Case, Count, Max, Min, QuerySet, Value, When

from ibasho.rooms.call_names import NAMELESS
from ibasho.rooms.models import Finding, Message

_MOST = 20
_NAME = Case(When(message__unnamed=True, then=Value(NAMELESS)), default="message__call_name")
_TOLD = ("abuse", "house_word")


@dataclass(frozen=True, slots=True)
class Noticed:
    """Why a keeper may want to look at these words."""

    id: int
    message: UUID
    text: str
    cover: str
    why: str
    at: datetime
    call_name: str


@dataclass(frozen=True, slots=True)
class NoticedIn:
    """How much of it there is in one room. `oldest` stays the same until somebody has looked."""

    room_id: int
    oldest: int
    newest: int
    count: int


def unseen_findings() -> QuerySet[Finding]:
    """Also when the session is over: whoever sits there reads on. Words about dying are an incident, and none of
    these.
    """
    return Finding.objects.filter(message__state=Message.State.SHOWN, label__in=_TOLD, seen_at__isnull=True)


def noticed_everywhere() -> list[NoticedIn]:
    """Of every room that has some. One query."""
    found = unseen_findings().order_by().values("room_id")
    rows = found.annotate(oldest=Min("pk"), newest=Max("pk"), count=Count("pk")).order_by("room_id")
    return [NoticedIn(**row) for row in rows]


def noticed_in(room_id: int) -> Sequence[Noticed]:
    """The oldest of this room, in their order: none is passed over by who looks at a page of them."""
    fields = ("pk", "message_id", "message__text", "message__cover", "why", "at")
    rows = unseen_findings().filter(room_id=room_id).order_by("pk").annotate(name=_NAME)
    return [Noticed(*row) for row in rows.values_list(*fields, "name")[:_MOST]]
