"""Meetings, who means to come, and what they were asked."""

from __future__ import annotations

from ibasho.events.models.asking import (
    ANSWER_BYTES,
    ANSWER_GRAPHEMES,
    MOST_QUESTIONS,
    Answer,
    Consent,
    ConsentText,
    Question,
    QuestionSheet,
)
from ibasho.events.models.plan import MOST_PARTY, MOST_SEATS, Event, EventAudience
from ibasho.events.models.sign_ups import MOST_SIGN_UPS, SIGN_UP_DAYS, Offer, SignUp

__all__ = [
    "ANSWER_BYTES",
    "ANSWER_GRAPHEMES",
    "MOST_PARTY",
    "MOST_QUESTIONS",
    "MOST_SEATS",
    "MOST_SIGN_UPS",
    "SIGN_UP_DAYS",
    "Answer",
    "Consent",
    "ConsentText",
    "Event",
    "EventAudience",
    "Offer",
    "Question",
    "QuestionSheet",
    "SignUp",
]
