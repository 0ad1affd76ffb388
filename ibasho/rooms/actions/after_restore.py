"""After a restore: words that were taken back or covered since the copy are so once more.

Nobody is there to be told; whoever comes loads the page anew, under another epoch.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from uuid import UUID

from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.amend import empty
from ibasho.rooms.actions.holding import end_waiting
from ibasho.rooms.actions.unnaming import take_name
from ibasho.rooms.models import HeldPost, Message

_State = Message.State


def withdraw_again(message_ids: Collection[UUID]) -> None:
    """Also what was edited since: the new words are lost, and the old ones were to be gone."""
    _change(message_ids, lambda message: empty(message, _State.WITHDRAWN), _State.SHOWN, _State.HIDDEN)


def hide_again(message_ids: Collection[UUID]) -> None:
    """Also where a part was covered since: which part, nothing tells any more."""

    def hide(message: Message) -> None:
        message.state = _State.HIDDEN

    _change(message_ids, hide, _State.SHOWN)


def unname_again(message_ids: Collection[UUID]) -> None:
    """A name that was taken since, from all words under it; and from the seat, if it is still called so."""
    rows = Message.objects.filter(pk__in=message_ids).exclude(call_name="").order_by("room_id", "position")
    names = {(row.room_id, str(row.seat_id), row.name_skeleton): row.call_name for row in rows}
    for (room_id, seat_id, _), name in names.items():
        ledger.lock_rooms([room_id])
        take_name(room_id, seat_id, name)


def take_back_again(held_ids: Collection[UUID]) -> None:
    """Words that waited wait no more."""
    end_waiting(HeldPost.objects.filter(pk__in=held_ids), HeldPost.Outcome.WITHDRAWN)


def _change(ids: Collection[UUID], change: Callable[[Message], None], *states: str) -> None:
    rooms = Message.objects.filter(pk__in=ids, state__in=states).order_by("room_id")
    for room_id in list(rooms.values_list("room_id", flat=True).distinct()):
        ledger.lock_rooms([room_id])
        messages = list(rooms.filter(room_id=room_id).order_by("position"))
        last, _ = ledger.take_numbers(room_id, len(messages))
        for seq, message in enumerate(messages, start=last - len(messages) + 1):
            change(message)
            message.seq = seq
            message.save()
