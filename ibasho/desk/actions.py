"""What only the desk puts together: two lower verbs in one transaction."""

from __future__ import annotations

from django.db import transaction

from ibasho.duty import actions as duty
from ibasho.duty.queries import is_keeper_there
from ibasho.house import actions as house
from ibasho.house.models import Note
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions import append_log, let_go, note_hard_case
from ibasho.moderation.claim_kinds import ref_of
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms


def hand_over_and_leave(keeper: KeeperFacts, *, facts: str, plan: str) -> bool:
    """Leave a note for the next keepers and end the duty; False if something holds it: then the note stays alone.

    Refuses as `write_handover`.
    """
    with transaction.atomic():
        is_over = _leave(keeper)  # it locks all rooms, which come before a keeper's own rows everywhere
        duty.write_handover(keeper, facts=facts, plan=plan)
    return is_over


def _leave(keeper: KeeperFacts) -> bool:
    try:
        rooms.leave_duty(keeper)
    except Refusal:
        return False
    return True


def read_note(keeper: KeeperFacts, note_id: int) -> None:
    """Put a note away as read; who did it stands in the log. A second tap changes nothing. Refuses `not_found`."""
    with transaction.atomic():
        if house.read_note(note_id):
            let_go(keeper, ref_of("note", note_id))
            append_log(keeper.keeper_id, "read_note", detail={"note": note_id})
            if Note.objects.filter(pk=note_id, about_dying=True).exists():
                note_hard_case(keeper)
            hurry_desk()


def unread_note(keeper: KeeperFacts, note_id: int) -> None:
    """Let a note wait again. A second tap changes nothing. Refuses `not_found`."""
    with transaction.atomic():
        if house.unread_note(note_id):
            append_log(keeper.keeper_id, "unread_note", detail={"note": note_id})
            hurry_desk()


def must_be_on_duty(keeper: KeeperFacts) -> None:
    """Refuses `not_found` for a keeper who is not on duty anywhere just now."""
    if not is_keeper_there(keeper.keeper_id, clock.now()):
        raise Refusal("not_found")


def answer_note(keeper: KeeperFacts, note_id: int, *, text: str, seen: str, as_is: bool = False) -> None:
    """Write the answer that another keeper will hand over; its note is read. Refuses as `write_answer`, and
    `not_found` without duty.
    """
    with transaction.atomic():
        must_be_on_duty(keeper)
        house.write_answer(keeper, note_id, text=text, seen=seen, as_is=as_is)
        append_log(keeper.keeper_id, "write_note_answer", detail={"note": note_id})
        read_note(keeper, note_id)


def send_note_answer(keeper: KeeperFacts, note_id: int, *, seen: str) -> None:
    """Hand a colleague's answer over. A second tap changes nothing. Refuses as `send_answer`, and `not_found` without
    duty.
    """
    with transaction.atomic():
        must_be_on_duty(keeper)
        if house.send_answer(keeper, note_id, seen=seen):
            append_log(keeper.keeper_id, "send_note_answer", detail={"note": note_id})


def remove_note_answer(keeper: KeeperFacts, note_id: int) -> None:
    """Take back what one wrote. A second tap changes nothing. Refuses as `remove_answer`, and `not_found` without duty."""
    with transaction.atomic():
        must_be_on_duty(keeper)
        if house.remove_answer(keeper, note_id):
            append_log(keeper.keeper_id, "remove_note_answer", detail={"note": note_id})
