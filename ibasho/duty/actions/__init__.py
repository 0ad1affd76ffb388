"""What a keeper on duty does about the duty itself, and how somebody becomes a keeper.

Rooms are opened and rested by `rooms.actions`.
"""

from ibasho.duty.actions.handover import read_handover, write_handover
from ibasho.duty.actions.helping import (
    application_words,
    apply_to_help,
    withdraw_application,
    withdraw_applications_again,
)
from ibasho.duty.actions.late_handover import HANDOVER_FORM, forget_late_handovers, keep_late_handover
from ibasho.duty.actions.pledge import (
    accept_pledge,
    add_unit,
    bring_back_unit,
    meet_newcomer,
    retire_unit,
    write_pledge,
)
from ibasho.duty.actions.presence import extend, note_there
from ibasho.duty.actions.retention import forget_volunteers, purge_duties
from ibasho.duty.actions.volunteers import (
    another_first_shift,
    arrange_talk,
    decline,
    drop_talk,
    drop_training,
    finish_first_shift,
    note_about,
    note_link,
    record_training,
    reopen,
)

__all__ = [
    "HANDOVER_FORM",
    "accept_pledge",
    "add_unit",
    "another_first_shift",
    "application_words",
    "apply_to_help",
    "arrange_talk",
    "bring_back_unit",
    "decline",
    "drop_talk",
    "drop_training",
    "extend",
    "finish_first_shift",
    "forget_late_handovers",
    "forget_volunteers",
    "keep_late_handover",
    "meet_newcomer",
    "note_about",
    "note_link",
    "note_there",
    "purge_duties",
    "read_handover",
    "record_training",
    "reopen",
    "retire_unit",
    "withdraw_application",
    "withdraw_applications_again",
    "write_handover",
    "write_pledge",
]
