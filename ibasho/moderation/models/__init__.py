"""What keepers did for the quiet of a room, what people told them, second looks, and the log."""

from ibasho.moderation.models.acts import (
    REVIEW_DAYS,
    WORDS_BYTES,
    WORDS_GRAPHEMES,
    Act,
    Bounded,
    Hiding,
    KeepingBack,
    Redaction,
    Rest,
    RoomRemoval,
    SealedText,
    Unnaming,
)
from ibasho.moderation.models.claims import CLAIM_MINUTES, Claim
from ibasho.moderation.models.concerns import (
    CONCERN_BYTES,
    CONCERN_DAYS,
    CONCERN_GRAPHEMES,
    QUIET_BOX_DAYS,
    TAKE_BACK_MINUTES,
    UNDECIDED_DAYS,
    Concern,
    QuietPost,
)
from ibasho.moderation.models.escalation import EscalationCall, EscalationContact, LifeWords
from ibasho.moderation.models.incidents import (
    FACTS_GRAPHEMES,
    INCIDENT_DAYS,
    Incident,
    IncidentStep,
    IncidentWords,
)
from ibasho.moderation.models.log import (
    LogDetail,
    LogEntry,
    LogHead,
)
from ibasho.moderation.models.opinion_box import (
    ANSWER_GRAPHEMES,
    OPINION_DAYS,
    QUESTION_GRAPHEMES,
    SHOWN_DAYS,
    OpinionPost,
)
from ibasho.moderation.models.opinions import Opinion
from ibasho.moderation.models.reviews import (
    CANDIDATE_DAYS,
    DUE_DAYS,
    ReviewRequest,
    ScreeningCandidate,
)
from ibasho.moderation.models.seat_notes import (
    MOST_SEAT_NOTES,
    SEAT_NOTE_BYTES,
    SEAT_NOTE_DAYS,
    SEAT_NOTE_GRAPHEMES,
    SeatNote,
)
from ibasho.moderation.models.strain import MANY_HARD_TEXTS, STRAIN_DAYS, TALK_HOURS, Strain
from ibasho.moderation.models.suspensions import (
    LAPSE_HOURS,
    LONGEST_DAYS,
    Suspension,
    SuspensionProposal,
)

__all__ = [
    "ANSWER_GRAPHEMES",
    "CANDIDATE_DAYS",
    "CLAIM_MINUTES",
    "CONCERN_BYTES",
    "CONCERN_DAYS",
    "CONCERN_GRAPHEMES",
    "DUE_DAYS",
    "FACTS_GRAPHEMES",
    "INCIDENT_DAYS",
    "LAPSE_HOURS",
    "LONGEST_DAYS",
    "MANY_HARD_TEXTS",
    "MOST_SEAT_NOTES",
    "OPINION_DAYS",
    "QUESTION_GRAPHEMES",
    "QUIET_BOX_DAYS",
    "REVIEW_DAYS",
    "SEAT_NOTE_BYTES",
    "SEAT_NOTE_DAYS",
    "SEAT_NOTE_GRAPHEMES",
    "SHOWN_DAYS",
    "STRAIN_DAYS",
    "TAKE_BACK_MINUTES",
    "TALK_HOURS",
    "UNDECIDED_DAYS",
    "WORDS_BYTES",
    "WORDS_GRAPHEMES",
    "Act",
    "Bounded",
    "Claim",
    "Concern",
    "EscalationCall",
    "EscalationContact",
    "Hiding",
    "Incident",
    "IncidentStep",
    "IncidentWords",
    "KeepingBack",
    "LifeWords",
    "LogDetail",
    "LogEntry",
    "LogHead",
    "Opinion",
    "OpinionPost",
    "QuietPost",
    "Redaction",
    "Rest",
    "ReviewRequest",
    "RoomRemoval",
    "ScreeningCandidate",
    "SealedText",
    "SeatNote",
    "Strain",
    "Suspension",
    "SuspensionProposal",
    "Unnaming",
]
