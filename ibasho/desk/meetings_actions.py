"""What is decided about meetings at the desk: the act and its line in the log, in one transaction.

The log knows meetings and sign-ups by number: no name and no answer stands in it.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from ibasho.events import actions as events
from ibasho.events.actions.consents import ConsentParts
from ibasho.events.actions.sheets import QuestionFacts
from ibasho.events.consent_owners import ConsentOwner
from ibasho.events.models import ConsentText, Event, EventShift, Question, QuestionSheet, SignUp
from ibasho.events.plans import EventPlan
from ibasho.events.queries.events import CALLED_OFF
from ibasho.events.wishes import Wish
from ibasho.lib.clock import rfc3339
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import append_log, note_hard_case
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms


def create_meeting(keeper: KeeperFacts, plan: EventPlan, *, over_the_wall: bool) -> Event:
    """Refuses as `events.actions.create_event`."""
    with transaction.atomic():
        event = events.create_event(plan, over_the_wall=over_the_wall)
        crossed = plan.stands_over_the_wall
        _log(keeper, "create_meeting", event.pk, starts=rfc3339(plan.starts), over_the_wall=crossed)
    return event


def change_meeting(
    keeper: KeeperFacts, event_id: int, plan: EventPlan, *, over_the_wall: bool, seen: str
) -> list[str]:
    """Refuses as `events.actions.change_event`."""
    with transaction.atomic():
        changed = events.change_event(event_id, plan, over_the_wall=over_the_wall, seen=seen)
        if changed:
            crossed = "standpoints" in changed and plan.stands_over_the_wall
            _log(keeper, "change_meeting", event_id, changed=changed, over_the_wall=crossed)
    return changed


def publish_meeting(keeper: KeeperFacts, event_id: int) -> None:
    with transaction.atomic():
        if events.publish_event(event_id):
            _log(keeper, "publish_meeting", event_id)


def take_back_meeting(keeper: KeeperFacts, event_id: int) -> None:
    with transaction.atomic():
        if events.take_back_event(event_id):
            _log(keeper, "take_back_meeting", event_id)


def call_off_meeting(keeper: KeeperFacts, event_id: int, *, words: str) -> None:
    with transaction.atomic():
        is_new = events.call_off_event(event_id, words=words)
        _log(keeper, "call_off_meeting", event_id, is_new=is_new)


def bring_back_meeting(keeper: KeeperFacts, event_id: int) -> None:
    with transaction.atomic():
        if events.bring_back_event(event_id):
            _log(keeper, "bring_back_meeting", event_id)


def lay_out_materials(keeper: KeeperFacts, event_id: int, text: str, *, seen: str) -> None:
    """Raises `Overtaken`."""
    with transaction.atomic():
        if events.lay_out_materials(event_id, text, seen=seen):
            _log(keeper, "lay_out_materials", event_id)


def settle_meeting(keeper: KeeperFacts, event_id: int) -> int:
    """How many sign-ups are joined or asked now that were not."""
    with transaction.atomic():
        moved = events.settle_now(event_id)
        _log(keeper, "settle_meeting", event_id, moved=moved)
    return moved


def plan_facilitator(keeper: KeeperFacts, event_id: int, *, other: int) -> None:
    """Refuses as `events.actions.plan_facilitator`."""
    with transaction.atomic():
        shift = events.plan_facilitator(keeper, event_id, other)
        _log(keeper, "plan_facilitator", event_id, keeper_id=other, shift=shift.pk)


def free_facilitator(keeper: KeeperFacts, event_id: int, shift_id: int) -> None:
    """This keeper does not facilitate it. Refuses `not_found`, and as `rooms.actions.call_off_shift`."""
    with transaction.atomic():
        shift = rooms.call_off_shift(keeper, _shift(event_id, shift_id))
        _log(keeper, "free_facilitator", event_id, keeper_id=shift.keeper_id, shift=shift.pk)


def bring_back_facilitator(keeper: KeeperFacts, event_id: int, shift_id: int) -> None:
    """Undo `free_facilitator`. Refuses as `rooms.actions.bring_back_shift`, and `asked` for a meeting called off."""
    with transaction.atomic():
        if Event.objects.filter(pk=event_id, called_off_at__isnull=False).exists():
            raise Refusal("asked", CALLED_OFF)
        shift = rooms.bring_back_shift(keeper, _shift(event_id, shift_id))
        _log(keeper, "bring_back_facilitator", event_id, keeper_id=shift.keeper_id, shift=shift.pk)


def look_for_facilitator(keeper: KeeperFacts, event_id: int, shift_id: int) -> None:
    """Ask all who take duty for somebody in that keeper's place. Refuses `not_found`."""
    with transaction.atomic():
        row = rooms.look_for_stand_in(keeper, _shift(event_id, shift_id))
        _log(keeper, "look_for_facilitator", event_id, keeper_id=row.asked_by_id, shift=shift_id)


def stop_looking(keeper: KeeperFacts, event_id: int, shift_id: int) -> None:
    """Undo `look_for_facilitator`. Refuses `not_found`."""
    with transaction.atomic():
        rooms.stop_looking(keeper, _shift(event_id, shift_id))
        _log(keeper, "stop_looking", event_id, shift=shift_id)


def add_sheet(keeper: KeeperFacts, title: str) -> QuestionSheet:
    with transaction.atomic():
        sheet = events.add_sheet(title)
        _log_sheet(keeper, "add_sheet", sheet.pk)
    return sheet


def name_sheet(keeper: KeeperFacts, sheet_id: int, title: str) -> None:
    with transaction.atomic():
        if events.name_sheet(sheet_id, title):
            _log_sheet(keeper, "name_sheet", sheet_id)


def copy_sheet(keeper: KeeperFacts, sheet_id: int) -> QuestionSheet:
    with transaction.atomic():
        copy = events.copy_sheet(sheet_id)
        _log_sheet(keeper, "copy_sheet", copy.pk, of=sheet_id)
    return copy


def retire_sheet(keeper: KeeperFacts, sheet_id: int) -> None:
    with transaction.atomic():
        if events.retire_sheet(sheet_id):
            _log_sheet(keeper, "retire_sheet", sheet_id)


def bring_back_sheet(keeper: KeeperFacts, sheet_id: int) -> None:
    with transaction.atomic():
        if events.bring_back_sheet(sheet_id):
            _log_sheet(keeper, "bring_back_sheet", sheet_id)


def add_question(keeper: KeeperFacts, sheet_id: int, facts: QuestionFacts) -> Question:
    with transaction.atomic():
        question = events.add_question(sheet_id, facts)
        _log_sheet(keeper, "add_question", sheet_id, question=question.pk)
    return question


def change_question(
    keeper: KeeperFacts, sheet_id: int, question_id: int, facts: QuestionFacts, *, seen: str
) -> None:
    with transaction.atomic():
        if events.change_question(sheet_id, question_id, facts, seen=seen):
            _log_sheet(keeper, "change_question", sheet_id, question=question_id)


def move_question(keeper: KeeperFacts, sheet_id: int, question_id: int, *, by: int) -> None:
    with transaction.atomic():
        events.move_question(sheet_id, question_id, by=by)
        _log_sheet(keeper, "move_question", sheet_id, question=question_id, by=by)


def remove_question(keeper: KeeperFacts, sheet_id: int, question_id: int) -> None:
    with transaction.atomic():
        events.remove_question(sheet_id, question_id)
        _log_sheet(keeper, "remove_question", sheet_id, question=question_id)


def write_consent(
    keeper: KeeperFacts, parts: ConsentParts, *, effective_on: date, seen: str, owner: ConsentOwner
) -> ConsentText:
    with transaction.atomic():
        text = events.write_consent(parts, effective_on=effective_on, seen=seen, owner=owner)
        detail = {"number": text.number, "effective_on": effective_on.isoformat()} | owner.columns
        append_log(keeper.keeper_id, "write_consent", detail=detail)
    return text


def withdraw_consent(keeper: KeeperFacts, number: int) -> None:
    with transaction.atomic():
        if events.withdraw_consent(number):
            append_log(keeper.keeper_id, "withdraw_consent", detail={"number": number})


def retire_consent(keeper: KeeperFacts, number: int) -> None:
    """Refuses and raises as `events.actions.retire_consent`."""
    with transaction.atomic():
        if events.retire_consent(number):
            append_log(keeper.keeper_id, "retire_consent", detail={"number": number})


def bring_back_consent(keeper: KeeperFacts, number: int) -> None:
    with transaction.atomic():
        if events.bring_back_consent(number):
            append_log(keeper.keeper_id, "bring_back_consent", detail={"number": number})


def write_down_sign_up(keeper: KeeperFacts, event_id: int, wish: Wish, *, contact: str) -> events.Signed:
    """For somebody who telephoned, wrote or came by, with the same rights. Refuses as `events.actions.sign_up`."""
    with transaction.atomic():
        signed = events.sign_up(event_id, wish, by_keeper=True, contact=contact)
        if signed.is_new:
            _log(keeper, "write_down_sign_up", event_id, sign_up=str(signed.sign_up.pk))
    return signed


def arrange_interview(keeper: KeeperFacts, event_id: int, sign_up_id: UUID, facts: dict[str, Any]) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "arrange_interview", events.arrange_interview(sign_up_id, **facts))


def drop_interview(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "drop_interview", events.drop_interview(sign_up_id))


def finish_interview(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "finish_interview", events.finish_interview(sign_up_id))


def reopen_interview(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "reopen_interview", events.reopen_interview(sign_up_id))


def let_into_line(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "let_into_line", events.let_into_line(sign_up_id))


def take_back_entry(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "take_back_entry", events.take_back_entry(sign_up_id))


def refer(keeper: KeeperFacts, event_id: int, sign_up_id: UUID, *, words: str) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "refer", events.refer(sign_up_id, words=words))


def take_back_referral(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "take_back_referral", events.take_back_referral(sign_up_id))


def answer_for(keeper: KeeperFacts, event_id: int, sign_up_id: UUID, answer: str) -> None:
    """What somebody said on the telephone about the seat they were asked about. Refuses as `answer_offer`."""
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "answer_for_sign_up", events.answer_offer(sign_up_id, answer), answer=answer)


def withdraw_for(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    """Somebody told staff that they are not coming. Name and answers are gone then. Refuses `not_found`."""
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "withdraw_sign_up", events.withdraw(sign_up_id))


def come_back_for(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    """Undo `withdraw_for`, within half an hour. Refuses as `events.actions.come_back`."""
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "bring_back_sign_up", events.come_back(sign_up_id))


def let_rest_go_for(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    """They come with the seats they have. Refuses `not_found`."""
    with transaction.atomic():
        _of(event_id, sign_up_id)
        _log_row(keeper, "let_rest_go", events.let_rest_go(sign_up_id))


def tick_visit(keeper: KeeperFacts, event_id: int, sign_up_id: UUID, *, people: int | None) -> None:
    """Refuses as `events.actions.tick`. Who it was stays out of the log."""
    with transaction.atomic():
        events.tick(event_id, sign_up_id, people=people)
        _log(keeper, "tick_visit", event_id)


def tick_unannounced(
    keeper: KeeperFacts, event_id: int, visit_id: UUID, *, standpoint: str, is_first: bool
) -> None:
    """Refuses as `events.actions.tick_unannounced`."""
    with transaction.atomic():
        events.tick_unannounced(event_id, visit_id, standpoint=standpoint, is_first=is_first)
        _log(keeper, "tick_visit", event_id)


def untick_visit(keeper: KeeperFacts, event_id: int, visit_id: UUID) -> None:
    with transaction.atomic():
        events.untick(event_id, visit_id)
        _log(keeper, "untick_visit", event_id)


def read_worry(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    """Put words about dying away as read. A second tap changes nothing. Refuses `not_found`."""
    with transaction.atomic():
        _of(event_id, sign_up_id)
        if events.read_worry(sign_up_id):
            _log(keeper, "read_sign_up", event_id, sign_up=str(sign_up_id))
            note_hard_case(keeper)


def unread_worry(keeper: KeeperFacts, event_id: int, sign_up_id: UUID) -> None:
    """Let them wait again. A second tap changes nothing. Refuses `not_found`."""
    with transaction.atomic():
        _of(event_id, sign_up_id)
        if events.unread_worry(sign_up_id):
            _log(keeper, "unread_sign_up", event_id, sign_up=str(sign_up_id))


def _of(event_id: int, sign_up_id: UUID) -> None:
    if not SignUp.objects.filter(pk=sign_up_id, event_id=event_id).exists():
        raise Refusal("not_found")


def _shift(event_id: int, shift_id: int) -> int:
    if not EventShift.objects.filter(shift=shift_id, event=event_id).exists():
        raise Refusal("not_found")
    return shift_id


def _log(keeper: KeeperFacts, verb: str, event_id: int, **more: Any) -> None:
    append_log(keeper.keeper_id, verb, detail={"event": event_id} | more)


def _log_row(keeper: KeeperFacts, verb: str, row: SignUp, **more: Any) -> None:
    _log(keeper, verb, row.event_id, sign_up=str(row.pk), state=row.state, **more)


def _log_sheet(keeper: KeeperFacts, verb: str, sheet_id: int, **more: int) -> None:
    append_log(keeper.keeper_id, verb, detail={"sheet": sheet_id} | more)
