"""The support card: help offered to who wrote about dying, where it was written, for a day at most.

It lives in the session of that browser alone, never in the person's record, and is
among what すぐ閉じる drops.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import transaction

from ibasho.house import queries
from ibasho.house.helplines import Helplines
from ibasho.house.today import today
from ibasho.lib import clock
from ibasho.people.models import Session
from ibasho.people.sessions import SessionStore

HOURS = 24
_KEY = "support_card"


@dataclass(frozen=True, slots=True)
class SupportCard:
    """What the card says at this minute. `staff_text` is empty while no opening is under way, and
    `next_opening` when none is known.
    """

    id: str
    at: datetime
    helplines: Helplines
    next_opening: datetime | None
    staff_text: str = ""


def lay_out(session: SessionStore, place: str) -> SupportCard:
    """Leave a card for this browser at the path `place`; an earlier one gives way."""
    card_id, at = str(uuid.uuid4()), clock.now()
    # A browser that went away keeps nothing: its card is shown once, and not laid up.
    if not session.away:
        session[_KEY] = {"id": card_id, "place": place, "at": at.timestamp()}
    return _card(card_id, at)


def show_once() -> SupportCard:
    """The card for this page alone: nothing is laid up for who sends more than is read."""
    return _card(str(uuid.uuid4()), clock.now())


def find(session: SessionStore, place: str) -> SupportCard | None:
    """The card that waits at `place`, if there is one and it is not a day old."""
    kept = None if session.away else session.get(_KEY)
    if not kept or kept["place"] != place:
        return None
    return None if _is_old(kept["at"]) else _card(kept["id"], _moment(kept["at"]))


def forget_old() -> None:
    """Take cards that are a day old out of the rows they lie in, also of browsers that never come again."""
    for row in Session.objects.filter(data__contains=f'"{_KEY}"'):
        data = orjson.loads(row.data)
        if _is_old(data.pop(_KEY)["at"]):
            # only a row that nobody has written meanwhile; the next round sees the others
            untouched = Session.objects.filter(pk=row.pk, data=row.data)
            with transaction.atomic():
                untouched.update(data=orjson.dumps(data).decode())


def put_away(session: SessionStore) -> None:
    """The reader closed it; asked twice it stays closed."""
    session.pop(_KEY, None)


def as_notice(card: SupportCard) -> dict[str, Any]:
    """The card as the personal letter of the wire, code `support`."""
    return {"id": card.id, "code": "support", "text": _text(card), "at": clock.rfc3339(card.at)}


def _card(card_id: str, at: datetime) -> SupportCard:
    told = today()
    return SupportCard(card_id, at, queries.helplines_now(), told.next_opening, told.staff_text)


def _is_old(stamp: float) -> bool:
    return clock.now() - _moment(stamp) >= timedelta(hours=HOURS)


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _text(card: SupportCard) -> str:
    lines = [
        "書いてくれて、ありがとうございます。とてもつらい中にいることが、伝わってきました。",
        "書いたことで、おこられたり追い出されたりはしません。",
        "いま、あぶないときは、119（救急車）か110（警察）に電話してください。"
        "声が出ないときは、近くの人にこの画面を見せてください。",
        *(f"いま話せる窓口：{line.name} {line.number or line.url}" for line in card.helplines.open_now),
        "この案内は、自動で出ています。この画面を読んだだけでは、だれにも連絡はいきません。",
    ]
    if card.staff_text:
        lines.append(card.staff_text)
    elif card.next_opening:
        lines.append(f"スタッフが読むのは、{clock.when_text(card.next_opening)} より後です。")
    return "\n".join(lines)
