"""What the rooms say on the front door."""

from __future__ import annotations

from ibasho.house.today import Today, TodayLine
from ibasho.rooms.queries.cards import RoomCard, cards_for
from ibasho.rooms.queries.rooms import public_rooms, rooms_for

_READ_BESIDE = "メモは、スタッフがいるときに読みます。すぐ読めるとはかぎりません。"
_READ_THEN = "メモは、スタッフがそろってから読みます。"


def today(standpoint: str | None) -> Today:
    """Today's rooms. Who is passing by sees the doors of open ones only: those lead in at once."""
    cards = cards_for(rooms_for(standpoint) if standpoint else public_rooms())
    open_ones = [card for card in cards if card.is_open]
    staffed = next((card for card in cards if card.staff_text), None)  # open rooms come first
    openings = [card.next_opening for card in cards if card.next_opening is not None]
    return Today(
        lines=[_line(card, with_door=standpoint is not None) for card in cards],
        next_opening=min(openings, default=None),
        is_staffed=any(card.room.keepers_needed for card in open_ones),
        staff_text=staffed.staff_text if staffed else "",
        note_text=_note_text(staffed) if staffed else "",
        only_door=open_ones[0].url if standpoint and len(open_ones) == 1 else None,
    )


def _note_text(card: RoomCard) -> str:
    """During a break until a given time the keepers are there; at every other rest the room waits for them."""
    is_break = card.why != "no_keepers" and card.paused_until is not None
    return _READ_BESIDE if card.is_open or is_break else _READ_THEN


def _line(card: RoomCard, *, with_door: bool) -> TodayLine:
    return TodayLine(
        title=card.title,
        url=card.url if with_door or card.is_open else None,
        state=card.state,
        state_word=card.state_word,
        when=card.when_text,  # how lively it is in there is for those who may come in
    )
