"""The rooms' own verbs, each with its row in the log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.live.publish import hurry_desk
from ibasho.moderation.actions.acting import ASK_RULE
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.queries.reasons import RuleReason, room_reasons, usual_reason
from ibasho.people.queries import KeeperFacts
from ibasho.rooms import actions as rooms
from ibasho.rooms.queries import keeper_room


def open_room(keeper: KeeperFacts, slug: str, *, until: datetime) -> None:
    """Open a room outside its hours. Refuses as `rooms.actions.open_room`; so do the five below."""
    with transaction.atomic():
        rooms.open_room(keeper, slug, until=until)
        _write_down(keeper, "open_room", slug, until=clock.rfc3339(until))


def pause_room(keeper: KeeperFacts, slug: str, *, minutes: int | None, rule: str = "") -> None:
    """Let a room rest for some minutes, or with None until it is resumed. `rule`: the promise it rests for, the usual one
    if none is named; the room reads which. Refuses `malformed` for one that is not in force or tells of somebody; so
    do the two below.
    """
    reason = _reason(rule)
    with transaction.atomic():
        rooms.pause_room(keeper, slug, minutes=minutes, because=reason.cited)
        _write_down(keeper, "pause_room", slug, minutes=minutes, rule=reason.key)


def resume_room(keeper: KeeperFacts, slug: str) -> None:
    """End a rest by hand."""
    with transaction.atomic():
        rooms.resume_room(keeper, slug)
        _write_down(keeper, "resume_room", slug)


def close_room(keeper: KeeperFacts, slug: str, *, minutes: int) -> None:
    """Close a room gently, in 15, 5 or 1 minutes."""
    with transaction.atomic():
        rooms.close_room(keeper, slug, minutes=minutes)
        _write_down(keeper, "close_room", slug, minutes=minutes)


def set_pace(keeper: KeeperFacts, slug: str, *, seconds: int, rule: str = "") -> None:
    """So many seconds between two posts of a seat; none is the undo, and rests on nothing. The same again is no row."""
    reason = _reason(rule)
    with transaction.atomic():
        if rooms.set_pace(keeper, slug, seconds=seconds, because=reason.cited):
            _write_down(keeper, "set_pace", slug, seconds=seconds, **_named(reason, seconds > 0))


def set_stage(keeper: KeeperFacts, slug: str, *, stage: str, is_on: bool, rule: str = "") -> None:
    """Whether words are shown only after a keeper looked: all, newcomers', or hard ones; off is the undo, and rests on
    nothing. The same again is no row.
    """
    reason = _reason(rule)
    with transaction.atomic():
        if rooms.set_stage(keeper, slug, stage=stage, is_on=is_on, because=reason.cited):
            _write_down(keeper, "set_stage", slug, stage=stage, on=is_on, **_named(reason, is_on))


def set_topic(keeper: KeeperFacts, slug: str, *, text: str) -> None:
    """What the room talks about; empty for nothing set. The same again is no row."""
    with transaction.atomic():
        if rooms.set_topic(keeper, slug, text=text):
            _write_down(keeper, "set_topic", slug, text=text)


def _reason(rule: str) -> RuleReason:
    promises = room_reasons()
    found = next((one for one in promises if one.key == rule), None) if rule else usual_reason(promises)
    if found is None:
        raise Refusal("malformed", ASK_RULE)
    return found


def _named(reason: RuleReason, is_on: bool) -> dict[str, str]:
    return {"rule": reason.key} if is_on else {}


def _write_down(keeper: KeeperFacts, verb: str, slug: str, **detail: Any) -> None:
    append_log(keeper.keeper_id, verb, room=keeper_room(keeper, slug), detail=detail)
    hurry_desk()
