"""Words that wait for a keeper: how they begin to wait, and how a keeper's decision ends it.

`release_held`, `keep_held_back` and `let_wait_again` run in the caller's transaction, which has locked the
room; the reason, the letter and the log are the moderation's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.db.models import F, Max

from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.lib.look_alike import skeleton
from ibasho.lib.plain_sql import moment_out, uuid_out
from ibasho.live.changes import Change
from ibasho.live.publish import hurry_desk, publish
from ibasho.rooms.actions import ledger
from ibasho.rooms.actions.ledger import Facts, Row
from ibasho.rooms.call_names import any_name
from ibasho.rooms.models import (
    MOST_WAITING,
    MOST_WAITING_OF_NEWCOMERS,
    Finding,
    HeldPost,
    Message,
    RoomSession,
    Seat,
)
from ibasho.rooms.queries.seats import is_name_in_use, is_name_taken, was_taken_from
from ibasho.rooms.queries.sessions import present_session
from ibasho.rooms.queries.standing import why_no_words
from ibasho.rooms.shapes import Words, message_shape

_Outcome = HeldPost.Outcome
_SOON = 60  # keepers may have looked by then
_FULL = "あなたの言葉が3つ、スタッフを待っています。どれかが出るまで、少し待ってください。書いた言葉は残っています。"
_ROOM_FULL = "いま、スタッフを待っている言葉がいっぱいです。少し待ってください。書いた言葉は残っています。"
_DECIDED = "この言葉は、もう待っていません。"
_OVER = "この回は、もうおわりました。この言葉は、出せません。"
_RESTS = "部屋が休けいのあいだは、出せません。休けいを終わりにすると、出せます。"
_GONE = "書いた方は、席を立ちました。この言葉は、出しません。"
_BARRED = "書いた方は、いまはこの部屋で書けません。そのあいだは、出せません。"


class Queues:
    """One batch's view of what waits already; what the batch adds is counted in."""

    def __init__(self) -> None:
        self._of_seat: dict[str, int] = {}
        self._of_newcomers: dict[int, int] = {}

    def join(self, seat: Facts, *, is_newcomer: bool) -> None:
        """One more of this seat waits. Refuses `too_many_tries` when enough do: the words go back to the writer."""
        mine = self._of_seat.get(seat.seat_id)
        if mine is None:
            mine = _waiting(seat_id=seat.seat_id)
        if mine >= MOST_WAITING:
            raise Refusal("too_many_tries", _FULL, retry_after=_SOON)
        if is_newcomer:
            others = self._of_newcomers.get(seat.room_id)
            if others is None:
                others = _waiting(room_id=seat.room_id, newcomer=True)
            if others >= MOST_WAITING_OF_NEWCOMERS:
                raise Refusal("too_many_tries", _ROOM_FULL, retry_after=_SOON)
            self._of_newcomers[seat.room_id] = others + 1
        self._of_seat[seat.seat_id] = mine + 1


def hold(words: Words, seat: Facts, code: str, at: datetime, *, is_newcomer: bool) -> HeldPost:
    """The row of words that wait, after those of its session; nobody but its writer and keepers learns of it."""
    before = HeldPost.objects.filter(session=seat.session_id).aggregate(last=Max("place"))["last"] or 0
    held = HeldPost.objects.create(
        id=uuid4(),
        room_id=words.room_id,
        session_id=seat.session_id or 0,
        seat_id=words.seat_id,
        request_id=words.request_id,
        words_key=words.key,
        call_name=seat.call_name,
        text=words.text,
        cover=words.cover,
        tone=words.tone,
        code=code,
        newcomer=is_newcomer,
        at=clock.to_minute(at),
        place=before + 1,
    )
    hurry_desk()
    return held


def release_held(room_id: int, held_id: UUID, keeper_id: int | None) -> Message:
    """Show words that waited, as if they were written at this moment.

    Refuses `not_found`; `not_shown` when they wait no more, or their writer left or may not write now;
    `room_closed` when their session is over, `room_paused` while the room rests.
    """
    held = _waiting_post(room_id, held_id)
    _may_be_shown(held)
    now = clock.now()
    name = _name_of(held)
    seq, position = ledger.take_numbers(room_id, 1, 1)
    ledger.insert_messages([_row(held, name, seq, position, now)])
    message = Message.objects.get(pk=held.pk)
    Finding.objects.filter(held=held).update(held=None, message=message)
    _settle(held, _Outcome.RELEASED, keeper_id, text=None, cover="", tone="")
    Seat.objects.filter(pk=held.seat_id).update(post_count=F("post_count") + 1)
    event = {"type": "message_posted", "seq": seq, "message": message_shape(message)}
    publish([Change(room_id, seq, event, position)])
    return message


def keep_held_back(room_id: int, held_id: UUID, keeper_id: int | None) -> HeldPost:
    """They are not shown; keepers can read them on. Refuses `not_found`, and `not_shown` when they wait no more."""
    return _settle(_waiting_post(room_id, held_id), _Outcome.KEPT_BACK, keeper_id)


def let_wait_again(room_id: int, held_id: UUID) -> HeldPost:
    """Undo of `keep_held_back`; once their session is over they wait no more, and are counted as unshown."""
    held = _post(room_id, held_id)
    if held.outcome != _Outcome.KEPT_BACK:
        raise Refusal("not_shown", _DECIDED)
    if _is_over(held):
        return _settle(held, _Outcome.CLOSED, None)
    held.outcome, held.decided_at, held.decided_by = _Outcome.WAITING, None, None
    held.save(update_fields=["outcome", "decided_at", "decided_by"])
    hurry_desk()
    return held


def take_back_held(held: HeldPost) -> None:
    """Its writer does not want it shown any more; keepers can read it on."""
    _settle(held, _Outcome.WITHDRAWN, None)


def end_waiting(held: Iterable[HeldPost], outcome: str) -> Sequence[HeldPost]:
    """What still waits of these ends, unshown. Returns what did."""
    ended = [post for post in held if post.outcome == _Outcome.WAITING]
    for post in ended:
        _settle(post, outcome, None)
    return ended


def _waiting(**of: object) -> int:
    return HeldPost.objects.filter(outcome=_Outcome.WAITING, **of).count()


def _post(room_id: int, held_id: UUID) -> HeldPost:
    posts = HeldPost.objects.select_related("seat__person", "session")
    post = posts.filter(room_id=room_id, pk=held_id).first()
    if post is None:
        raise Refusal("not_found")
    return post


def _waiting_post(room_id: int, held_id: UUID) -> HeldPost:
    post = _post(room_id, held_id)
    if post.outcome != _Outcome.WAITING:
        raise Refusal("not_shown", _DECIDED)
    return post


def _may_be_shown(held: HeldPost) -> None:
    session = _unless_over(held)
    closed = why_no_words(session.state, session.closes_at, clock.now())
    if closed is not None:
        raise Refusal(closed, _RESTS if closed == "room_paused" else _OVER)
    seat, now = held.seat, clock.now()
    if seat.left_at is not None or seat.person is None:
        raise Refusal("not_shown", _GONE)
    ends = (seat.person.suspended_until, seat.removed_until, seat.resting_until)
    if any(until is not None and until > now for until in ends):
        raise Refusal("not_shown", _BARRED)


def _is_over(held: HeldPost) -> bool:
    session = present_session(held.session.room)
    return session is None or session.pk != held.session_id or held.seat.left_at is not None


def _unless_over(held: HeldPost) -> RoomSession:
    session = present_session(held.session.room)
    if session is None or session.pk != held.session_id:
        raise Refusal("room_closed", _OVER)
    return session


def _name_of(held: HeldPost) -> str:
    """The name they were written under; another one, should somebody else have come to use it, or keepers took it."""
    seat_id = str(held.seat_id)
    for name in (held.call_name, held.seat.call_name):
        asked = (held.room_id, skeleton(name), seat_id)
        if name and not is_name_taken(*asked) and not was_taken_from(*asked):
            return name
    return any_name(lambda name: is_name_in_use(held.room_id, skeleton(name), seat_id))


def _row(held: HeldPost, name: str, seq: int, position: int, now: datetime) -> Row:
    """The hour is that of the release: an older one would tell everybody that they waited."""
    return Row(
        id=uuid_out(str(held.pk)),
        room_id=held.room_id,
        session_id=held.session_id,
        seat_id=uuid_out(str(held.seat_id)),
        position=position,
        seq=seq,
        request_id=uuid_out(str(held.request_id)),
        posted_seq=seq,
        words_key=held.words_key,
        call_name=name,
        name_skeleton=skeleton(name),
        text=held.text or "",
        cover=held.cover,
        tone=held.tone,
        at=moment_out(clock.to_minute(now)),
    )


def _settle(held: HeldPost, outcome: str, keeper_id: int | None, **words: str | None) -> HeldPost:
    held.outcome, held.decided_at, held.decided_by_id = outcome, clock.now(), keeper_id
    for name, value in words.items():
        setattr(held, name, value)
    held.save(update_fields=["outcome", "decided_at", "decided_by", *words])
    hurry_desk()
    return held
