"""What the desk's version stands for, and what waits at all: numbers only, of everything at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import IntEnum, auto
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet, Subquery, Value

from ibasho.duty.models import HandoverNote, HandoverRead, Shift, StandIn
from ibasho.duty.queries.volunteers import new_volunteers, volunteers_about_dying
from ibasho.events.queries.worries import worries
from ibasho.house.queries import answers_to_read
from ibasho.moderation.models import Claim, LogHead, Opinion, QuietPost, ReviewRequest, SuspensionProposal
from ibasho.moderation.queries import (
    open_concerns,
    open_incidents,
    open_strains,
    opinions_about_dying,
    opinions_waiting,
    overdue,
    reviews_about_dying,
    undecided,
    unseen_findings,
    waiting_posts,
)
from ibasho.rooms.queries.first_timers import first_timers
from ibasho.rooms.queries.roster import going_on, near_shifts, open_stand_ins, unread_settled


class Of(IntEnum):
    """What a number is a number of."""

    NEWEST_NOTE = auto()
    NEWEST_READING = auto()
    NEWEST_REVIEW = auto()
    NEWEST_SHIFT = auto()
    NEWEST_STAND_IN = auto()
    LOG = auto()
    REVIEW = auto()
    LIFE_REVIEW = auto()
    LATE_REVIEW = auto()
    CONCERN = auto()
    QUIET_POST = auto()
    CLAIM = auto()
    STRAIN = auto()
    PROPOSAL = auto()
    DANGER = auto()
    NEAR_SHIFT = auto()
    SHIFT_ON = auto()
    STAND_IN = auto()
    SETTLED = auto()
    HELD_IN = auto()
    FIRST_TIMER_IN = auto()
    NOTICED = auto()
    OPINION = auto()
    HELPING = auto()
    LIFE_HELPING = auto()
    LIFE_SIGN_UP = auto()
    OPINION_POST = auto()
    LIFE_OPINION = auto()
    NOTE_ANSWER = auto()


_GROWING: Mapping[Of, type[Model]] = {
    Of.NEWEST_NOTE: HandoverNote,
    Of.NEWEST_READING: HandoverRead,
    Of.NEWEST_REVIEW: ReviewRequest,
    Of.NEWEST_SHIFT: Shift,
    Of.NEWEST_STAND_IN: StandIn,
}
# how far grows what is only added to
NEWEST = (*_GROWING, Of.LOG)
ROSTER = (Of.NEAR_SHIFT, Of.SHIFT_ON, Of.STAND_IN, Of.SETTLED)


def numbers(at: datetime) -> Mapping[Of, Sequence[int]]:
    """One query, however much there is. What there is nothing of has no numbers."""
    always, given = _whenever_asked()
    now, moments = _at_once(_at_this_moment(at)).query.sql_with_params()
    found: dict[Of, list[int]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(f"{always} UNION ALL {now}", [*given, *moments])
        for kind, number in cursor.fetchall():
            found[Of(kind)].append(number)
    for some in found.values():
        some.sort()
    return found


@cache
def _whenever_asked() -> tuple[str, tuple[Any, ...]]:
    """The part of it that is the same at any moment. To put it into SQL takes longer than to answer it."""
    parts = {
        **{kind: _last(model) for kind, model in _GROWING.items()},
        Of.REVIEW: undecided(),
        Of.LIFE_REVIEW: reviews_about_dying(),
        Of.CONCERN: open_concerns(),
        Of.NOTICED: unseen_findings(),
        Of.OPINION: Opinion.objects.all(),
        # of these three it is enough to know that there may be some: whoever shows them asks for those that count
        Of.CLAIM: Claim.objects.all(),
        Of.PROPOSAL: SuspensionProposal.objects.filter(outcome=SuspensionProposal.Outcome.WAITING),
        Of.QUIET_POST: QuietPost.objects.filter(read_on__isnull=True),
        Of.STRAIN: open_strains(),
        Of.DANGER: open_incidents(),
        Of.SETTLED: unread_settled(),
        Of.HELPING: new_volunteers(),
        Of.LIFE_HELPING: volunteers_about_dying(),
        Of.LIFE_SIGN_UP: worries(),
        Of.OPINION_POST: opinions_waiting(),
        Of.LIFE_OPINION: opinions_about_dying(),
        Of.NOTE_ANSWER: answers_to_read(),
    }
    log = LogHead.objects.order_by().values_list(Value(Of.LOG.value), "number")
    held = waiting_posts().order_by().values_list(Value(Of.HELD_IN.value), "room_id")
    new = first_timers().order_by().values_list(Value(Of.FIRST_TIMER_IN.value), "room_id")
    sql, params = _at_once(parts).union(log, held, new, all=True).query.sql_with_params()
    return sql, params


def _at_this_moment(at: datetime) -> dict[Of, QuerySet[Any]]:
    return {
        Of.LATE_REVIEW: overdue(at),
        Of.NEAR_SHIFT: near_shifts(at),
        Of.SHIFT_ON: going_on(at),
        Of.STAND_IN: open_stand_ins(at),
    }


def _at_once(parts: Mapping[Of, QuerySet[Any]]) -> QuerySet[Any, Any]:
    """The key of each row with what it is a key of."""
    first, *others = [rows.order_by().values_list(Value(kind.value), "pk") for kind, rows in parts.items()]
    return first.union(*others, all=True).order_by()


def _last(model: type[Model]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.order_by()
    return rows.filter(pk=Subquery(rows.order_by("-pk").values("pk")[:1]))
