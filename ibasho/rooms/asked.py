"""What a writer is asked about, as the page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ibasho.lib.unicode_text import clean
from ibasho.rooms.held_words import Asked
from ibasho.rooms.shapes import Spans

_COVER = "\n（おおい）"


@dataclass(frozen=True, slots=True)
class AskedShown:
    """`pieces` are the words cut where something was found, each with whether it was found there; `left` is what
    「そこを消して送る」 would send, empty where it is not offered.
    """

    label: str
    say: str
    text: str
    cover: str
    pieces: Sequence[tuple[str, bool]]
    left: str


def show_asked(asked: Asked, text: str, cover: str) -> AskedShown:
    """`text` and `cover` as they were typed, unless something was taken out of them already."""
    cleaned, folded = asked.rest or (clean(text), clean(cover, lines=False))
    pieces = pieces_of(cleaned, asked.spans)
    if asked.cover_spans:
        pieces = [*pieces, (_COVER, False), *pieces_of(folded, asked.cover_spans)]
    return AskedShown(asked.label, asked.text, cleaned, folded, pieces, _left(asked))


def _left(asked: Asked) -> str:
    text, cover = asked.left or ("", "")
    return f"{text}{_COVER}{cover}" if cover and asked.cover_spans else text


def pieces_of(text: str, spans: Spans) -> list[tuple[str, bool]]:
    pieces, at = [], 0
    for start, end in sorted(spans):
        if start > at:
            pieces.append((text[at:start], False))
        if end > max(start, at):
            pieces.append((text[max(start, at) : end], True))
        at = max(at, end)
    return [*pieces, (text[at:], False)] if at < len(text) else pieces
