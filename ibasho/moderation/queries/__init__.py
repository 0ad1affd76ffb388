"""Questions about acts, reasons, seals, reviews and the log."""

from __future__ import annotations

from ibasho.moderation.queries.acts import ActShown, act_by, acts_in, acts_on, has_acts, verb_of
from ibasho.moderation.queries.candidates import candidates, candidates_as_text
from ibasho.moderation.queries.chain import (
    End,
    Fault,
    check_log,
    count_emptied,
    differs_from,
    log_head,
    recompute,
)
from ibasho.moderation.queries.claims import Held, claims_in_force, claims_now
from ibasho.moderation.queries.concerns import (
    Case,
    Waiting,
    answer_for,
    case_of,
    cases_about,
    cases_decided,
    cases_waiting,
    concerns_waiting,
    has_concerns,
    may_look_at_case,
    needed_by_concerns,
    open_concerns,
)
from ibasho.moderation.queries.logbook import LogPage, log_page, rooms_in_log
from ibasho.moderation.queries.looking import room_read_elsewhere
from ibasho.moderation.queries.quiet_box import read_quiet_posts, unread_quiet_posts
from ibasho.moderation.queries.reasons import RULE_REASONS, RuleReason, reason_texts, reasons
from ibasho.moderation.queries.results import review_answer
from ibasho.moderation.queries.reviews import (
    DECIDERS,
    ReviewShown,
    may_look_at_review,
    overdue,
    review_shown,
    reviews_decided,
    reviews_waiting,
    undecided,
)
from ibasho.moderation.queries.seals import needed_by_reviews, sealed_by, sealed_for
from ibasho.moderation.queries.seat_notes import notes_about, notes_on
from ibasho.moderation.queries.strain import (
    had_a_hard_duty,
    open_strains,
    should_be_offered,
    strain_of,
    wants_to_talk,
)
from ibasho.moderation.queries.suspensions import (
    ProposalShown,
    ProposalWaiting,
    has_proposals,
    open_proposals,
    proposal_shown,
    proposals_for,
    proposals_waiting,
    suspensions_in_force,
    waiting_for_seat,
)
from ibasho.moderation.queries.verbs import VERB_WORDS

__all__ = [
    "DECIDERS",
    "RULE_REASONS",
    "VERB_WORDS",
    "ActShown",
    "Case",
    "End",
    "Fault",
    "Held",
    "LogPage",
    "ProposalShown",
    "ProposalWaiting",
    "ReviewShown",
    "RuleReason",
    "Waiting",
    "act_by",
    "acts_in",
    "acts_on",
    "answer_for",
    "candidates",
    "candidates_as_text",
    "case_of",
    "cases_about",
    "cases_decided",
    "cases_waiting",
    "check_log",
    "claims_in_force",
    "claims_now",
    "concerns_waiting",
    "count_emptied",
    "differs_from",
    "had_a_hard_duty",
    "has_acts",
    "has_concerns",
    "has_proposals",
    "log_head",
    "log_page",
    "may_look_at_case",
    "may_look_at_review",
    "needed_by_concerns",
    "needed_by_reviews",
    "notes_about",
    "notes_on",
    "open_concerns",
    "open_proposals",
    "open_strains",
    "overdue",
    "proposal_shown",
    "proposals_for",
    "proposals_waiting",
    "read_quiet_posts",
    "reason_texts",
    "reasons",
    "recompute",
    "review_answer",
    "review_shown",
    "reviews_decided",
    "reviews_waiting",
    "room_read_elsewhere",
    "rooms_in_log",
    "sealed_by",
    "sealed_for",
    "should_be_offered",
    "strain_of",
    "suspensions_in_force",
    "undecided",
    "unread_quiet_posts",
    "verb_of",
    "waiting_for_seat",
    "wants_to_talk",
]
