"""Reviews: what waits for another keeper, what was decided, and who may decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import DUE_DAYS, ReviewRequest
from ibasho.moderation.queries.acts import ActShown, acts_shown_by
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.moderation.queries.verbs import VERB_WORDS
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts, keepers_with
from ibasho.rooms.models import Room

DECIDERS = (Role.STEWARD, Role.COORDINATOR)
NEWEST = 20
KIND = "review"


@dataclass(frozen=True, slots=True)
class ReviewShown:
    """What was asked, and about which act in which room: `room` is its slug, `verb_words` says the act.

    `is_apart`: that room is read by those in it alone. `is_stuck`: nobody may decide it, because only who acted could. `outcome` is empty while it waits; `rule`
    and `reply` are what the person was told of it.
    """

    id: int
    asked_at: datetime
    due_at: datetime
    is_overdue: bool
    words: str
    about_dying: bool
    marks: str
    room: str
    room_title: str
    is_apart: bool
    verb_words: str
    act: ActShown
    is_stuck: bool
    outcome: str
    outcome_words: str
    decided_at: datetime | None
    decided_by: int | None
    rule: str
    reply: str

    @property
    def ref(self) -> str:
        """How a claim names it."""
        return ref_of(KIND, self.id)


def undecided() -> QuerySet[ReviewRequest]:
    """Those that wait."""
    return ReviewRequest.objects.filter(outcome=ReviewRequest.Outcome.WAITING)


def reviews_about_dying() -> QuerySet[ReviewRequest]:
    """Those of them whose words are."""
    return undecided().filter(about_dying=True)


def overdue(at: datetime) -> QuerySet[ReviewRequest]:
    """Those that wait longer than was promised."""
    return undecided().filter(asked_at__lte=at - timedelta(days=DUE_DAYS))


def may_look_at_review(keeper: KeeperFacts, key: str) -> None:
    """For a claim: one that waits, for who may decide. Refuses `not_found`."""
    is_number = key.isascii() and key.isdigit() and len(key) < 19
    if not (keeper.has(*DECIDERS) and is_number and undecided().filter(pk=int(key)).exists()):
        raise Refusal("not_found")


def reviews_waiting(most: int | None = None) -> list[ReviewShown]:
    """The overdue and the oldest first, those with words about dying before all others; at most so many."""
    return _shown(undecided().order_by("-about_dying", "asked_at", "id")[:most])


def reviews_decided() -> list[ReviewShown]:
    """The newest that are still kept, newest first."""
    decided = ReviewRequest.objects.exclude(outcome=ReviewRequest.Outcome.WAITING)
    return _shown(decided.order_by("-decided_at", "-id")[:NEWEST])


def review_shown(review_id: int) -> ReviewShown | None:
    return next(iter(_shown(ReviewRequest.objects.filter(pk=review_id))), None)


def _shown(requests: Iterable[ReviewRequest]) -> list[ReviewShown]:
    found = list(requests)
    if not found:
        return []
    acts = acts_shown_by([request.code_hash for request in found])
    rules = reason_texts({request.rule_key for request in found if request.rule_key})
    deciders = set(keepers_with(*DECIDERS).values_list("pk", flat=True))
    around: dict[str, Any] = {"rules": rules, "deciders": deciders}
    return [
        _one(request, *acts[request.code_hash], **around) for request in found if request.code_hash in acts
    ]


def _one(
    request: ReviewRequest, room: Room, act: ActShown, *, rules: dict[str, str], deciders: set[int]
) -> ReviewShown:
    waits = request.outcome == ReviewRequest.Outcome.WAITING
    return ReviewShown(
        id=request.pk,
        asked_at=request.asked_at,
        due_at=request.due_at,
        is_overdue=waits and request.due_at <= clock.now(),
        words=request.words,
        about_dying=request.about_dying,
        marks=request.marks,
        room=room.slug,
        room_title=room.title,
        is_apart=room.is_apart,
        verb_words=VERB_WORDS[act.verb],
        act=act,
        is_stuck=waits and deciders <= act.keepers,
        outcome=request.outcome,
        outcome_words=_TOLD.get(request.outcome, ""),
        decided_at=request.decided_at,
        decided_by=request.decided_by_id,
        rule=rules.get(request.rule_key, ""),
        reply=request.reply,
    )


_TOLD: dict[str, str] = {
    ReviewRequest.Outcome.OVERTURNED: "前の判断をとりけしました。",
    ReviewRequest.Outcome.UPHELD: "前の判断のままにしました。",
}
