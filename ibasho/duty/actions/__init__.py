"""What a keeper on duty does about the duty itself. Rooms are opened and rested by `rooms.actions`."""

from ibasho.duty.actions.handover import read_handover, write_handover
from ibasho.duty.actions.presence import extend, note_there
from ibasho.duty.actions.retention import purge_duties

__all__ = ["extend", "note_there", "purge_duties", "read_handover", "write_handover"]
