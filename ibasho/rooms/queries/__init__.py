"""Questions to the rooms. Nothing here writes."""

from __future__ import annotations

from ibasho.rooms.queries.beats import crowd_of, live_rooms
from ibasho.rooms.queries.cards import Fact, RoomCard, card_for, cards_for, facts_of
from ibasho.rooms.queries.catching_up import Behind, catch_up, catch_up_all, changes_between
from ibasho.rooms.queries.desk import (
    DeskPage,
    DeskRoom,
    DeskRow,
    KeepersPlace,
    history_for_keeper,
    keepers_place,
    page_for_keeper,
    rooms_now,
    row_for_keeper,
)
from ibasho.rooms.queries.ignoring import Ignored, ignored_by
from ibasho.rooms.queries.keepers import (
    DUTY_ROLES,
    has_enough_keepers,
    is_on_duty,
    is_on_duty_anywhere,
    keeper_room,
    keepers_there,
)
from ibasho.rooms.queries.lines import (
    Left,
    Place,
    all_line_facts,
    facts_after,
    line_facts,
    line_still_allowed,
    lines_still_allowed,
    own_line,
    place_in,
)
from ibasho.rooms.queries.rooms import (
    is_keeper,
    room_at_door,
    room_for,
    room_to_tell_of,
    room_with_passphrase,
    rooms_for,
    shortest_retention,
)
from ibasho.rooms.queries.seat_words import SeatWords, hard_words, seat_words
from ibasho.rooms.queries.seats import first_answer, former_name, is_called, newcomer_until, seat_of, was_in
from ibasho.rooms.queries.sessions import ENTERABLE, present_session, reading_session, shape_of
from ibasho.rooms.queries.standing import you_in
from ibasho.rooms.queries.waiting import waiting_of
from ibasho.rooms.queries.words import message_for, page_of_words, read_by
from ibasho.rooms.shapes import Beat, CatchUp, Line, PageShape

__all__ = [
    "DUTY_ROLES",
    "ENTERABLE",
    "Beat",
    "Behind",
    "CatchUp",
    "DeskPage",
    "DeskRoom",
    "DeskRow",
    "Fact",
    "Ignored",
    "KeepersPlace",
    "Left",
    "Line",
    "PageShape",
    "Place",
    "RoomCard",
    "SeatWords",
    "all_line_facts",
    "card_for",
    "cards_for",
    "catch_up",
    "catch_up_all",
    "changes_between",
    "crowd_of",
    "facts_after",
    "facts_of",
    "first_answer",
    "former_name",
    "hard_words",
    "has_enough_keepers",
    "history_for_keeper",
    "ignored_by",
    "is_called",
    "is_keeper",
    "is_on_duty",
    "is_on_duty_anywhere",
    "keeper_room",
    "keepers_place",
    "keepers_there",
    "line_facts",
    "line_still_allowed",
    "lines_still_allowed",
    "live_rooms",
    "message_for",
    "newcomer_until",
    "own_line",
    "page_for_keeper",
    "page_of_words",
    "place_in",
    "present_session",
    "read_by",
    "reading_session",
    "room_at_door",
    "room_for",
    "room_to_tell_of",
    "room_with_passphrase",
    "rooms_for",
    "rooms_now",
    "row_for_keeper",
    "seat_of",
    "seat_words",
    "shape_of",
    "shortest_retention",
    "waiting_of",
    "was_in",
    "you_in",
]
