"""利用を止める: proposed by one keeper, agreed by another, and only then in effect, in the whole house."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from ibasho.house.actions import put_letters_away
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import acting, letters
from ibasho.moderation.actions.claiming import settle_claim
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.sealing import seal
from ibasho.moderation.actions.strain import note_hard_case
from ibasho.moderation.claim_kinds import ref_of
from ibasho.moderation.models import (
    LAPSE_HOURS,
    REVIEW_DAYS,
    Concern,
    Rest,
    SealedText,
    Suspension,
    SuspensionProposal,
)
from ibasho.moderation.queries.acts import has_act_on
from ibasho.moderation.queries.reasons import reason_texts
from ibasho.moderation.queries.reviews import DECIDERS
from ibasho.moderation.queries.seals import sealed_for
from ibasho.moderation.queries.suspensions import KIND, may_see, open_proposals, waiting_for_seat
from ibasho.people import actions as people
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts, is_shown_lately, keeper_facts
from ibasho.rooms.actions import ledger
from ibasho.rooms.models import Seat

DAYS = (1, 7, 30, 90, 365)
KEEPERS = 2
_Outcome = SuspensionProposal.Outcome
_CHOOSE = "いつまでか、ひとつえらんでください。"
_SAY_WHY = "どうしてか、ひとこと書いてください。もうひとりのスタッフが読みます。"
_SHOW_AGAIN = "大事なことなので、アプリの数字かパスキーで、もう一度たしかめてください。"
_OWN = "あなたが言いだしたことです。ほかのスタッフが決めます。"
_NOT_OWN = "言いだした人だけが、とりけせます。"
_NOTHING = "利用は、止めていません。"
_NOBODY = "この席の人は、もういません。"


def propose_suspension(
    keeper: KeeperFacts,
    slug: str,
    seat_id: UUID | str,
    *,
    days: int,
    rule: str,
    words: str,
    message_id: UUID | str | None,
    shown_at: datetime | None,
) -> SuspensionProposal:
    """Propose that the person of a seat stays out of the house for 1, 7, 30, 90 or 365 days. Nothing else happens.

    What already waits for the seat is the answer, also to another keeper. Refuses `asked` unless the second
    factor was shown just now, `not_found` (no duty there, words of another), `malformed` (no such promise or
    length, no words pointed at, a keeper's seat), `empty` without words, `too_long`.
    """
    _need_second_factor(shown_at)
    reason = acting.read_reason(rule, words)
    if days not in DAYS:
        raise Refusal("malformed", _CHOOSE)
    if not reason.words:
        raise Refusal("empty", _SAY_WHY)
    if message_id is None:
        raise Refusal("malformed")
    with transaction.atomic():
        room = acting.locked_room(keeper, slug)
        seat = acting.seat_of_others(room, seat_id)
        lapse_proposals()
        standing = waiting_for_seat(seat.pk)
        if standing is not None:
            return standing
        message = acting.message_of_others(room, message_id)
        if message.seat_id != seat.pk:
            raise Refusal("not_found")

        seal(message)
        proposal = SuspensionProposal.objects.create(
            room=room,
            seat=seat,
            message_key=message.pk,
            keeper_id=keeper.keeper_id,
            rule_key=rule,
            words=reason.words,
            days=days,
            at=clock.now(),
        )
        _write_down(keeper, "propose_suspension", proposal, days=days, words=reason.words)
    return proposal


def approve_suspension(
    keeper: KeeperFacts, proposal_id: int, *, shown_at: datetime | None
) -> SuspensionProposal:
    """Agree, and it is so: the person is told, and every room is closed to them until the end.

    What was decided or has lapsed before stays so. Refuses `asked` unless the second factor was shown just now,
    and while another keeper looks at it, `not_found` (no such proposal, or neither steward nor coordinator nor on duty in its room), `malformed`
    for one's own proposal, and for a seat whose person is gone.
    """
    _need_second_factor(shown_at)
    with transaction.atomic():
        proposal = _to_decide(keeper, proposal_id)
        person = proposal.seat.person
        if person is None:
            raise Refusal("malformed", _NOBODY)
        if not _claim(proposal, keeper, outcome=_Outcome.APPROVED):
            return proposal

        now = clock.now()
        until = now + timedelta(days=proposal.days)
        code, code_hash = acting.new_code()
        Suspension.objects.create(
            room=proposal.room,
            seat=proposal.seat,
            message_key=proposal.message_key,
            keeper_id=proposal.keeper_id,
            approved_by_id=keeper.keeper_id,
            proposal=proposal,
            rule_key=proposal.rule_key,
            words=proposal.words,
            at=now,
            until=until,
            code_hash=code_hash,
        )
        _keep_words(proposal, now)

        _put_rests_away(person, now)

        # The letter first: every line that carries it is about to end.
        rule = reason_texts([proposal.rule_key])[proposal.rule_key]
        text = letters.suspended(until, KEEPERS, rule, proposal.words, code)
        acting.tell(proposal.seat, "suspended", text, act=code, at=now)
        people.suspend_until(person.pk, _latest_end(person))
        end = clock.rfc3339(until)
        note_hard_case(keeper)
        _write_down(keeper, "suspend", proposal, proposer=proposal.keeper_id, words=proposal.words, until=end)
    return proposal


def decline_suspension(keeper: KeeperFacts, proposal_id: int, *, words: str) -> SuspensionProposal:
    """Leave it, and say why to whoever proposed it. Refuses as `approve_suspension`, and `empty` without
    words, `too_long`; no second factor is asked for what takes nothing away.
    """
    kept = acting.read_words(words)
    if not kept:
        raise Refusal("empty", "どうしてか、ひとこと書いてください。言いだした人が読みます。")
    with transaction.atomic():
        proposal = _to_decide(keeper, proposal_id)
        if _claim(proposal, keeper, outcome=_Outcome.DECLINED, reply=kept):
            _tell_of_copy(proposal)
            _write_down(keeper, "decline_suspension", proposal, words=kept)
    return proposal


def take_back_suspension(keeper: KeeperFacts, proposal_id: int) -> SuspensionProposal:
    """Take back one's own proposal before anybody decided. Refuses `malformed` for another's, `not_found`."""
    with transaction.atomic():
        proposal = _locked(proposal_id)
        if not may_see(keeper, proposal):
            raise Refusal("not_found")
        if proposal.keeper_id != keeper.keeper_id:
            raise Refusal("malformed", _NOT_OWN)
        if _claim(proposal, keeper, outcome=_Outcome.TAKEN_BACK):
            _tell_of_copy(proposal)
            _write_down(keeper, "take_back_suspension", proposal)
    return proposal


def lift_suspension(keeper: KeeperFacts, proposal_id: int) -> SuspensionProposal:
    """Open the house again before the end, and tell the person. A second tap changes nothing.

    Refuses `not_found` (neither steward nor coordinator), `malformed` if nothing came of the proposal.
    """
    with transaction.atomic():
        proposal = _locked(proposal_id)
        _need_role(keeper)
        act = Suspension.objects.select_related("seat__person").filter(proposal=proposal).first()
        if act is None:
            raise Refusal("malformed", _NOTHING)
        if act.is_in_force_at(clock.now()):
            acting.lift(keeper, act, "suspended")
            left = end_on_person(act)
            acting.tell(act.seat, "suspension_lifted", letters.suspension_lifted(left))
            _write_down(keeper, "lift_suspension", proposal)
    return proposal


def lapse_proposals() -> None:
    """What nobody answered within a day counts for nothing. Safe to run twice, and in parallel."""
    with transaction.atomic():
        late = SuspensionProposal.objects.filter(
            outcome=_Outcome.WAITING, at__lte=clock.now() - timedelta(hours=LAPSE_HOURS)
        )
        for proposal in late.select_related("room", "seat__person"):
            if late.filter(pk=proposal.pk).update(outcome=_Outcome.LAPSED, decided_at=clock.now()):
                _tell_of_copy(proposal)
                hurry_desk()


def end_on_person(act: Suspension) -> datetime | None:
    """After an act is lifted: the person is held by what is left, if anything; returns until when."""
    person = act.seat.person
    if person is None:
        return None
    left = _latest_end(person)
    people.suspend_until(person.pk, left)
    return left


def lock_house_of(seat: Seat) -> None:
    """Hold every room in which words of this person could be on their way just now."""
    theirs = Seat.objects.filter(person=seat.person_id).values_list("room_id", flat=True)
    ledger.lock_rooms([seat.room_id, *(theirs if seat.person_id else ())])


def _to_decide(keeper: KeeperFacts, proposal_id: int) -> SuspensionProposal:
    """The proposal behind its locks, for a keeper who may decide it; roles and duty are asked anew."""
    proposal = _locked(proposal_id)
    now = keeper_facts(keeper.person_id)
    if now is None or not may_see(now, proposal):
        raise Refusal("not_found")
    if proposal.keeper_id == keeper.keeper_id:
        raise Refusal("malformed", _OWN)
    if proposal.outcome == _Outcome.WAITING:
        settle_claim(keeper, ref_of(KIND, proposal.pk))
    return proposal


def _locked(proposal_id: int) -> SuspensionProposal:
    lock_house_of(_find(proposal_id).seat)
    return _find(proposal_id)


def _find(proposal_id: int) -> SuspensionProposal:
    rows = SuspensionProposal.objects.select_related("room", "seat__person").filter(pk=proposal_id)
    proposal = rows.first()
    if proposal is None:
        raise Refusal("not_found")
    return proposal


def _claim(proposal: SuspensionProposal, keeper: KeeperFacts, **fields: Any) -> bool:
    """Whether it was this that decided it."""
    fields |= {"decided_at": clock.now(), "decided_by_id": keeper.keeper_id}
    is_first = open_proposals(clock.now()).filter(pk=proposal.pk).update(**fields) == 1
    proposal.refresh_from_db(fields=["outcome", "decided_at", "decided_by", "reply"])
    return is_first


def _keep_words(proposal: SuspensionProposal, now: datetime) -> None:
    """The review window of the words begins with the act, not with the proposal."""
    copies = SealedText.objects.filter(message_key=proposal.message_key, seat=proposal.seat_id)
    copies.update(until=now + timedelta(days=REVIEW_DAYS))


def _tell_of_copy(proposal: SuspensionProposal) -> None:
    """What came to nothing leaves a copy of the words: its writer hears of that, unless they have already."""
    copy, key = sealed_for(proposal.message_key), proposal.message_key
    is_known = (
        has_act_on(key) or Concern.objects.filter(message_key=key, writer_told_at__isnull=False).exists()
    )
    if copy is not None and not is_known:
        acting.tell(proposal.seat, "sealed", letters.sealed(proposal.room, copy))


def _put_rests_away(person: Person, now: datetime) -> None:
    """A letter of a rest says that reading goes on, and it does not any more."""
    for act in Rest.objects.filter(seat__person=person, lifted_at__isnull=True, until__gt=now):
        put_letters_away(person, "resting", act.at, even_asking=True)


def _latest_end(person: Person) -> datetime | None:
    rows = Suspension.objects.filter(seat__person=person, lifted_at__isnull=True, until__gt=clock.now())
    last: datetime | None = rows.aggregate(last=Max("until"))["last"]
    return last


def _need_second_factor(shown_at: datetime | None) -> None:
    if not is_shown_lately(shown_at):
        raise Refusal("asked", _SHOW_AGAIN)


def _need_role(keeper: KeeperFacts) -> None:
    now = keeper_facts(keeper.person_id)
    if now is None or not now.has(*DECIDERS):
        raise Refusal("not_found")


def _write_down(keeper: KeeperFacts, verb: str, proposal: SuspensionProposal, **more: Any) -> None:
    detail = {"seat": str(proposal.seat_id), "proposal": proposal.pk, "rule": proposal.rule_key}
    message = {"message": str(proposal.message_key)}
    append_log(keeper.keeper_id, verb, room=proposal.room, detail=detail | message | more)
    hurry_desk()
