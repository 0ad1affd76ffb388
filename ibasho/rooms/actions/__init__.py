"""Every write of the rooms, one verb family a file."""

from __future__ import annotations

from ibasho.rooms.actions.acts import (
    hide_message,
    let_back,
    lift_rest,
    redact_message,
    remove_seat,
    rest_seat,
    restore_message,
    restore_redacted,
)
from ibasho.rooms.actions.after_restore import hide_again, take_back_again, unname_again, withdraw_again
from ibasho.rooms.actions.amend import edit_message, withdraw_message
from ibasho.rooms.actions.arrive import attend, attend_all
from ibasho.rooms.actions.by_hand import (
    close_room,
    open_room,
    pause_room,
    resume_room,
    set_pace,
    set_stage,
    set_topic,
)
from ibasho.rooms.actions.caring import offer_help_for_name
from ibasho.rooms.actions.duties import (
    end_due_duties,
    leave_duty,
    lock_house,
    resign,
    sit_beside,
    step_in,
    step_out,
    take_duty,
)
from ibasho.rooms.actions.erase import erase_words
from ibasho.rooms.actions.holding import keep_held_back, let_wait_again, release_held
from ibasho.rooms.actions.ignoring import ignore, stop_ignoring
from ibasho.rooms.actions.leave import hold_every_room, leave_all_seats, leave_room
from ibasho.rooms.actions.meeting_rooms import follow_meeting, open_meeting_room, show_out
from ibasho.rooms.actions.post import post_messages
from ibasho.rooms.actions.quiet_rooms import close_quiet_room, join_quiet_room, open_quiet_room
from ibasho.rooms.actions.retention import purge_words
from ibasho.rooms.actions.seats import change_mode, take_seat
from ibasho.rooms.actions.sessions import turn_sessions
from ibasho.rooms.actions.shifts import bring_back_shift, call_off_shift, plan_shifts, take_shift
from ibasho.rooms.actions.stand_ins import (
    ask_for_relief,
    ask_for_stand_in,
    look_for_stand_in,
    note_stand_in,
    stop_looking,
    take_stand_in,
    withdraw_stand_in,
)
from ibasho.rooms.actions.trial import close_trial_room, ensure_trial_room
from ibasho.rooms.actions.unnaming import forget_name, give_name_back, take_name

__all__ = [
    "ask_for_relief",
    "ask_for_stand_in",
    "attend",
    "attend_all",
    "bring_back_shift",
    "call_off_shift",
    "change_mode",
    "close_quiet_room",
    "close_room",
    "close_trial_room",
    "edit_message",
    "end_due_duties",
    "ensure_trial_room",
    "erase_words",
    "follow_meeting",
    "forget_name",
    "give_name_back",
    "hide_again",
    "hide_message",
    "hold_every_room",
    "ignore",
    "join_quiet_room",
    "keep_held_back",
    "leave_all_seats",
    "leave_duty",
    "leave_room",
    "let_back",
    "let_wait_again",
    "lift_rest",
    "lock_house",
    "look_for_stand_in",
    "note_stand_in",
    "offer_help_for_name",
    "open_meeting_room",
    "open_quiet_room",
    "open_room",
    "pause_room",
    "plan_shifts",
    "post_messages",
    "purge_words",
    "redact_message",
    "release_held",
    "remove_seat",
    "resign",
    "rest_seat",
    "restore_message",
    "restore_redacted",
    "resume_room",
    "set_pace",
    "set_stage",
    "set_topic",
    "show_out",
    "sit_beside",
    "step_in",
    "step_out",
    "stop_ignoring",
    "stop_looking",
    "take_back_again",
    "take_duty",
    "take_name",
    "take_seat",
    "take_shift",
    "take_stand_in",
    "turn_sessions",
    "unname_again",
    "withdraw_again",
    "withdraw_message",
    "withdraw_stand_in",
]
