"""事前の面談: applied, a talk is arranged, it was held, then into the line; or another place to turn to is named."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from ibasho.events.actions.locking import locked_sign_up, settle_event
from ibasho.events.actions.moving import close_offer, move_on
from ibasho.events.actions.own_rooms import hold_room_behind, turn_away
from ibasho.events.models import Offer, SignUp
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField

State = SignUp.State
_ELSEWHERE = "ほかのスタッフが、先にすすめたようです。いまのようすを見てください。"
_NO_WORDS = "ほかの窓口の言葉を書いてください。言葉なしでは、おことわりを送れません。"
_OVER = "もう過ぎた時です。これからの時にしてください。"
_TOO_LATE = "集まりがはじまる前の時にしてください。"
_IN_INTAKE = (State.APPLIED, State.INTERVIEW, State.INTERVIEWED)


def arrange_interview(sign_up_id: UUID, *, at: datetime) -> SignUp:
    """When one talks; the same again with another hour changes the hour. Refuses `not_found`, `asked`, `malformed`."""
    if at <= clock.now():
        raise RefusedField("malformed", _OVER, "day")
    with transaction.atomic():
        event, _ = locked_sign_up(sign_up_id)
        if at >= event.starts:
            raise RefusedField("malformed", _TOO_LATE, "day")
        return _move(sign_up_id, (State.APPLIED, State.INTERVIEW), State.INTERVIEW, interview_at=at)


def drop_interview(sign_up_id: UUID) -> SignUp:
    """Undo `arrange_interview`."""
    return _move(sign_up_id, (State.INTERVIEW, State.APPLIED), State.APPLIED, interview_at=None)


def finish_interview(sign_up_id: UUID) -> SignUp:
    """The talk was held, arranged or not."""
    return _move(sign_up_id, _IN_INTAKE, State.INTERVIEWED)


def reopen_interview(sign_up_id: UUID) -> SignUp:
    """Undo `finish_interview`."""
    with transaction.atomic():
        _, row = locked_sign_up(sign_up_id)
        back = State.APPLIED if row.interview_at is None else State.INTERVIEW
        return _move(sign_up_id, (State.INTERVIEWED, back), back)


def let_into_line(sign_up_id: UUID) -> SignUp:
    """From intake into the line at the old turn, and to a seat if one is free. Refuses `not_found`, `asked`."""
    with transaction.atomic():
        event, row = locked_sign_up(sign_up_id)
        if row.state in SignUp.IN_LINE:
            return row
        if row.state not in _IN_INTAKE:
            raise Refusal("asked", _ELSEWHERE)
        move_on(row, State.WAITING)
        settle_event(event, clock.now(), fresh=row.pk)
        row.refresh_from_db()
    return row


def take_back_entry(sign_up_id: UUID) -> SignUp:
    """Undo `let_into_line`: the talk was held, and the turn is the old one. A seat that was held passes on.

    Refuses `not_found`, and `asked` for who withdrew, was referred, or signed up where nobody talks first.
    """
    with transaction.atomic():
        hold_room_behind(sign_up_id)
        event, row = locked_sign_up(sign_up_id)
        if row.state == State.INTERVIEWED:
            return row
        if not (event.has_intake and row.state in SignUp.IN_LINE):
            raise Refusal("asked", _ELSEWHERE)
        had_seats = row.state in SignUp.HOLDING
        move_on(row, State.INTERVIEWED, seats=0)
        close_offer(row, Offer.Reply.GONE, clock.now())
        turn_away(row)
        settle_event(event, clock.now(), is_freed=had_seats)
    return row


def refer(sign_up_id: UUID, *, words: str) -> SignUp:
    """ほかの窓口を伝える: never without words. A seat or a turn that was held passes on.

    Refuses `empty` without words, `not_found`, `asked` for who withdrew.
    """
    if not words.strip():
        raise RefusedField("empty", _NO_WORDS, "words")
    with transaction.atomic():
        hold_room_behind(sign_up_id)
        event, row = locked_sign_up(sign_up_id)
        if row.state == State.WITHDRAWN:
            raise Refusal("asked", _ELSEWHERE)
        had_seats = row.state in SignUp.HOLDING
        move_on(row, State.REFERRED, seats=0, referral=words)
        close_offer(row, Offer.Reply.GONE, clock.now())
        turn_away(row)
        settle_event(event, clock.now(), is_freed=had_seats)
    return row


def take_back_referral(sign_up_id: UUID) -> SignUp:
    """Undo `refer`: back to where a coordinator decides, at the old turn. Refuses `not_found`, `asked`."""
    return _move(sign_up_id, (State.REFERRED, State.INTERVIEWED), State.INTERVIEWED, referral="")


def _move(sign_up_id: UUID, allowed: Collection[str], to: str, **fields: object) -> SignUp:
    with transaction.atomic():
        _, row = locked_sign_up(sign_up_id)
        if row.state not in allowed:
            raise Refusal("asked", _ELSEWHERE)
        move_on(row, to, **fields)
    return row
