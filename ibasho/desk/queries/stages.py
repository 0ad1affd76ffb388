"""When words are shown in a room, as its keepers choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibasho.rooms.models import Room


@dataclass(frozen=True, slots=True)
class StageShown:
    """`name` is the room's field; `button` says what one tap does; `because`: the promise it was set for, if for one."""

    name: str
    is_on: bool
    words: str
    button: str
    because: str


def stages_of(room: Room) -> Sequence[StageShown]:
    return [_shown(room, name, *words) for name, words in _STAGES.items()]


def _shown(room: Room, name: str, on_words: str, off_words: str) -> StageShown:
    is_on, because = getattr(room, name), (room.cited or {}).get(name, "")
    if is_on:
        return StageShown(name, True, on_words, "すぐ出す", because)
    return StageShown(name, False, off_words, "見てから出す", "")


_STAGES = {
    "checked_first": (
        "みんなの書き込みを、見てから出しています。",
        "書き込みは、すぐに出ます。",
    ),
    "newcomers_first": (
        "はじめての方の書き込みを、見てから出しています。",
        "はじめての方の書き込みも、すぐに出ます。",
    ),
    "holds_abuse": (
        "きつい言葉を、見てから出しています。",
        "きつい言葉は、出てからスタッフに知らせます。",
    ),
}
