"""Looking again at an act: another keeper than the one who acted decides, once."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.candidates import note_candidate
from ibasho.moderation.actions.claiming import settle_claim
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.overturning import overturn
from ibasho.moderation.actions.strain import note_hard_case
from ibasho.moderation.actions.suspending import lock_house_of
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import Act, LogDetail, LogEntry, ReviewRequest, Suspension, Unnaming
from ibasho.moderation.queries import act_by, verb_of
from ibasho.moderation.queries.reviews import DECIDERS, KIND
from ibasho.people.queries import KeeperFacts, keeper_facts
from ibasho.rooms.actions import ledger

_Outcome = ReviewRequest.Outcome
_OWN = "あなたがした声かけです。見直しは、ほかのスタッフが決めます。"
_EMPTIED = {"seat": None, "salt": "", "body": ""}


def overturn_act(keeper: KeeperFacts, review_id: int, *, words: str = "", line: str = "") -> ReviewRequest:
    """Take an act back, give back what it took, and say sorry. The first decision counts, a second changes nothing.

    `line`, if there is one, becomes a candidate for the tests of the screening, but not of a name. Refuses `not_found` (no such
    review, or neither steward nor coordinator), `malformed` (one's own act), `asked` (another looks at it),
    `too_long`.
    """
    reply, kept_line = acting.read_words(words), acting.read_words(line, "言葉")
    with transaction.atomic():
        request, act = _to_decide(keeper, review_id)
        if not _is_first(request, keeper, outcome=_Outcome.OVERTURNED, reply=reply):
            return request

        entry, before = _entry_of(act), _proposal_of(act)
        then = overturn(keeper, act)
        note_candidate("" if isinstance(act, Unnaming) else kept_line)  # a name may lead to somebody

        acting.tell(act.seat, "review_overturned", letters.overturned(act.room, then, reply))
        _write_down(keeper, "overturn_act", act, entry=entry.number if entry else None)
        # Nothing leads from the seat to what should not have been done; who did it, and when, stays.
        rows = [row.pk for row in (entry, before) if row is not None]
        LogDetail.objects.filter(entry__in=rows).update(**_EMPTIED)
    return request


def uphold_act(keeper: KeeperFacts, review_id: int, *, rule: str, words: str = "") -> ReviewRequest:
    """Leave an act as it is, and say why. Refuses as `overturn_act`, and `malformed` for no promise in force."""
    reason = acting.read_reason(rule, words)
    with transaction.atomic():
        request, act = _to_decide(keeper, review_id)
        fields = {"outcome": _Outcome.UPHELD, "rule_key": rule, "reply": reason.words}
        if not _is_first(request, keeper, **fields):
            return request

        acting.tell(act.seat, "review_upheld", letters.upheld(act.room, reason))
        entry = _entry_of(act)
        number = entry.number if entry else None
        seat, said = str(act.seat_id), reason.words
        _write_down(keeper, "uphold_act", act, seat=seat, entry=number, rule=rule, words=said)
    return request


def _to_decide(keeper: KeeperFacts, review_id: int) -> tuple[ReviewRequest, Act]:
    """The review and its act, behind the locks of the act's room, and of all rooms of the person where it was
    house-wide: two suspensions lifted at once must leave nothing. The keeper's roles are asked anew.
    """
    now = keeper_facts(keeper.person_id)
    if now is None or not now.has(*DECIDERS):
        raise Refusal("not_found")
    act = _find(review_id)[1]
    if isinstance(act, Suspension):
        lock_house_of(act.seat)
    else:
        ledger.lock_rooms([act.room_id])
    request, act = _find(review_id)
    if keeper.keeper_id in act.made_by:
        raise Refusal("malformed", _OWN)
    if request.outcome == _Outcome.WAITING:
        settle_claim(keeper, ref_of(KIND, request.pk))
    return request, act


def _find(review_id: int) -> tuple[ReviewRequest, Act]:
    request = ReviewRequest.objects.filter(pk=review_id).first()
    act = act_by(request.code_hash) if request else None
    if request is None or act is None:
        raise Refusal("not_found")
    return request, act


def _is_first(request: ReviewRequest, keeper: KeeperFacts, **fields: Any) -> bool:
    """Whether it was this that decided it."""
    fields |= {"decided_at": clock.now(), "decided_by_id": keeper.keeper_id}
    is_first = ReviewRequest.objects.filter(pk=request.pk, outcome=_Outcome.WAITING).update(**fields) == 1
    request.refresh_from_db()
    if is_first and request.about_dying:
        note_hard_case(keeper)
    return is_first


def _entry_of(act: Act) -> LogEntry | None:
    """The row of the log that tells of the act."""
    rows = LogEntry.objects.filter(verb=verb_of(act), at__gte=act.at, detail__seat=act.seat_id)
    return rows.order_by("number").first()


def _proposal_of(act: Act) -> LogEntry | None:
    """The row that tells how it was proposed, if it takes two: a seat has one at a time, so the newest before it."""
    if not isinstance(act, Suspension):
        return None
    rows = LogEntry.objects.filter(verb="propose_suspension", at__lte=act.at, detail__seat=act.seat_id)
    return rows.order_by("-number").first()


def _write_down(keeper: KeeperFacts, verb: str, act: Act, **detail: Any) -> None:
    append_log(keeper.keeper_id, verb, room=act.room, detail={"rule": act.rule_key} | detail)
    hurry_desk()
