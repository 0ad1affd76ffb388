"""Whether words would show again what is covered."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from uuid import UUID

import regex
from django.db.models import F

from ibasho.lib.look_alike import fold
from ibasho.moderation.models import Redaction
from ibasho.moderation.pieces import left_of, pieces_of
from ibasho.rooms.models import Message, RoomSession

# Also marks and what cannot be seen: ゆ゙き and ゆﾞき are read as ゆき.
_BETWEEN = regex.compile(r"[\p{P}\p{S}\p{Z}\p{M}\p{C}\p{Default_Ignorable_Code_Point}\s]+")
_ENDING = re.compile(r"(?<=..)[ぁ-ゖ]+\Z")
# A name in hiragana, up to what people say after one.
_NAMED = re.compile(r"([ぁ-ゖー]{3,}?)(?:さん|ちゃん|くん|さま|です|だよ|といいます|ともうします)[ぁ-ゖ]*")
_FEWEST = 3  # 「です」 or 「私は」 alone tells nothing: whoever was covered may go on talking


def brings_back(message: Message, text: str) -> bool:
    """Whether `text` holds a piece that a keeper covered in `message`, however it is spaced or spelled, and however
    often the words were changed since. What stood beside it may be said, and what a keeper laid open again.
    """
    acts = Redaction.objects.filter(seal__message_key=message.pk).select_related("seal")
    return _holds_covered(_folded(text), list(acts))


def says_again(seat_id: str, text: str) -> bool:
    """The same for new words of a seat, and each of its words in which something was covered since its room opened."""
    acts = Redaction.objects.filter(
        seat=UUID(seat_id),
        seal__isnull=False,
        room__sessions__in=RoomSession.objects.exclude(state=RoomSession.State.CLOSED),
        at__gte=F("room__sessions__opens_at"),
    )
    by_words: dict[object, list[Redaction]] = {}
    for act in acts.select_related("seal"):
        by_words.setdefault(act.seal.message_key if act.seal else None, []).append(act)
    wanted = _folded(text)
    return any(_holds_covered(wanted, together) for together in by_words.values())


def _holds_covered(wanted: str, acts: Sequence[Redaction]) -> bool:
    """`acts`: all on the same words."""
    return any(
        piece in wanted and not any(piece in said for said in _may_be_said(act, acts))
        for act in acts
        if act.lifted_at is None
        for piece in _covered(act)
    )


def _may_be_said(act: Redaction, acts: Sequence[Redaction]) -> list[str]:
    opened = [one for one in acts if one.lifted_at is not None and one.lifted_at > act.at]
    laid_open = [_whole(one)[start:end] for one in opened for start, end in one.spans]
    return [_folded(words) for words in (left_of(_whole(act), act.spans), *laid_open)]


def _covered(act: Redaction) -> Iterator[str]:
    """The covered runs, and their longer pieces without the hiragana that end them, of which a name may be made."""
    for start, end in act.spans:
        run = _whole(act)[start:end]
        if folded := _folded(run):
            yield folded
        for piece in pieces_of(run):
            plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", piece.text))
            named = _NAMED.fullmatch(plain)
            folded = _folded(named[1] if named else _ENDING.sub("", plain))
            if len(folded) >= _FEWEST:
                yield folded


def _whole(act: Redaction) -> str:
    return act.seal.text if act.seal is not None else ""


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFD", fold(text).casefold())
    plain: str = _BETWEEN.sub("", apart)
    return plain
