"""Taking a name from a seat, and giving it back.

Every verb here runs in the caller's transaction, which has locked the room; the act itself, its reason and its
undo are the moderation's.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from ibasho.lib.look_alike import skeleton
from ibasho.live.publish import hurry_facts, publish
from ibasho.people import erased
from ibasho.people.actions import next_facts
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.amend import announce
from ibasho.rooms.call_names import any_name
from ibasho.rooms.models import HeldPost, Ignoring, Message, Seat
from ibasho.rooms.queries.keepers import is_keepers_name
from ibasho.rooms.queries.seats import is_name_in_use, is_name_taken


def take_name(room_id: int, seat_id: str, name: str) -> str:
    """Show this name, and what looks like it, over no words of this seat any more, also where others noted it.

    Returns the name the seat has instead; empty when it is called otherwise already.
    """
    taken = skeleton(name)
    erased.note("unnamed", f"{seat_id} {taken}")
    _set_unnamed(room_id, seat_id, taken, unnamed=True)
    noted = Ignoring.objects.filter(whom=UUID(seat_id)).exclude(call_name="")
    alike = [row.pk for row in noted if skeleton(row.call_name) == taken]
    Ignoring.objects.filter(pk__in=alike).update(call_name="", taken_skeleton=taken)
    seat = Seat.objects.get(pk=seat_id)
    if seat.name_skeleton != taken:
        return ""

    def is_unfit(other: str) -> bool:
        return skeleton(other) == taken or is_name_in_use(room_id, skeleton(other), seat_id)

    return _rename(seat, any_name(is_unfit))


def give_name_back(room_id: int, seat_id: str, name: str, *, instead: str) -> bool:
    """Show it over those words again. Returns whether the seat has it again, too: not if its person chose another
    than the one it had `instead`, or if it has come to be somebody else's.
    """
    taken = skeleton(name)
    erased.note_back("unnamed", f"{seat_id} {taken}")
    _set_unnamed(room_id, seat_id, taken, unnamed=False)
    _noted_taken(seat_id, taken).update(call_name=name, taken_skeleton="")
    seat = Seat.objects.get(pk=seat_id)
    if not instead or seat.call_name != instead or _is_anothers(room_id, seat_id, taken):
        return False
    _rename(seat, name)
    return True


def forget_name(seat_id: str, name_skeleton: str) -> None:
    """Leave nothing of a name that was taken on what was written under it; nobody sees a difference."""
    rows = Message.objects.filter(seat_id=seat_id, name_skeleton=name_skeleton, unnamed=True)
    rows.update(call_name="", name_skeleton="")
    held = HeldPost.objects.filter(seat_id=seat_id).exclude(call_name="")
    alike = [row.pk for row in held if skeleton(row.call_name) == name_skeleton]
    HeldPost.objects.filter(pk__in=alike).update(call_name="")
    _noted_taken(seat_id, name_skeleton).update(taken_skeleton="")


def _noted_taken(seat_id: str, name_skeleton: str) -> QuerySet[Ignoring]:
    """Where others noted this very name; one seat may have borne several that were taken."""
    return Ignoring.objects.filter(whom=UUID(seat_id), call_name="", taken_skeleton=name_skeleton)


def _set_unnamed(room_id: int, seat_id: str, name_skeleton: str, *, unnamed: bool) -> None:
    """Each row that changes takes a number: a page, a line and a catching up say the same."""
    words = Message.objects.filter(room_id=room_id, seat_id=seat_id, name_skeleton=name_skeleton)
    rows = words.filter(unnamed=not unnamed).exclude(state=Message.State.ERASED)
    messages = list(rows.order_by("position"))
    if not messages:
        return
    last, _ = ledger.take_numbers(room_id, len(messages))
    for seq, message in enumerate(messages, start=last - len(messages) + 1):
        message.unnamed, message.seq = unnamed, seq
    rows.update(unnamed=unnamed)
    Message.objects.bulk_update(messages, ["seq"], batch_size=500)
    publish([announce(message) for message in messages])


def _is_anothers(room_id: int, seat_id: str, name_skeleton: str) -> bool:
    return is_keepers_name(room_id, name_skeleton) or is_name_taken(room_id, name_skeleton, seat_id)


def _rename(seat: Seat, name: str) -> str:
    seat.call_name, seat.name_skeleton, seat.facts = name, skeleton(name), next_facts()
    seat.save(update_fields=["call_name", "name_skeleton", "facts"])
    hurry_facts()
    return name
