"""The promise for which keepers changed a room for an evening, as the room may read it: a sentence that tells of nobody."""

from __future__ import annotations

from ibasho.rooms.models import Room

PAUSE, PACE, CHECKED = "pause", "pace_seconds", "checked_first"
_OPEN = ("open", "closing")


def cited_now(room: Room, state: str, why: str) -> str:
    """Of what everybody notices at this moment: a rest by hand, that words are checked first, or the pace. Else empty."""
    cited: dict[str, str] = room.cited or {}
    if state == "paused":
        return cited.get(PAUSE, "") if why != "no_keepers" else ""
    if state not in _OPEN:
        return ""
    if room.checked_first:
        return cited.get(CHECKED, "")
    return cited.get(PACE, "") if room.pace_seconds else ""
