"""What the rooms say on the front door."""

from __future__ import annotations

from ibasho.house.today import Today, TodayLine
from ibasho.rooms.queries.cards import RoomCard, cards_for
from ibasho.rooms.queries.rooms import public_rooms, rooms_for


def today(standpoint: str | None) -> Today:
    """Today's rooms: with doors for a standpoint, without them for anybody passing by."""
    cards = cards_for(rooms_for(standpoint) if standpoint else public_rooms())
    open_ones = [card for card in cards if card.is_open]
    openings = [card.next_opening for card in cards if card.next_opening is not None]
    return Today(
        lines=[_line(card, with_door=standpoint is not None) for card in cards],
        next_opening=min(openings, default=None),
        only_door=open_ones[0].url if standpoint and len(open_ones) == 1 else None,
    )


def _line(card: RoomCard, *, with_door: bool) -> TodayLine:
    return TodayLine(
        title=card.title,
        url=card.url if with_door else None,
        state=card.state,
        state_word=card.state_word,
        when=card.now_text,
    )
