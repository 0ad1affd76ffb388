"""The support card: help offered to who wrote of a life in danger, where it was written, for a day at most.

It lives in the session of that browser alone, never in the person's record, and is
among what すぐ閉じる drops.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from django.db import transaction

from ibasho.house import queries
from ibasho.house import support_words as say
from ibasho.house.heeding import Heed
from ibasho.house.helplines import Helplines
from ibasho.house.models import Helpline
from ibasho.house.staff_here import StaffHere, staff_here
from ibasho.lib import clock
from ibasho.people.models import Session
from ibasho.people.sessions import SessionStore

HOURS = 24
AGAIN_MINUTES = 60  # who closed it is left alone for so long, unless they bring it back
TALK_MINUTES = 30  # so long it says that keepers were told; then they may be asked once more
FIRST_LINES = 2  # helplines that stand before the way to a quiet room: it is not to lie below all of them
KEY = "support_card"
Kept = dict[str, dict[str, Any]]
"""By place: id, at, about_other, is_urgent, is_unsent, and talk_at once a talk was asked for, or missed_talk if nobody could be; after it was closed closed_at instead of an id."""
Behind = tuple[str, str]
"""The hash of a session, and the path its browser reads."""


@dataclass(frozen=True, slots=True)
class SupportCard:
    """What the card says at this minute. `is_urgent`: a life may be in danger now."""

    id: str
    place: str
    at: datetime
    about_other: bool
    is_urgent: bool
    helplines: Helplines
    staff: StaffHere
    has_asked_talk: bool
    has_missed_talk: bool

    @property
    def title(self) -> str:
        return say.OTHER_TITLE if self.about_other else say.OWN_TITLE

    @property
    def words(self) -> tuple[str, ...]:
        return say.OTHER if self.about_other else say.OWN

    @property
    def danger(self) -> str:
        """The numbers for a life in danger now; empty where it is not."""
        if not self.is_urgent:
            return ""
        return say.OTHER_DANGER if self.about_other else say.OWN_DANGER

    @property
    def first_lines(self) -> Sequence[Helpline]:
        """The helplines before the way to a quiet room: all of them where there is none."""
        return self.helplines.open_now[: FIRST_LINES if self.talk or self.about_talk else None]

    @property
    def more_lines(self) -> Sequence[Helpline]:
        """Those after it."""
        return self.helplines.open_now[len(self.first_lines) :]

    @property
    def about_helplines(self) -> str:
        return say.OTHER_LINES if self.about_other and self.helplines.open_now else ""

    @property
    def talk(self) -> tuple[str, ...]:
        """What the button says that asks for a quiet room, in two parts; empty where there is none."""
        return say.TALK if self.staff.may_talk and not self.has_asked_talk else ()

    @property
    def about_talk(self) -> str:
        """That it was asked for, without a promise; or that the keepers were gone when the button was pressed."""
        if self.has_asked_talk:
            return say.TALK_ASKED
        return say.TALK_MISSED if self.has_missed_talk and not self.staff.may_talk else ""

    @property
    def about_card(self) -> str:
        """That nobody has read anything yet, and who may; nothing that could be taken for a promise."""
        if self.staff.is_here:
            return say.AUTOMATIC + say.NOT_WAITING
        return (
            say.AUTOMATIC
            + say.NOT_WAITING
            + (say.MAY_BE_CALLED if self.staff.may_be_called else say.NOBODY_TOLD)
        )


def offer(session: SessionStore, place: str, heed: Heed) -> SupportCard | None:
    """Leave a card for this browser at the path `place`, if the words call for one.

    None if not, and while who closed it is left alone.
    """
    if not heed.about_dying:
        return None
    if session.away:  # who went away keeps nothing: the card is shown once, and not laid up
        return show_once(place, heed)
    kept, entry = put(session.get(KEY) or {}, place, heed)
    if entry is None:
        return None
    session[KEY] = kept
    return _card(place, entry)


def show_once(place: str, heed: Heed) -> SupportCard | None:
    """The card for this page alone: nothing is laid up for who sends more than is read."""
    _, entry = put({}, place, heed) if heed.about_dying else ({}, None)
    return _card(place, entry) if entry else None


def find(session: SessionStore, place: str) -> SupportCard | None:
    """The card that waits at `place`, if there is one and it is not a day old."""
    return None if session.away else _waiting(session.get(KEY) or {}, place)


def find_behind(asked: Collection[Behind]) -> dict[Behind, SupportCard]:
    """The same for many lines, in one query."""
    hashes = {session_hash for session_hash, _ in asked}
    rows = Session.objects.filter(key_hash__in=hashes, away=False, data__contains=f'"{KEY}"')
    kept = {key: orjson.loads(data)[KEY] for key, data in rows.values_list("key_hash", "data")}
    found = {one: _waiting(kept[one[0]], one[1]) for one in asked if one[0] in kept}
    return {one: card for one, card in found.items() if card is not None}


def put_away(session: SessionStore, place: str) -> None:
    """The reader closed it; asked twice it stays closed."""
    kept: Kept = session.get(KEY) or {}
    if place in kept:
        session[KEY] = {**kept, place: closed(kept[place])}


def is_put_away(session: SessionStore, place: str) -> bool:
    """Whether a card that was closed can be brought back there."""
    return not session.away and _is_put_away(session.get(KEY) or {}, place)


def note_talk(session: SessionStore, place: str) -> None:
    """The reader asked for a quiet room by the card that waits there."""
    _note(session, place, {"talk_at": clock.now().timestamp(), "missed_talk": False})


def note_missed_talk(session: SessionStore, place: str) -> None:
    """The same, and of two keepers one had gone meanwhile: nobody was told."""
    _note(session, place, {"missed_talk": True})


def put_away_by_id(session: SessionStore, card_id: str) -> bool:
    """The same by the id of its letter; whether it is one of this browser."""
    place = place_of(session.get(KEY) or {}, card_id)
    if place is not None:
        put_away(session, place)
    return place is not None


def forget_old() -> None:
    """Take cards that are a day old out of the rows they lie in, also of browsers that never come again."""
    for row in Session.objects.filter(data__contains=f'"{KEY}"'):
        data = orjson.loads(row.data)
        kept = _fresh(data.pop(KEY))
        if kept:
            data[KEY] = kept
        # only a row that nobody has written meanwhile; the next round sees the others
        untouched = Session.objects.filter(pk=row.pk, data=row.data)
        with transaction.atomic():
            untouched.update(data=orjson.dumps(data).decode())


def as_notice(card: SupportCard) -> dict[str, Any]:
    """The card as the personal letter of the wire, code `support`."""
    at = clock.rfc3339(card.at)
    return {"id": card.id, "code": "support", "text": _text(card), "at": at, "card": _parts(card)}


def as_notices(card: SupportCard | None) -> list[dict[str, Any]]:
    """One letter, or none."""
    return [as_notice(card)] if card else []


def put(kept: Kept, place: str, heed: Heed, *, is_unsent: bool = False) -> tuple[Kept, dict[str, Any] | None]:
    """What is kept with this card in it, and the card as kept; None for who closed it.

    `is_unsent`: the words were refused, or their writer is asked about them: nobody else can read them.
    """
    before, now = kept.get(place), clock.now()
    is_urgent = heed.is_urgent
    if before is not None and not _is_old(before["at"]):
        if _is_left_alone(before, heed, now):
            since = {
                "about_other": before["about_other"] and heed.about_other,
                "is_unsent": before.get("is_unsent", False) and is_unsent,
            }
            return {**kept, place: before | since}, None
        is_urgent = is_urgent or before["is_urgent"]
    says = {"about_other": heed.about_other, "is_urgent": is_urgent, "is_unsent": is_unsent}
    is_same = before is not None and before.items() >= says.items()
    card_id = before.get("id") if before and is_same else None
    asked = {"talk_at": before["talk_at"]} if before is not None and "talk_at" in before else {}
    entry = {"id": card_id or str(uuid.uuid4()), "at": now.timestamp()} | says | asked
    return {**_fresh(kept), place: entry}, entry


def closed(entry: dict[str, Any]) -> dict[str, Any]:
    """What stays of a card that was closed, so that it does not come again at once."""
    stays = {name: value for name, value in entry.items() if name != "id"}
    return {"closed_at": clock.now().timestamp()} | stays


def brought_back(kept: Kept, place: str) -> Kept:
    """Undo `closed`: its reader would like to see it, and need not write anything for that."""
    if not _is_put_away(kept, place):
        return kept
    stays = {name: value for name, value in kept[place].items() if name != "closed_at"}
    return {**kept, place: {"id": str(uuid.uuid4())} | stays}


def place_of(kept: Kept, card_id: str) -> str | None:
    """Where the card with this id lies."""
    return next((place for place, entry in kept.items() if entry.get("id") == card_id), None)


def _is_left_alone(before: dict[str, Any], heed: Heed, now: datetime) -> bool:
    """Who closed it, unless the danger has come nearer since."""
    if "closed_at" not in before or (heed.is_urgent and not before["is_urgent"]):
        return False
    return now - _moment(before["closed_at"]) < timedelta(minutes=AGAIN_MINUTES)


def _fresh(kept: Any) -> Kept:
    return {
        place: entry for place, entry in kept.items() if isinstance(entry, dict) and not _is_old(entry["at"])
    }


def _is_put_away(kept: Kept, place: str) -> bool:
    entry = kept.get(place)
    return entry is not None and "closed_at" in entry and not _is_old(entry["at"])


def _waiting(kept: Kept, place: str) -> SupportCard | None:
    entry = kept.get(place)
    return None if not entry or "id" not in entry or _is_old(entry["at"]) else _card(place, entry)


def _card(place: str, entry: Mapping[str, Any]) -> SupportCard:
    return SupportCard(
        id=entry["id"],
        place=place,
        at=_moment(entry["at"]),
        about_other=entry["about_other"],
        is_urgent=entry["is_urgent"],
        helplines=queries.helplines_now(),
        staff=_beside_unsent(staff_here(place)) if entry.get("is_unsent") else staff_here(place),
        has_asked_talk=_has_asked_talk(entry),
        has_missed_talk=entry.get("missed_talk", False),
    )


def _note(session: SessionStore, place: str, facts: Mapping[str, Any]) -> None:
    kept: Kept = session.get(KEY) or {}
    if place in kept:
        session[KEY] = {**kept, place: {**kept[place], **facts}}


def _has_asked_talk(entry: Mapping[str, Any]) -> bool:
    return "talk_at" in entry and clock.now() - _moment(entry["talk_at"]) < timedelta(minutes=TALK_MINUTES)


def _beside_unsent(staff: StaffHere) -> StaffHere:
    """Nobody reads words that were not sent, and nobody is called for them."""
    return StaffHere(say.UNSENT + staff.who_is_there)


def _is_old(stamp: float) -> bool:
    return clock.now() - _moment(stamp) >= timedelta(hours=HOURS)


def _moment(stamp: float) -> datetime:
    return datetime.fromtimestamp(stamp, UTC)


def _parts(card: SupportCard) -> dict[str, Any]:
    """The card part by part, for a page that draws it as it would have been loaded."""
    return {
        "title": card.title,
        "danger": card.danger,
        "helplines": [_line(line) for line in card.helplines.open_now],
        "first_helplines": len(card.first_lines),
        "about_helplines": card.about_helplines,
        "words": list(card.words),
        "staff": card.staff.text,
        "about_card": card.about_card,
        "talk": list(card.talk),
        "about_talk": card.about_talk,
    }


def _line(line: Helpline) -> dict[str, str]:
    return {"name": line.name, "facts": line.facts_text, "call": line.call_text, "href": line.call_href}


def _text(card: SupportCard) -> str:
    lines = [
        f"{card.title}。",
        f"{say.DANGER}：{card.danger}" if card.danger else "",
        *(f"いま話せる窓口：{line.name} {line.number or line.url}" for line in card.helplines.open_now),
        card.about_helplines,
        *card.words,
        card.staff.text,
        card.about_talk,
        card.about_card,
    ]
    return "\n".join(filter(None, lines))
