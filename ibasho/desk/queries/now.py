"""One reading of what the whole desk shows, so that its parts agree with one another and with its version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ibasho.desk.queries.numbers import NEWEST, ROSTER, Of, numbers
from ibasho.desk.queries.waiting import unread_notes
from ibasho.duty.models import Duty
from ibasho.duty.queries import open_duties, presence
from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.moderation.models import QuietPost, Strain
from ibasho.moderation.queries import (
    Held,
    HeldWaiting,
    NoticedIn,
    OpenIncident,
    OpinionShown,
    ProposalWaiting,
    Waiting,
    claims_now,
    concerns_waiting,
    held_waiting,
    incidents_open,
    noticed_everywhere,
    open_strains,
    opinions_open,
    proposals_waiting,
    unread_quiet_posts,
)
from ibasho.rooms.queries import DeskRoom, rooms_now


@dataclass(frozen=True, slots=True)
class DeskNow:
    """`newest`: how far grows what is only added to: notes and their readers, reviews, the log.
    `life_reviews`: the waiting reviews whose words are about dying; `late_reviews`: those that are overdue.
    `roster`: the shifts of the next day, those that go on, open requests for a stand-in, and settled ones that
    whoever asked has not read, each with its kind. `helping`: who would like to help and has no answer yet;
    `life_helping`: those of them who wrote about dying; `life_sign_ups`: sign-ups with such words that nobody has
    read. `review_count` reviews wait. `note_answers`: answers that a second keeper reads. `first_timers`: for each who should be greeted, in which room.
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
    first_timers: Sequence[int]
    noticed: Sequence[NoticedIn]
    opinions: Sequence[OpinionShown]
    newest: Sequence[tuple[int, int]]
    life_reviews: Sequence[int]
    late_reviews: Sequence[int]
    review_count: int
    roster: Sequence[tuple[int, int]]
    helping: Sequence[int]
    life_helping: Sequence[int]
    life_sign_ups: Sequence[int]
    opinion_posts: Sequence[int]
    life_opinions: Sequence[int]
    note_answers: Sequence[int]

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
        yield self.first_timers
        yield self.noticed
        yield self.opinions
        yield self.newest
        yield self.life_reviews
        yield self.late_reviews
        yield self.roster
        yield self.helping
        yield self.life_sign_ups
        yield self.opinion_posts
        yield self.note_answers


def desk_now() -> DeskNow:
    """Eight queries, however much there is, and one more each while words wait or something was found in words, somebody told, the quiet box has
    something, a keeper looks at something, asks a colleague or carries something, or a suspension is proposed; four while there is
    a danger to a life. A page reads it before anything else: what changes after it is another version, and is
    asked for once more.
    """
    at = clock.now()
    found = numbers(at)
    return DeskNow(
        at=at,
        rooms=rooms_now(),
        duties=open_duties(),
        notes=list(unread_notes()),
        concerns=concerns_waiting() if Of.CONCERN in found else [],
        quiet_posts=list(unread_quiet_posts()) if Of.QUIET_POST in found else [],
        claims=claims_now(at) if Of.CLAIM in found else [],
        proposals=proposals_waiting(at) if Of.PROPOSAL in found else [],
        strains=list(open_strains()) if Of.STRAIN in found else [],
        incidents=incidents_open() if Of.DANGER in found else [],
        held=held_waiting() if Of.HELD_IN in found else [],
        first_timers=found.get(Of.FIRST_TIMER_IN, ()),
        noticed=noticed_everywhere() if Of.NOTICED in found else [],
        opinions=opinions_open() if Of.OPINION in found else [],
        newest=[(kind, number) for kind in NEWEST for number in found.get(kind, ())],
        life_reviews=found.get(Of.LIFE_REVIEW, ()),
        late_reviews=found.get(Of.LATE_REVIEW, ()),
        review_count=len(found.get(Of.REVIEW, ())),
        roster=[(kind, number) for kind in ROSTER for number in found.get(kind, ())],
        helping=found.get(Of.HELPING, ()),
        life_helping=found.get(Of.LIFE_HELPING, ()),
        life_sign_ups=found.get(Of.LIFE_SIGN_UP, ()),
        opinion_posts=found.get(Of.OPINION_POST, ()),
        life_opinions=found.get(Of.LIFE_OPINION, ()),
        note_answers=found.get(Of.NOTE_ANSWER, ()),
    )
