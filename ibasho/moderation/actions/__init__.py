"""Every act of a keeper, with its undo; what is asked about them; and the log. One verb family a file."""

from __future__ import annotations

from ibasho.moderation.actions.arrivals import write_down_arrival
from ibasho.moderation.actions.candidates import forget_old_candidates, remove_candidate
from ibasho.moderation.actions.claiming import (
    ask_another,
    claim,
    forget_old_claims,
    let_go,
    look_at,
    settle_claim,
)
from ibasho.moderation.actions.closing_incidents import (
    close_flood,
    close_incident,
    reopen_incident,
    tell_after_incident,
    tell_whose_words_are_sealed,
)
from ibasho.moderation.actions.concerns import (
    concern_words,
    take_back_concern,
    take_concerns_back_again,
    tell_keepers,
)
from ibasho.moderation.actions.deciding import decide_concern, reopen_concern
from ibasho.moderation.actions.escalating import raise_alarms, send_calls, send_calls_aside
from ibasho.moderation.actions.escalation_list import (
    add_contact,
    change_contact,
    move_contact,
    remove_contact,
)
from ibasho.moderation.actions.forgetting import erase_acts, erase_acts_in, forget_old_acts
from ibasho.moderation.actions.forgetting_concerns import (
    erase_concerns,
    erase_concerns_in,
    forget_old_concerns,
)
from ibasho.moderation.actions.forgetting_incidents import (
    erase_incidents,
    erase_incidents_in,
    forget_old_incidents,
)
from ibasho.moderation.actions.hiding import hide, restore
from ibasho.moderation.actions.holding import keep_back, let_wait, release
from ibasho.moderation.actions.incidents import (
    begin_by_hand,
    begin_from_findings,
    begin_from_name,
    look_at_incident,
    take_incident,
)
from ibasho.moderation.actions.letting_go import (
    hand_over_incidents,
    release_absent,
    release_incident,
    release_incidents_of,
)
from ibasho.moderation.actions.life_words import look_at_life_words
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.looking import read_elsewhere
from ibasho.moderation.actions.noticing import see_noticed
from ibasho.moderation.actions.opinion_box import (
    answer_opinion,
    bring_opinion_back,
    forget_opinion_posts,
    leave_opinion,
    put_opinion_away,
    take_back_opinion,
    take_opinions_back_again,
)
from ibasho.moderation.actions.opinions import (
    answer_colleague,
    ask_colleague,
    end_question_to_colleagues,
    forget_old_opinions,
)
from ibasho.moderation.actions.quiet_box import (
    leave_quiet_post,
    quiet_words,
    read_quiet_post,
    unread_quiet_post,
)
from ibasho.moderation.actions.quiet_rooms import (
    ask_quiet_room,
    end_quiet_room,
    invite_to_quiet_rooms,
    put_invitation_away,
)
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
    set_stage,
    set_topic,
)
from ibasho.moderation.actions.seat_notes import (
    erase_seat_notes,
    forget_old_seat_notes,
    remove_seat_note,
    write_seat_note,
)
from ibasho.moderation.actions.second_keeper import (
    call_second_keeper,
    end_answered_calls,
    stop_calling_second_keeper,
)
from ibasho.moderation.actions.second_look import overturn_act, uphold_act
from ibasho.moderation.actions.strain import (
    answer_talk,
    ask_to_talk,
    decline_break,
    end_talk,
    forget_old_strains,
    note_hard_case,
)
from ibasho.moderation.actions.suspending import (
    approve_suspension,
    decline_suspension,
    lapse_proposals,
    lift_suspension,
    propose_suspension,
    take_back_suspension,
)
from ibasho.moderation.actions.telling_writers import tell_writers
from ibasho.moderation.actions.unnaming import give_name_back, unname
from ibasho.moderation.actions.wishing import wish_quiet_room

__all__ = [
    "add_contact",
    "answer_colleague",
    "answer_opinion",
    "answer_talk",
    "append_log",
    "approve_suspension",
    "ask_another",
    "ask_colleague",
    "ask_quiet_room",
    "ask_review",
    "ask_to_talk",
    "begin_by_hand",
    "begin_from_findings",
    "begin_from_name",
    "bring_opinion_back",
    "call_second_keeper",
    "change_contact",
    "claim",
    "close_flood",
    "close_incident",
    "close_room",
    "concern_words",
    "decide_concern",
    "decline_break",
    "decline_suspension",
    "end_answered_calls",
    "end_question_to_colleagues",
    "end_quiet_room",
    "end_talk",
    "erase_acts",
    "erase_acts_in",
    "erase_concerns",
    "erase_concerns_in",
    "erase_incidents",
    "erase_incidents_in",
    "erase_seat_notes",
    "forget_old_acts",
    "forget_old_candidates",
    "forget_old_claims",
    "forget_old_concerns",
    "forget_old_incidents",
    "forget_old_opinions",
    "forget_old_seat_notes",
    "forget_old_strains",
    "forget_opinion_posts",
    "give_name_back",
    "hand_over_incidents",
    "hide",
    "invite_to_quiet_rooms",
    "keep_back",
    "lapse_proposals",
    "leave_opinion",
    "leave_quiet_post",
    "let_back",
    "let_go",
    "let_wait",
    "lift_redaction",
    "lift_rest",
    "lift_suspension",
    "look_at",
    "look_at_incident",
    "look_at_life_words",
    "move_contact",
    "note_hard_case",
    "open_room",
    "overturn_act",
    "pause_room",
    "propose_suspension",
    "put_invitation_away",
    "put_opinion_away",
    "quiet_words",
    "raise_alarms",
    "read_elsewhere",
    "read_quiet_post",
    "redact",
    "release",
    "release_absent",
    "release_incident",
    "release_incidents_of",
    "remove",
    "remove_candidate",
    "remove_contact",
    "remove_seat_note",
    "reopen_concern",
    "reopen_incident",
    "rest",
    "restore",
    "resume_room",
    "see_noticed",
    "send_calls",
    "send_calls_aside",
    "set_pace",
    "set_stage",
    "set_topic",
    "settle_claim",
    "stop_calling_second_keeper",
    "take_back_concern",
    "take_back_opinion",
    "take_back_suspension",
    "take_concerns_back_again",
    "take_incident",
    "take_opinions_back_again",
    "tell_after_incident",
    "tell_keepers",
    "tell_whose_words_are_sealed",
    "tell_writers",
    "unname",
    "unread_quiet_post",
    "uphold_act",
    "wish_quiet_room",
    "write_down_arrival",
    "write_seat_note",
]
