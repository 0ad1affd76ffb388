"""Every write of the rooms, one verb family a file."""

from __future__ import annotations

from ibasho.rooms.actions.amend import edit_message, withdraw_message
from ibasho.rooms.actions.arrive import attend
from ibasho.rooms.actions.erase import erase_words
from ibasho.rooms.actions.leave import leave_all_seats, leave_room
from ibasho.rooms.actions.post import post_messages
from ibasho.rooms.actions.retention import purge_words
from ibasho.rooms.actions.seats import change_mode, take_seat
from ibasho.rooms.actions.sessions import turn_sessions
from ibasho.rooms.actions.trial import close_trial_room, ensure_trial_room

__all__ = [
    "attend",
    "change_mode",
    "close_trial_room",
    "edit_message",
    "ensure_trial_room",
    "erase_words",
    "leave_all_seats",
    "leave_room",
    "post_messages",
    "purge_words",
    "take_seat",
    "turn_sessions",
    "withdraw_message",
]
