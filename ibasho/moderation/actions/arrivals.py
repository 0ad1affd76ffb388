"""Who became a keeper by a link, or came back by one: the row in the log."""

from __future__ import annotations

from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.log import append_log


def write_down_arrival(keeper_id: int, verb: str, made_by: int | None, link: str) -> None:
    """`made_by` is the keeper whose link it was; None for the first, and for one of the command line."""
    append_log(keeper_id, verb, detail={"link_of": made_by})
    hurry_desk()
