"""Whether words would show again what is covered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from ibasho.lib.look_alike import fold
from ibasho.moderation.models import Redaction
from ibasho.moderation.pieces import COVERED, pieces_of
from ibasho.rooms.models import Message

_BETWEEN = regex.compile(r"[\p{P}\p{S}\p{Z}\s]+")
_ENDING = re.compile(r"(?<=..)[ぁ-ゖ]+\Z")
_FEWEST = 3  # 「です」 or 「私は」 alone tells nothing: whoever was covered may go on talking


def brings_back(message: Message, text: str) -> bool:
    """Whether `text` holds a piece that the newest act covers in `message`, however it is spaced or spelled."""
    act = Redaction.objects.filter(message=message, lifted_at__isnull=True).select_related("seal").first()
    if act is None or act.seal is None:
        return False
    stands, wanted = _folded(message.text or ""), _folded(text)
    return any(
        piece in wanted and piece not in stands for piece in _covered(act.seal.text, message.text or "")
    )


def _covered(whole: str, left: str) -> Iterator[str]:
    """The covered runs of `whole`, and their longer pieces without the kana that end them."""
    pattern = "(.+?)".join(map(re.escape, left.split(COVERED)))
    found = re.fullmatch(pattern, whole, re.DOTALL)
    for run in found.groups() if found else ():
        if folded := _folded(run):
            yield folded
        for piece in pieces_of(run):
            folded = _ENDING.sub("", _folded(piece.text))
            if len(folded) >= _FEWEST:
                yield folded


def _folded(text: str) -> str:
    plain: str = _BETWEEN.sub("", fold(text).casefold())
    return plain
