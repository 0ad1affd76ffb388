"""Meetings, who means to come, and what they were asked."""

from __future__ import annotations

from ibasho.events.models.asking import (
    ANSWER_BYTES,
    ANSWER_GRAPHEMES,
    Answer,
    Consent,
    ConsentText,
    Question,
    QuestionSheet,
)
from ibasho.events.models.calendars import Feed, Revision
from ibasho.events.models.cards import FEWEST_CARDS, AfterCard, CardMark
from ibasho.events.models.contacts import CONTACT_LETTERS, SignUpContact
from ibasho.events.models.facilitating import EventShift
from ibasho.events.models.interviews import (
    INTERVIEW_MINUTES,
    LONGEST_INTERVIEW,
    WHERE_LETTERS,
    Interview,
)
from ibasho.events.models.mails import DueMail, MailContact
from ibasho.events.models.own_rooms import Admission, MeetingRoom
from ibasho.events.models.plan import LINK_LETTERS, MOST_PARTY, Event, EventAudience
from ibasho.events.models.series import EventSeries, SeriesAudience, SeriesDayOff
from ibasho.events.models.sign_ups import MOST_SIGN_UPS, SIGN_UP_DAYS, Offer, SignUp
from ibasho.events.models.visits import CountingKey, Visit
from ibasho.events.models.ways_back import BACK_MINUTES, WayBack
from ibasho.events.models.worries import Worry

__all__ = [
    "ANSWER_BYTES",
    "ANSWER_GRAPHEMES",
    "BACK_MINUTES",
    "CONTACT_LETTERS",
    "FEWEST_CARDS",
    "INTERVIEW_MINUTES",
    "LINK_LETTERS",
    "LONGEST_INTERVIEW",
    "MOST_PARTY",
    "MOST_SIGN_UPS",
    "SIGN_UP_DAYS",
    "WHERE_LETTERS",
    "Admission",
    "AfterCard",
    "Answer",
    "CardMark",
    "Consent",
    "ConsentText",
    "CountingKey",
    "DueMail",
    "Event",
    "EventAudience",
    "EventSeries",
    "EventShift",
    "Feed",
    "Interview",
    "MailContact",
    "MeetingRoom",
    "Offer",
    "Question",
    "QuestionSheet",
    "Revision",
    "SeriesAudience",
    "SeriesDayOff",
    "SignUp",
    "SignUpContact",
    "Visit",
    "WayBack",
    "Worry",
]
