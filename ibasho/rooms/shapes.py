"""What the wire carries, as `docs/protocol.md` names it, and the few values passed between doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.rooms.cited import cited_now
from ibasho.rooms.models import Message, Room

Spans = list[list[int]]  # [from, to], counted in code points


def path_of(slug: str) -> str:
    """Of a room's page."""
    return f"/rooms/{slug}/"


class MessageShape(TypedDict):
    id: str
    position: int
    seat: str
    call_name: NotRequired[str]
    keeper: bool
    text: NotRequired[str]
    cover: NotRequired[str]
    tone: NotRequired[str]
    at: str
    edited: bool
    redacted: NotRequired[bool]
    state: str


TALK_OVER = "talk_over"


class RoomShape(TypedDict):
    slug: str
    title: str
    state: str
    why: NotRequired[str]
    closes_at: NotRequired[str]
    opens_at: NotRequired[str]
    pace: int
    topic: NotRequired[str]
    checked: NotRequired[bool]
    because: NotRequired[str]
    crowd: str


class WaitingShape(TypedDict):
    """Words of this seat that a keeper reads first. `id` is their request's, `message` the row's they become."""

    id: str
    message: str
    text: str
    cover: NotRequired[str]
    tone: NotRequired[str]
    at: str
    code: str


class YouShape(TypedDict):
    seat: str
    seats: list[str]
    call_name: NotRequired[str]
    mode: str
    may_post: bool
    why_not: NotRequired[str]
    until: NotRequired[str]
    waiting: list[WaitingShape]
    ignoring: NotRequired[list[str]]


class PageShape(TypedDict):
    epoch: str
    seq: int
    oldest: int
    messages: list[MessageShape]
    more: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One reader's way into one room, as it stood when it was asked for.

    Rows before `history_from` go to this reader without their words.
    `must_arrive`: call `post_office.arrive(line)` once, so that the seat is
    counted in the present session. `keeper_id`: it is a keeper's on duty.
    """

    room_id: int
    slug: str
    seat_id: str
    person_id: int
    session_hash: str
    history_from: int
    may_read: bool
    must_arrive: bool = False
    keeper_id: int | None = None

    @property
    def path(self) -> str:
        """Of the room's page, where a support card lies."""
        return path_of(self.slug)


@dataclass(frozen=True, slots=True)
class Words:
    """One wish to post, edit or withdraw, after hygiene. `key` stands for the words.

    `choice` is the answer to `asked`: `without` or `to_keepers`, or empty.
    `fault` is why they cannot be taken, if their id is new.
    """

    verb: str
    room_id: int
    seat_id: str
    person_id: int
    session_hash: str
    request_id: str
    key: str
    text: str = ""
    cover: str = ""
    tone: str = ""
    message_id: str = ""
    choice: str = ""
    fault: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """It is on disk: the words' id and the number of the change."""

    request_id: str
    message_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Held:
    """It is on disk and waits for a keeper; `message_id` is the row's it becomes once it is shown."""

    request_id: str
    message_id: str
    code: str


@dataclass(frozen=True, slots=True)
class CatchUp:
    """Everything a reader at `since` has missed; `events` is empty unless `recovered`."""

    epoch: str
    seq: int
    oldest: int
    recovered: bool
    events: Sequence[dict[str, Any]]
    room: RoomShape
    you: YouShape
    notices: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Beat:
    """Where a room stands in the table."""

    seq: int
    oldest: int
    crowd: str
    epoch: str


def message_shape(message: Message, with_words: bool = True) -> MessageShape:
    """The row for a reader; its words only if it is shown and the reader's history reaches it."""
    shape = MessageShape(
        id=str(message.id),
        position=message.position,
        seat=str(message.seat_id),
        keeper=message.keeper,
        at=clock.rfc3339(message.at),
        edited=message.edited,
        state=message.state,
    )
    if message.call_name and not message.unnamed and message.state != Message.State.ERASED:
        shape["call_name"] = message.call_name
    if with_words and message.state == Message.State.SHOWN:
        shape["text"] = message.text or ""
        if message.cover:
            shape["cover"] = message.cover
        if message.tone:
            shape["tone"] = message.tone
        if message.redacted:
            shape["redacted"] = True
    return shape


def room_shape(
    room: Room,
    *,
    state: str,
    crowd: str,
    closes_at: datetime | None,
    opens_at: datetime | None,
    why: str = "",
) -> RoomShape:
    """The room for everybody in it. One by invitation that is closed opens no more."""
    shape = RoomShape(slug=room.slug, title=room.title, state=state, pace=room.pace_seconds, crowd=crowd)
    if state == "closed" and room.is_by_invitation:
        why = TALK_OVER
    if why:
        shape["why"] = why
    if closes_at is not None:
        shape["closes_at"] = clock.rfc3339(closes_at)
    if opens_at is not None:
        shape["opens_at"] = clock.rfc3339(opens_at)
    if room.topic:
        shape["topic"] = room.topic
    if room.checked_first:
        shape["checked"] = True
    if because := cited_now(room, state, why):
        shape["because"] = because
    return shape
