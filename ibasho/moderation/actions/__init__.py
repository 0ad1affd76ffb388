"""Every act of a keeper, with its undo; what is asked about them; and the log. One verb family a file."""

from __future__ import annotations

from ibasho.moderation.actions.arrivals import write_down_arrival
from ibasho.moderation.actions.candidates import forget_old_candidates, remove_candidate
from ibasho.moderation.actions.forgetting import erase_acts, erase_acts_in, forget_old_acts
from ibasho.moderation.actions.hiding import hide, restore
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.looking import read_elsewhere
from ibasho.moderation.actions.redacting import lift_redaction, redact
from ibasho.moderation.actions.removing import let_back, remove
from ibasho.moderation.actions.resting import lift_rest, rest
from ibasho.moderation.actions.reviews import ask_review
from ibasho.moderation.actions.rooms import (
    close_room,
    open_room,
    pause_room,
    resume_room,
    set_pace,
    set_topic,
)
from ibasho.moderation.actions.second_look import overturn_act, uphold_act

__all__ = [
    "append_log",
    "ask_review",
    "close_room",
    "erase_acts",
    "erase_acts_in",
    "forget_old_acts",
    "forget_old_candidates",
    "hide",
    "let_back",
    "lift_redaction",
    "lift_rest",
    "open_room",
    "overturn_act",
    "pause_room",
    "read_elsewhere",
    "redact",
    "remove",
    "remove_candidate",
    "rest",
    "restore",
    "resume_room",
    "set_pace",
    "set_topic",
    "uphold_act",
    "write_down_arrival",
]
