"""What the support card says of a room's staff: who really is there, never who ought to be."""

from __future__ import annotations

import re
from datetime import datetime

from ibasho.house.staff_here import StaffHere
from ibasho.lib import clock
from ibasho.rooms.called import may_be_called
from ibasho.rooms.models import Room
from ibasho.rooms.queries.cards import card_for
from ibasho.rooms.queries.keepers import keepers_there, may_be_talked_with

_PLACE = re.compile(r"/rooms/([^/]+)/(concern/)?")
_THERE = "いま、スタッフがこの部屋にいます。"
_HERE = f"{_THERE}スタッフも、書き込みを読みます。返事まで、少し時間がかかることがあります。"
_NOBODY = "いま、この部屋にスタッフはいません。"
_NO_DAY = "次にあく日は、まだ決まっていません。"


def staff_here(place: str) -> StaffHere | None:
    """Of a room, by its path; None for any other path."""
    found = _PLACE.fullmatch(place)
    room = Room.objects.filter(slug=found[1]).first() if found else None
    if found is None or room is None:
        return None
    now = clock.now()
    if keepers_there([room.pk], now):
        is_beside_words = not found[2] and not room.is_by_invitation
        may_talk = is_beside_words and may_be_talked_with(now)
        return StaffHere(_HERE, is_here=True, unsent=_THERE, may_talk=may_talk)
    return StaffHere(f"{_NOBODY}{_next(room)}", may_be_called=may_be_called())


def _next(room: Room) -> str:
    card = card_for(room)
    if card.is_open:
        # the hours of a room without staff are nobody's duty
        return _staff_next(card.next_opening if room.keepers_needed else None)
    if card.staff_text:
        return card.staff_text
    if card.next_opening is None:
        return _NO_DAY
    return f"次にあくのは、{clock.when_text(card.next_opening)} の予定です。"


def _staff_next(opening: datetime | None) -> str:
    if opening is None:
        return "次にスタッフが来る日は、まだ決まっていません。"
    return f"次にスタッフが来るのは、{clock.when_text(opening)} の予定です。"
