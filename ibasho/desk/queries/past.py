"""What keepers did in a room, in words, each with its undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from ibasho.lib.clock import far_text
from ibasho.moderation.queries import ActShown, acts_in, acts_on

NEWEST = 8
_DID = {
    "hide": "「{}」の書き込みを、かくしました",
    "keep_back": "「{}」の待っていた言葉を、出さないことにしました",
    "redact": "「{}」の書き込みの一部を、かくしました",
    "unname": "「{}」の前の名前を、はずしました",
    "rest": "「{}」に、休んでもらいました",
    "remove": "「{}」に、部屋から出てもらいました",
    "suspend": "「{}」の方の、この場所の利用を止めました",
}
_UNDID = {
    "hide": "「{}」の書き込みを、また出しました",
    "keep_back": "「{}」の言葉を、また待つようにしました",
    "redact": "「{}」の書き込みを、もとの言葉にもどしました",
    "unname": "「{}」から はずした名前を、もどしました",
    "rest": "「{}」のお休みを、終わりにしました",
    "remove": "「{}」が、また入れるようにしました",
    "suspend": "「{}」の方が、この場所をまた使えるようにしました",
}
_UNDO = {
    "hide": "もどす",
    "keep_back": "また待つようにする",
    "redact": "一部をもどす",
    "unname": "名前をもどす",
    "rest": "お休みを終わりにする",
    "remove": "また入れるようにする",
    "suspend": "",
}


@dataclass(frozen=True, slots=True)
class PastAct:
    """`name` stands in the address after an act; `undo` is the path below the room, empty when it is over."""

    name: str
    words: str
    name_there: str
    who: str
    rule: str
    said: str
    at: datetime
    undo: str
    undo_words: str
    message: str


def acts_shown(room_id: int) -> list[PastAct]:
    """Newest first."""
    return [_past(act) for act in acts_in(room_id, NEWEST)]


def acts_on_seat(seat_id: UUID) -> list[PastAct]:
    """What was done about one seat and not lifted, newest first."""
    return [_past(act) for act in acts_on(seat_id) if not act.is_lifted]


def history_of_seat(seat_id: UUID) -> list[PastAct]:
    """What was done before to this seat, and to no other; to read, not to undo."""
    return [replace(_past(act), undo="") for act in acts_on(seat_id)]


def just_done(acts: Sequence[PastAct], name: str) -> PastAct | None:
    return next((act for act in acts if act.name == name), None)


def _past(act: ActShown) -> PastAct:
    until = f"（{far_text(act.until)}まで）" if act.until and not act.is_lifted else ""
    return PastAct(
        name=f"{act.verb}-{act.id}",
        words=(_UNDID if act.is_lifted else _DID)[act.verb].format(act.seat_name) + until,
        name_there=act.seat_name,
        who=act.lifted_by if act.is_lifted else act.who,
        rule=act.rule,
        said=act.words,
        at=act.at,
        undo=act.undo,
        undo_words=_UNDO[act.verb],
        message=str(act.message) if act.message else "",
    )
