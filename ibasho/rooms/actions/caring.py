"""Help for whoever wrote of a life in danger, beside what becomes of the words."""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError

from ibasho.house.actions import offer_card
from ibasho.house.heeding import heed_of
from ibasho.lib.errors import Refusal
from ibasho.rooms.models import Room
from ibasho.rooms.screened import Look
from ibasho.rooms.shapes import Words, path_of

logger = logging.getLogger(__name__)


def offer_help(words: Words, look: Look | None, answer: object) -> None:
    """Lay a support card beside these words, whether they were shown, held, asked about or refused.

    After the words, and in a transaction of its own: nothing of it holds them up or takes them back.
    """
    heed = heed_of(look.findings) if look is not None else None
    if heed is None or not heed.about_dying or (isinstance(answer, Refusal) and answer.code == "busy"):
        return
    try:
        place = path_of(_slug_of(words.room_id))
        offer_card(words.session_hash, place, heed, is_unsent=isinstance(answer, Refusal))
    except (DatabaseError, InterfaceError) as error:
        logger.warning("no card was laid out: %s", type(error).__name__)


def _slug_of(room_id: int) -> str:
    return Room.objects.values_list("slug", flat=True).get(pk=room_id)
