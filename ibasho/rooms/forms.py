"""What was typed into a room's forms, so that a refused form can come back with its words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.http import QueryDict

from ibasho.rooms.asked import AskedShown, show_asked
from ibasho.rooms.held_words import Asked


def fresh_id() -> str:
    return str(uuid.uuid4())


@dataclass(slots=True)
class TypedWords:
    """The composer. `id` is fresh every time it is shown, so that each sending is one.

    `asked`: what their writer must say about them first. `asks_name`: the words wait for another `call_name`, because theirs is somebody else's.
    """

    text: str = ""
    cover: str = ""
    tone: str = ""
    say: str = ""
    asks_name: bool = False
    call_name: str = ""
    asked: AskedShown | None = None
    id: str = field(default_factory=fresh_id)

    @classmethod
    def again(cls, data: QueryDict, say: str, *, asks_name: bool = False) -> TypedWords:
        text, cover, tone, name = (data.get(key, "") for key in ("text", "cover", "tone", "call_name"))
        return cls(text, cover, tone, say, asks_name, name)

    @classmethod
    def asked_about(cls, data: QueryDict, asked: Asked) -> TypedWords:
        """Under the same id: nothing was stored under it."""
        words = cls.again(data, "")
        words.id, words.asked = asked.request_id, show_asked(asked, words.text, words.cover)
        return words


@dataclass(slots=True)
class TypedDoor:
    """The door. `say_at` names the field that `say` belongs to."""

    mode: str = "observe"
    call_name: str = ""
    passphrase: str = ""
    say: str = ""
    say_at: str = ""

    @classmethod
    def of(cls, data: QueryDict) -> TypedDoor:
        return cls(data.get("mode", ""), data.get("call_name", ""), data.get("passphrase", ""))
