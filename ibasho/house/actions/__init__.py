"""Every write of the house, one verb family a file."""

from __future__ import annotations

from ibasho.house.actions.answers import (
    ANSWER_GRAPHEMES,
    SIGNED,
    give_wish_back,
    remove_answer,
    send_answer,
    take_wish,
    wish_no_answer,
    write_answer,
)
from ibasho.house.actions.cards import bring_card_back, letter_seen, offer_card
from ibasho.house.actions.entering import acknowledge, enter
from ibasho.house.actions.helplines import (
    add_helpline,
    change_helpline,
    check_helpline,
    move_helpline,
    remove_helpline,
)
from ibasho.house.actions.letters import (
    NOTE_BYTES,
    NOTE_GRAPHEMES,
    SEEN_NOTICE_DAYS,
    answer_letters,
    forget_old_papers,
    give_notice,
    leave_note,
    note_words,
    notice_seen,
    put_invitation_away,
    put_letters_away,
    read_note,
    unread_note,
)
from ibasho.house.actions.plate import hang_plate
from ibasho.house.actions.rules import (
    AlreadyInForceError,
    discard_draft,
    draft_next_rules,
    draft_rules,
    publish_rules,
    revise_rules,
    rules_hash,
    withdraw_rules,
)
from ibasho.house.actions.words import MOST_WORDS, add_word, change_word, remove_word
from ibasho.house.clauses import Clause

__all__ = [
    "ANSWER_GRAPHEMES",
    "MOST_WORDS",
    "NOTE_BYTES",
    "NOTE_GRAPHEMES",
    "SEEN_NOTICE_DAYS",
    "SIGNED",
    "AlreadyInForceError",
    "Clause",
    "acknowledge",
    "add_helpline",
    "add_word",
    "answer_letters",
    "bring_card_back",
    "change_helpline",
    "change_word",
    "check_helpline",
    "discard_draft",
    "draft_next_rules",
    "draft_rules",
    "enter",
    "forget_old_papers",
    "give_notice",
    "give_wish_back",
    "hang_plate",
    "leave_note",
    "letter_seen",
    "move_helpline",
    "note_words",
    "notice_seen",
    "offer_card",
    "publish_rules",
    "put_invitation_away",
    "put_letters_away",
    "read_note",
    "remove_answer",
    "remove_helpline",
    "remove_word",
    "revise_rules",
    "rules_hash",
    "send_answer",
    "take_wish",
    "unread_note",
    "wish_no_answer",
    "withdraw_rules",
    "write_answer",
]
