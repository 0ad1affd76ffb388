"""Questions about acts, reasons, seals, reviews and the log."""

from __future__ import annotations

from ibasho.moderation.queries.acts import ActShown, act_by, acts_in, has_acts
from ibasho.moderation.queries.chain import (
    End,
    Fault,
    check_log,
    count_emptied,
    differs_from,
    log_head,
    recompute,
)
from ibasho.moderation.queries.reasons import RULE_REASONS, RuleReason, reason_texts, reasons
from ibasho.moderation.queries.reviews import ReviewShown, reviews_waiting
from ibasho.moderation.queries.seals import needed_by_reviews, sealed_for
from ibasho.moderation.queries.verbs import VERB_WORDS

__all__ = [
    "RULE_REASONS",
    "VERB_WORDS",
    "ActShown",
    "End",
    "Fault",
    "ReviewShown",
    "RuleReason",
    "act_by",
    "acts_in",
    "check_log",
    "count_emptied",
    "differs_from",
    "has_acts",
    "log_head",
    "needed_by_reviews",
    "reason_texts",
    "reasons",
    "recompute",
    "reviews_waiting",
    "sealed_for",
]
