"""Support cards of browsers that are not asking for a page: their words came by a line."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import orjson
from django.db import transaction

from ibasho.house import support_card
from ibasho.house.actions.letters import notice_seen
from ibasho.house.heeding import Heed
from ibasho.house.support_card import KEY, Kept, SupportCard
from ibasho.live.publish import hurry_facts
from ibasho.people import actions as people
from ibasho.people.models import Kind, Person, Session


def offer_card(session_hash: str, place: str, heed: Heed, *, is_unsent: bool = False) -> SupportCard | None:
    """`support_card.offer` for the browser with this hash, whose lines are told; None also for one that is
    away or gone, and for keepers. `is_unsent` as `support_card.put` takes it.
    """
    if not heed.about_dying:
        return None
    with transaction.atomic():
        guests = Session.objects.filter(key_hash=session_hash, person__isnull=False)
        person = guests.exclude(person__kind=Kind.KEEPER).values_list("person_id", flat=True).first()
        if person is None:
            return None
        people.bump_facts([person])  # before the row, as everywhere
        if _rewrite(session_hash, lambda kept: support_card.put(kept, place, heed, is_unsent=is_unsent)[0]):
            hurry_facts()
    return _waiting(session_hash, place)


def letter_seen(person: Person | int, session_hash: str, letter_id: UUID | str) -> None:
    """Put a letter away, or the card of this browser that came as one. Refuses `not_found` for another's."""

    def put_away(kept: Kept) -> Kept:
        place = support_card.place_of(kept, str(letter_id))
        return kept if place is None else {**kept, place: support_card.closed(kept[place])}

    if not _rewrite(session_hash, put_away):
        notice_seen(person, letter_id)


def bring_card_back(session_hash: str, place: str) -> SupportCard | None:
    """Undo `letter_seen` of the card at `place`. Returns the one that waits there; None once it is a day old."""
    _rewrite(session_hash, lambda kept: support_card.brought_back(kept, place))
    return _waiting(session_hash, place)


def _waiting(session_hash: str, place: str) -> SupportCard | None:
    return support_card.find_behind([(session_hash, place)]).get((session_hash, place))


def _rewrite(session_hash: str, change: Callable[[Kept], Kept]) -> bool:
    """Whether something was changed. The row is locked: what a page writes meanwhile is not undone."""
    with transaction.atomic():
        rows = Session.objects.filter(key_hash=session_hash, away=False)
        found = rows.select_for_update().values_list("data", flat=True).first()
        if found is None:
            return False
        data = orjson.loads(found)
        before: Kept = data.get(KEY) or {}
        data[KEY] = change(before)
        if data[KEY] == before:
            return False
        rows.update(data=orjson.dumps(data).decode())
    return True
