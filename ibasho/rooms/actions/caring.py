"""Help for whoever wrote of a life in danger, beside what becomes of the words."""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError

from ibasho.house.actions import offer_card
from ibasho.house.heeding import Heed, heed_of
from ibasho.lib.errors import Refusal
from ibasho.rooms.models import Room
from ibasho.rooms.screened import Look, findings_in_name
from ibasho.rooms.shapes import Words, path_of

logger = logging.getLogger(__name__)


def offer_help(words: Words, look: Look | None, answer: object) -> None:
    """Lay a support card beside these words, whether they were shown, held, asked about or refused.

    After the words, and in a transaction of its own: nothing of it holds them up or takes them back.
    """
    heed = heed_of(look.findings) if look is not None else None
    if heed is None or not heed.about_dying or (isinstance(answer, Refusal) and answer.code == "busy"):
        return
    _lay_out(words.session_hash, words.room_id, heed, is_unsent=isinstance(answer, Refusal))


def offer_help_for_name(session_hash: str, room: Room, call_name: str, *, is_unsent: bool) -> None:
    """The same for a name about dying, whether a seat was taken under it or not."""
    heed = heed_of(findings_in_name(call_name, room.pk))
    if heed.about_dying:
        _lay_out(session_hash, room.pk, heed, is_unsent=is_unsent)


def _lay_out(session_hash: str, room_id: int, heed: Heed, *, is_unsent: bool) -> None:
    try:
        offer_card(session_hash, path_of(_slug_of(room_id)), heed, is_unsent=is_unsent)
    except (DatabaseError, InterfaceError) as error:
        logger.warning("no card was laid out: %s", type(error).__name__)


def _slug_of(room_id: int) -> str:
    return Room.objects.values_list("slug", flat=True).get(pk=room_id)
