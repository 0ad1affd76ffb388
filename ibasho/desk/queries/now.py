"""One reading of what the whole desk shows, so that its parts agree with one another and with its version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet, Subquery, Value

from ibasho.desk.queries.waiting import unread_notes
from ibasho.duty.models import Duty, HandoverNote, HandoverRead, Shift, StandIn
from ibasho.duty.queries import open_duties, presence
from ibasho.duty.queries.volunteers import new_volunteers
from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.moderation.models import LogHead, QuietPost, ReviewRequest, Strain
from ibasho.moderation.queries import (
    Held,
    HeldWaiting,
    OpenIncident,
    ProposalWaiting,
    Waiting,
    claims_in_force,
    claims_now,
    concerns_waiting,
    held_waiting,
    incidents_open,
    open_concerns,
    open_incidents,
    open_proposals,
    open_strains,
    overdue,
    proposals_waiting,
    undecided,
    unread_quiet_posts,
    waiting_posts,
)
from ibasho.rooms.queries import DeskRoom, rooms_now
from ibasho.rooms.queries.roster import going_on, near_shifts, open_stand_ins, unread_settled

_GROWING: tuple[type[Model], ...] = (HandoverNote, HandoverRead, ReviewRequest, Shift, StandIn)
_LOG = len(_GROWING)
_REVIEW, _LIFE, _LATE, _TOLD, _QUIET, _CLAIMED, _STRAINED, _PROPOSED, _DANGER = range(_LOG + 1, _LOG + 10)
_NEAR, _ON, _WANTED, _SETTLED = range(_LOG + 10, _LOG + 14)
_HELD = _LOG + 14
_HELPING, _LIFE_HELPING = _LOG + 15, _LOG + 16
_ROSTER = (_NEAR, _ON, _WANTED, _SETTLED)


@dataclass(frozen=True, slots=True)
class DeskNow:
    """`newest`: how far grows what is only added to: notes and their readers, reviews, the log.
    `life_reviews`: the waiting reviews whose words are about dying; `late_reviews`: those that are overdue.
    `roster`: the shifts of the next day, those that go on, open requests for a stand-in, and settled ones that
    whoever asked has not read, each with its kind. `helping`: who would like to help and has no answer yet;
    `life_helping`: those of them who wrote about dying. `review_count` reviews wait.
    """

    at: datetime
    rooms: Sequence[DeskRoom]
    duties: Sequence[Duty]
    notes: Sequence[Note]
    concerns: Sequence[Waiting]
    quiet_posts: Sequence[QuietPost]
    claims: Sequence[Held]
    proposals: Sequence[ProposalWaiting]
    strains: Sequence[Strain]
    incidents: Sequence[OpenIncident]
    held: Sequence[HeldWaiting]
    newest: Sequence[tuple[int, int]]
    life_reviews: Sequence[int]
    late_reviews: Sequence[int]
    review_count: int
    roster: Sequence[tuple[int, int]]
    helping: Sequence[int]
    life_helping: Sequence[int]

    def rooms_of(self, keeper_id: int) -> frozenset[int]:
        """The rooms this keeper's duty covers at this moment."""
        duty = self.duty_of(keeper_id)
        if duty is None or duty.until <= self.at:
            return frozenset()
        return frozenset(room.room.pk for room in self.rooms if keeper_id in room.keeper_ids)

    def is_on_duty(self, keeper_id: int) -> bool:
        """Whether this keeper has a duty at this moment, in whichever rooms."""
        return bool(self.rooms_of(keeper_id))

    def duty_of(self, keeper_id: int) -> Duty | None:
        """This keeper's open duty."""
        return next((duty for duty in self.duties if duty.keeper_id == keeper_id), None)

    @property
    def version(self) -> str:
        """Sixteen letters; others mean that some page looks different now. Words of a room do not change
        it: they have a line.
        """
        facts = "\n".join(str(fact) for fact in self._facts())
        return hashlib.sha256(facts.encode()).hexdigest()[:16]

    def _facts(self) -> Iterator[Any]:
        yield clock.tokyo(self.at).date()  # today's hours
        for room in self.rooms:
            yield room.room.pk, room.title, room.room.topic, room.room.pace_seconds, room.needed
            yield room.room.checked_first, room.room.newcomers_first, room.room.holds_abuse
            yield room.state, room.why, room.opens_at, room.closes_at, room.paused_until, room.next_opening
            yield room.crowd, room.keepers
        for duty in self.duties:
            how = presence(duty, self.at)
            yield duty.pk, duty.until, duty.stepped_out_at is None, how, duty.keeper.duty_name
        yield [note.pk for note in self.notes]
        yield [concern.id for concern in self.concerns]
        yield [post.pk for post in self.quiet_posts]
        yield self.claims
        yield [proposal.id for proposal in self.proposals]
        for row in self.strains:
            yield row.duty_id, row.opened, row.offers_break, row.asked_at, row.answered_by_id
        yield [(incident.id, incident.steps) for incident in self.incidents]
        yield [post.id for post in self.held]
        yield self.newest
        yield self.life_reviews
        yield self.late_reviews
        yield self.roster
        yield self.helping


def desk_now() -> DeskNow:
    """Eight queries, however much there is, and one more each while words wait, somebody told, the quiet box has something, a
    keeper looks at something or carries something, or a suspension is proposed; four while there is a danger
    to a life. A page reads it before anything else: what changes after it is
    another version, and is asked for once more.
    """
    at = clock.now()
    numbers = _numbers(at)
    return DeskNow(
        at=at,
        rooms=rooms_now(),
        duties=open_duties(),
        notes=list(unread_notes()),
        concerns=concerns_waiting() if any(place == _TOLD for place, _ in numbers) else [],
        quiet_posts=list(unread_quiet_posts()) if any(place == _QUIET for place, _ in numbers) else [],
        claims=claims_now(at) if any(place == _CLAIMED for place, _ in numbers) else [],
        proposals=proposals_waiting(at) if any(place == _PROPOSED for place, _ in numbers) else [],
        strains=list(open_strains()) if any(place == _STRAINED for place, _ in numbers) else [],
        incidents=incidents_open() if any(place == _DANGER for place, _ in numbers) else [],
        held=held_waiting() if any(place == _HELD for place, _ in numbers) else [],
        newest=[(place, number) for place, number in numbers if place <= _LOG],
        life_reviews=[number for place, number in numbers if place == _LIFE],
        late_reviews=[number for place, number in numbers if place == _LATE],
        review_count=sum(place == _REVIEW for place, _ in numbers),
        roster=[(place, number) for place, number in numbers if place in _ROSTER],
        helping=[number for place, number in numbers if place == _HELPING],
        life_helping=[number for place, number in numbers if place == _LIFE_HELPING],
    )


def _numbers(at: datetime) -> list[tuple[int, int]]:
    """One query: each number with what it is a number of."""
    grown = [_last(model, place) for place, model in enumerate(_GROWING)]
    log = LogHead.objects.values_list(Value(_LOG), "number")
    asked = undecided().order_by().values_list(Value(_REVIEW), "pk")
    life = undecided().filter(about_dying=True).order_by().values_list(Value(_LIFE), "pk")
    late = overdue(at).order_by().values_list(Value(_LATE), "pk")
    told = open_concerns().order_by().values_list(Value(_TOLD), "pk")
    quiet = unread_quiet_posts().order_by().values_list(Value(_QUIET), "pk")
    claimed = claims_in_force(at).order_by().values_list(Value(_CLAIMED), "pk")
    proposed = open_proposals(at).order_by().values_list(Value(_PROPOSED), "pk")
    strained = open_strains().order_by().values_list(Value(_STRAINED), "pk")
    roster = [
        near_shifts(at).order_by().values_list(Value(_NEAR), "pk"),
        going_on(at).order_by().values_list(Value(_ON), "pk"),
        open_stand_ins(at).order_by().values_list(Value(_WANTED), "pk"),
        unread_settled().order_by().values_list(Value(_SETTLED), "pk"),
    ]
    helping = [
        new_volunteers().order_by().values_list(Value(_HELPING), "pk"),
        new_volunteers().filter(about_dying=True).order_by().values_list(Value(_LIFE_HELPING), "pk"),
    ]
    danger = open_incidents().order_by().values_list(Value(_DANGER), "pk")
    held = waiting_posts().order_by().values_list(Value(_HELD), "room_id")
    waiting = (held, asked, life, late, told, quiet, claimed, strained, proposed, danger)
    return sorted(log.union(*grown, *waiting, *roster, *helping, all=True).order_by())


def _last(model: type[Model], place: int) -> QuerySet[Any, Any]:
    rows: QuerySet[Any] = model._default_manager.order_by()
    newest = rows.order_by("-pk").values("pk")[:1]
    return rows.filter(pk=Subquery(newest)).values_list(Value(place), "pk")
