"""When words are shown in a room, as its keepers choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibasho.rooms.models import Room


@dataclass(frozen=True, slots=True)
class StageShown:
    """`name` is the room's field; `button` says what one tap does."""

    name: str
    is_on: bool
    words: str
    button: str


def stages_of(room: Room) -> Sequence[StageShown]:
    return [_shown(name, getattr(room, name), *words) for name, words in _STAGES.items()]


def _shown(name: str, is_on: bool, on_words: str, off_words: str) -> StageShown:
    return StageShown(name, is_on, on_words if is_on else off_words, "すぐ出す" if is_on else "見てから出す")


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
