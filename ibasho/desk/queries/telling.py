"""What a person would be told, word for word, before a keeper presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ibasho.lib import clock
from ibasho.moderation.actions import letters
from ibasho.moderation.actions.acting import Reason
from ibasho.moderation.actions.bounds import closing_of
from ibasho.moderation.actions.suspending import DAYS, KEEPERS
from ibasho.moderation.models import LONGEST_DAYS
from ibasho.moderation.queries import ActShown, RuleReason, is_borne_again, results
from ibasho.rooms.models import HeldPost, Message, Room
from ibasho.rooms.queries import is_called

_CODE = "（ここに番号）"
_SOME_RULE = RuleReason(key="", name="", sentence="", text="")


@dataclass(frozen=True, slots=True)
class Letter:
    """The lines before and after the reason: that one depends on the promise that is chosen."""

    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class Length:
    """A button: `value` for the form, `words` on it, and the moment it would end at."""

    value: int
    words: str
    until: str


def letter_of_hiding(room: Room, at: datetime) -> Letter:
    """About words written at `at`."""
    return _parts(letters.hidden(room, Message(at=at), Reason(_SOME_RULE, ""), _CODE))


def letter_of_keeping_back(room: Room, at: datetime) -> Letter:
    """About words that wait, written at `at`."""
    return _parts(letters.kept_back(room, HeldPost(at=at), Reason(_SOME_RULE, ""), _CODE))


def letter_of_redaction(room: Room, at: datetime) -> Letter:
    """About words written at `at`, of which a part is covered."""
    return _parts(letters.redacted(room, Message(at=at), Reason(_SOME_RULE, ""), _CODE))


def letter_of_unnaming(room: Room, at: datetime, *, seat: UUID | str, name: str) -> Letter:
    """About this name over words that its seat wrote at `at`."""
    is_renamed = is_called(seat, name)
    return _parts(letters.unnamed(room, at, Reason(_SOME_RULE, ""), _CODE, is_renamed=is_renamed))


def letter_of_rest(room: Room) -> Letter:
    """Because of words, as on their page."""
    now = clock.now()
    return _parts(letters.resting(room, now, Reason(_SOME_RULE, ""), _CODE, is_sealed=True), now)


def letter_of_removal(room: Room) -> Letter:
    """Because of words, as on their page."""
    now = clock.now()
    return _parts(letters.removed(room, now, Reason(_SOME_RULE, ""), _CODE, is_sealed=True), now)


def letter_of_suspension() -> Letter:
    """Of the whole house, if another keeper agrees."""
    until = clock.now() + timedelta(days=1)
    parts = _parts(letters.suspended(until, KEEPERS, "", "", _CODE))
    return Letter([parts.before[0].replace(clock.far_text(until), "（えらんだ時）")], parts.after)


def suspension_in_full(days: int, rule: str, words: str) -> list[str]:
    """Every line of it, if it were agreed on now."""
    until = clock.now() + timedelta(days=days)
    return letters.suspended(until, KEEPERS, rule, words, _CODE).splitlines()


def result_if_overturned(act: ActShown) -> list[str]:
    """What is told when an act is taken back; what is so from then on stands last."""
    if act.verb == "unname":
        again = letters.named_again(is_borne=is_borne_again(act.id)) if act.is_in_force else []
        return [results.OVERTURNED, *again]
    is_back = act.verb in ("hide", "redact")
    then = "（書いた時）に書いた言葉は、いまから、また部屋の人が読めます。" if is_back else results.USABLE
    return [results.OVERTURNED, then]


def result_if_upheld() -> list[str]:
    return results.upheld("（えらんだ約束の文）", "")


def rest_lengths(room: Room) -> list[Length]:
    """10, 30 and 60 minutes, or until the room closes (0)."""
    now = clock.now()
    lengths = [_length(minutes, f"{minutes}分", now + timedelta(minutes=minutes)) for minutes in (10, 30, 60)]
    return [*lengths, _length(0, "部屋が閉まるまで", closing_of(room))]


def removal_lengths(room: Room) -> list[Length]:
    """This opening (0), or 1, 7, 14 and 30 days."""
    now = clock.now()
    lengths = [_length(days, f"{days}日", now + timedelta(days=days)) for days in (1, 7, 14, 30)]
    return [_length(0, "この回", closing_of(room)), *lengths]


def suspension_lengths() -> list[Length]:
    """1, 7, 30, 90 days or a year, from when another keeper agrees."""
    return [
        Length(days, "1年" if days == LONGEST_DAYS else f"{days}日", _day(clock.now() + timedelta(days=days)))
        for days in DAYS
    ]


def _day(moment: datetime) -> str:
    return clock.far_text(moment).rsplit(" ", 1)[0]


def _length(value: int, words: str, until: datetime) -> Length:
    return Length(value, words, clock.soon_text(until))


def _parts(letter: str, until: datetime | None = None) -> Letter:
    if until is not None:
        letter = letter.replace(clock.soon_text(until), "（えらんだ時）")
    lines = letter.splitlines()
    reason = next(place for place, line in enumerate(lines) if line.startswith("理由"))
    return Letter(lines[:reason], lines[reason + 1 :])
