"""利用を止める, as the desk shows it: a seat, the words, two reasons. Never who the person is, nor other seats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import LAPSE_HOURS, Suspension, SuspensionProposal
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.moderation.queries.reviews import DECIDERS
from ibasho.people.models import Keeper
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.queries import is_on_duty

KIND = "suspension"
_LONGEST_ROW = 19
_GONE = "いまはいないスタッフ"
_NO_NAME = "見ているだけの席"
_Outcome = SuspensionProposal.Outcome


@dataclass(frozen=True, slots=True)
class ProposalWaiting:
    """One that waits, as far as a desk must know of it."""

    id: int
    room_id: int
    keeper_id: int | None

    def is_for(self, keeper: KeeperFacts, room_ids: frozenset[int]) -> bool:
        """Whether this keeper, on duty in these rooms, may decide it."""
        return self.keeper_id != keeper.keeper_id and (keeper.has(*DECIDERS) or self.room_id in room_ids)


@dataclass(frozen=True, slots=True)
class ProposalShown:
    """One proposal and what came of it. `outcome` is empty while it waits; `until` is the end of the suspension.

    `is_own`, `is_on_duty` (in its room), `may_decide` and `may_lift` are about the keeper who looks.
    """

    id: int
    room: str
    room_title: str
    is_apart: bool
    seat: UUID
    seat_name: str
    message: UUID
    who: str
    at: datetime
    lapses_at: datetime
    days: int
    rule: str
    words: str
    outcome: str
    outcome_words: str
    decided_at: datetime | None
    decided_by: str
    reply: str
    until: datetime | None
    lifted_at: datetime | None
    lifted_by: str
    is_in_force: bool
    is_own: bool
    is_on_duty: bool
    may_decide: bool
    may_lift: bool

    @property
    def ref(self) -> str:
        """How a claim on it is named."""
        return ref_of(KIND, self.id)


def open_proposals(at: datetime) -> QuerySet[SuspensionProposal]:
    """Those that wait and have not lapsed."""
    return SuspensionProposal.objects.filter(
        outcome=_Outcome.WAITING, at__gt=at - timedelta(hours=LAPSE_HOURS)
    )


def proposals_waiting(at: datetime) -> list[ProposalWaiting]:
    """Every one of the house, oldest first. One query."""
    rows = open_proposals(at).order_by("pk")
    return [ProposalWaiting(*row) for row in rows.values_list("pk", "room_id", "keeper_id")]


def proposals_for(keeper: KeeperFacts) -> list[ProposalShown]:
    """Those that wait and that this keeper may decide or has made, oldest first."""
    shown = _shown(keeper, open_proposals(clock.now()))
    return [proposal for proposal in shown if proposal.is_own or proposal.may_decide]


def suspensions_in_force(keeper: KeeperFacts) -> list[ProposalShown]:
    """Those in force, newest first, for whoever may lift them; nothing for others."""
    if not keeper.has(*DECIDERS):
        return []
    acts = Suspension.objects.filter(lifted_at__isnull=True, until__gt=clock.now())
    rows = SuspensionProposal.objects.filter(pk__in=acts.values("proposal")).order_by("-decided_at", "-pk")
    return _shown(keeper, rows)


def proposal_shown(keeper: KeeperFacts, proposal_id: int) -> ProposalShown:
    """One that this keeper made or may look at. Refuses `not_found`."""
    rows = SuspensionProposal.objects.filter(pk=proposal_id)
    row = rows.first()
    found = _shown(keeper, rows) if row is not None and may_see(keeper, row) else []
    if not found:  # a review may take it away at any moment
        raise Refusal("not_found")
    return found[0]


def waiting_for_seat(seat_id: UUID) -> SuspensionProposal | None:
    """The one that waits for a seat."""
    return open_proposals(clock.now()).filter(seat=seat_id).first()


def may_look_at_proposal(keeper: KeeperFacts, key: str) -> None:
    """For a claim: one that waits, for who may decide it. Refuses `not_found`."""
    is_number = key.isascii() and key.isdigit() and len(key) < _LONGEST_ROW
    if not is_number or int(key) not in {one.id for one in proposals_for(keeper) if one.may_decide}:
        raise Refusal("not_found")


def may_see(keeper: KeeperFacts, proposal: SuspensionProposal) -> bool:
    """Who proposed it, a steward or a coordinator, and whoever is on duty in its room."""
    if proposal.keeper_id == keeper.keeper_id or keeper.has(*DECIDERS):
        return True
    return is_on_duty(keeper.person_id, proposal.room_id)


def has_proposals() -> Q:
    """For a query over seats: somebody proposed something about the seat, so it must stay."""
    return Q(Exists(SuspensionProposal.objects.filter(seat=OuterRef("pk"))))


def _shown(keeper: KeeperFacts, rows: QuerySet[SuspensionProposal]) -> list[ProposalShown]:
    found = list(rows.select_related("room", "seat", "keeper", "decided_by", "suspension__lifted_by"))
    rules = reason_texts({row.rule_key for row in found})
    return [_one(keeper, row, rules[row.rule_key]) for row in found]


def _one(keeper: KeeperFacts, row: SuspensionProposal, rule: str) -> ProposalShown:
    act: Suspension | None = getattr(row, "suspension", None)
    is_own = row.keeper_id == keeper.keeper_id
    now = clock.now()
    waits = row.outcome == _Outcome.WAITING and row.lapses_at > now
    outcome = _Outcome(row.outcome or ("" if waits else _Outcome.LAPSED))
    is_in_force = act is not None and act.is_in_force_at(now)
    return ProposalShown(
        id=row.pk,
        room=row.room.slug,
        room_title=row.room.title,
        is_apart=row.room.is_apart,
        seat=row.seat_id,
        seat_name=row.seat.call_name or _NO_NAME,
        message=row.message_key,
        who=_name(row.keeper),
        at=row.at,
        lapses_at=row.lapses_at,
        days=row.days,
        rule=rule,
        words=row.words,
        outcome=outcome.value,
        outcome_words=outcome.label,
        decided_at=row.decided_at,
        decided_by=_name(row.decided_by) if row.decided_at else "",
        reply=row.reply,
        until=act.until if act else None,
        lifted_at=act.lifted_at if act else None,
        lifted_by=_name(act.lifted_by) if act and act.lifted_at else "",
        is_in_force=is_in_force,
        is_own=is_own,
        is_on_duty=is_on_duty(keeper.person_id, row.room_id),
        may_decide=waits and not is_own and may_see(keeper, row),
        may_lift=is_in_force and keeper.has(*DECIDERS),
    )


def _name(keeper: Keeper | None) -> str:
    return keeper.duty_name if keeper else _GONE
