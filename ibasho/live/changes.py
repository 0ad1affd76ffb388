"""One numbered change of a room, as it goes to everyone who is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

WORDS = ("text", "cover", "tone")


@dataclass(frozen=True, slots=True)
class Change:
    """`event` is the live frame, with `type` and `seq`. `position` is that of its
    message; None for a change of the room itself.
    """

    room: int
    seq: int
    event: dict[str, Any]
    position: int | None = None

    def without_words(self) -> dict[str, Any]:
        """The same event for a reader whose history begins after `position`."""
        message = self.event.get("message")
        if message is None:
            return self.event
        bare = {field: value for field, value in message.items() if field not in WORDS}
        return {**self.event, "message": bare}
