"""Every name that something can be sent under is built here."""

from __future__ import annotations


def room(room_id: int) -> str:
    return f"room:{room_id}"


HOUSE = "house"  # what every process hears


def room_of(topic: str) -> int | None:
    """The room whose topic it is."""
    kind, _, number = topic.partition(":")
    return int(number) if kind == "room" and number.isdecimal() else None
