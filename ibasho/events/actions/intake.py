"""事前の面談: applied, a talk is arranged, it was held, then into the line; or another place to turn to is named."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import transaction

from ibasho.events.actions.locking import locked_sign_up, settle_event
from ibasho.events.actions.moving import close_offer, move_on
from ibasho.events.actions.own_rooms import hold_room_behind, turn_away
from ibasho.events.contacts import keep_new_contact
from ibasho.events.models import INTERVIEW_MINUTES, Event, Interview, Offer, SignUp, SignUpContact
from ibasho.events.talk_places import seal_place
from ibasho.lib import clock
from ibasho.lib.errors import Refusal, RefusedField

State = SignUp.State
_ELSEWHERE = "ほかのスタッフが、先にすすめたようです。いまのようすを見てください。"
_NO_WORDS = "ほかの窓口の言葉を書いてください。言葉なしでは、おことわりを送れません。"
_OVER = "もう過ぎた時です。これからの時にしてください。"
_TOO_LATE = "集まりがはじまる前の時にしてください。"
_NO_NUMBER = (
    "かける電話番号がありません。番号を書くか、「電話（かけてもらう）」か、ほかの方法をえらんでください。"
)
_NO_NUMBER_TO_RING = (
    "かけてもらう電話番号を、「どこで」に書いてください。申し込んだ方は、それを見てかけます。"
)
_LEAST_DIGITS = 6
_SHORT_NUMBER = "電話番号の数字が、たりないようです。もう一度たしかめてください。"
_NO_WAY_IN = "どこで、どうつながるかを書いてください。申し込んだ方は、それを見て来ます。"
_NO_PLACE: Mapping[str, str] = MappingProxyType(
    {
        Interview.Way.VISIT: "来る場所を書いてください。",
        Interview.Way.ONLINE: _NO_WAY_IN,
        Interview.Way.TEXT: _NO_WAY_IN,
    }
)
_NO_TALK = "面談のことが、かわったようです。いまのようすを見てください。"
_IN_INTAKE = (State.APPLIED, State.INTERVIEW, State.INTERVIEWED)


def arrange_interview(
    sign_up_id: UUID,
    *,
    at: datetime,
    way: str = "",
    where: str = "",
    with_whom: str = "",
    minutes: int = INTERVIEW_MINUTES,
    number: str = "",
) -> SignUp:
    """When, how, where, with whom and how long one talks; said again it changes. Where staff ring, `number` is kept
    as the contact of the sign-up; without it the one that is there is rung.

    Refuses `not_found`, `asked`, `malformed`, also where nobody would know whom to ring.
    """
    if at <= clock.now():
        raise RefusedField("malformed", _OVER, "day")
    _must_have_a_place(way, where)
    with transaction.atomic():
        event, row = locked_sign_up(sign_up_id)
        if at >= event.starts:
            raise RefusedField("malformed", _TOO_LATE, "day")
        if way == Interview.Way.PHONE:
            _must_have_a_number(row, event, number)
        row = _move(sign_up_id, (State.APPLIED, State.INTERVIEW), State.INTERVIEW)
        # arranged anew it is another talk, and news, also for the same hour
        Interview.objects.filter(sign_up=row, is_declined=True).delete()
        facts = {
            "at": at,
            "way": way,
            "sealed_where": seal_place(where),
            "with_whom": with_whom,
            "minutes": minutes,
        }
        Interview.objects.update_or_create(sign_up=row, defaults=facts)
    return row


def drop_interview(sign_up_id: UUID) -> SignUp:
    """Undo `arrange_interview`."""
    with transaction.atomic():
        row = _move(sign_up_id, (State.INTERVIEW, State.APPLIED), State.APPLIED)
        Interview.objects.filter(sign_up=row).delete()
    return row


def wish_other_day(sign_up_id: UUID, *, seen: str) -> SignUp:
    """別の日がいい: that talk is off, without a reason and without a count; the turn stays. A second time changes
    nothing. Refuses `not_found`, and `asked` where another talk is arranged than the one that was `seen`, or none.
    """
    return _answer_talk(sign_up_id, seen, State.APPLIED, is_declined=True)


def keep_that_day(sign_up_id: UUID, *, seen: str) -> SignUp:
    """Undo `wish_other_day`, as long as that day is to come. Refuses as it does."""
    return _answer_talk(sign_up_id, seen, State.INTERVIEW, is_declined=False)


def finish_interview(sign_up_id: UUID) -> SignUp:
    """The talk was held, arranged or not."""
    return _move(sign_up_id, _IN_INTAKE, State.INTERVIEWED)


def reopen_interview(sign_up_id: UUID) -> SignUp:
    """Undo `finish_interview`."""
    with transaction.atomic():
        locked_sign_up(sign_up_id)
        is_arranged = Interview.objects.filter(sign_up=sign_up_id, is_declined=False).exists()
        back = State.INTERVIEW if is_arranged else State.APPLIED
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
        settle_event(event, clock.now(), fresh=row)
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


def _must_have_a_place(way: str, where: str) -> None:
    if way in _NO_PLACE and not where.strip():
        raise RefusedField("malformed", _NO_PLACE[way], "where")
    if way == Interview.Way.RING_US and not _has_a_number(where):
        raise RefusedField("malformed", _NO_NUMBER_TO_RING, "where")


def _must_have_a_number(row: SignUp, event: Event, number: str) -> None:
    if number and not _has_a_number(number):
        raise RefusedField("malformed", _SHORT_NUMBER, "number")
    if number:
        keep_new_contact(row, event, number)
    elif not SignUpContact.objects.filter(sign_up=row).exists():
        raise RefusedField("malformed", _NO_NUMBER, "number")


def _has_a_number(words: str) -> bool:
    return sum(map(str.isdigit, words)) >= _LEAST_DIGITS


def _answer_talk(sign_up_id: UUID, seen: str, to: str, *, is_declined: bool) -> SignUp:
    with transaction.atomic():
        locked_sign_up(sign_up_id)
        talk = Interview.objects.filter(sign_up=sign_up_id).first()
        is_over = talk is not None and not is_declined and talk.at <= clock.now()
        if talk is None or is_over or seen != str(talk.number):
            raise Refusal("asked", _NO_TALK)
        row = _move(sign_up_id, (State.INTERVIEW, State.APPLIED), to, _NO_TALK)
        Interview.objects.filter(pk=talk.pk).update(is_declined=is_declined)
    return row


def _move(
    sign_up_id: UUID, allowed: Collection[str], to: str, else_say: str = _ELSEWHERE, **fields: object
) -> SignUp:
    with transaction.atomic():
        _, row = locked_sign_up(sign_up_id)
        if row.state not in allowed:
            raise Refusal("asked", else_say)
        move_on(row, to, **fields)
    return row
