"""Every name that something can be sent under is built here."""

from __future__ import annotations


def room(room_id: int) -> str:
    return f"room:{room_id}"
