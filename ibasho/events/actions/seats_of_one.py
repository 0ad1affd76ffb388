"""What a party says about its own seats: not coming, yes, no, later, no rest of them, and 「席があいたら そのまま参加に
する」.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from ibasho.events import seats
from ibasho.events.actions.coming_back import leave_way_back
from ibasho.events.actions.locking import locked_sign_up, settle_event
from ibasho.events.actions.moving import close_offer, move_on
from ibasho.events.actions.own_rooms import hold_room_behind, turn_away
from ibasho.events.models import (
    Consent,
    Event,
    Interview,
    MailContact,
    Offer,
    SignUp,
    SignUpContact,
    Worry,
)
from ibasho.events.queries.events import CALLED_OFF, PAST
from ibasho.events.queries.seats import hall_of, place_of, places_of
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people import erased

State, Reply = SignUp.State, Offer.Reply
_GONE_ON = "席は、次の方に聞いています。順番は、そのままです。"
_OTHER_SEATS = "いまあいている席の数が、かわりました。いまの数を見てから、もう一度 答えてください。"
_NOT_NOW = "いまは、答えるところがありません。ページを開きなおして、たしかめてください。"
_CLEARED: dict[str, object] = {
    "call_name": "",
    "referral": "",
    "about_dying": False,
    "marks": "",
    "auto_accept": False,
}


def withdraw(sign_up_id: UUID) -> SignUp:
    """Not coming after all, at any time and without a reason; the seat passes on at once.

    The name and the answers are gone then, and the door of the meeting's own room with them. A second time
    changes nothing. Refuses `not_found`.
    """
    with transaction.atomic():
        hold_room_behind(sign_up_id)
        event, row = locked_sign_up(sign_up_id)
        if row.state != State.WITHDRAWN:
            _leave(event, row, Reply.GONE, clock.now())
    return row


def answer_offer(sign_up_id: UUID, answer: str, *, seats_seen: int | None = None) -> SignUp:
    """Answer `yes`, `no` or `later`. Also without an offer a `yes` takes what is free for this party now.

    The rest of a party stays in line. `no` withdraws; `later` keeps the turn for the next free seat. Said again it
    changes nothing. Refuses `not_found`, `malformed`, and `asked` with a sentence where it came too late, or where
    a yes to `seats_seen` would be a yes to another number.
    """
    if answer not in ("yes", "no", "later"):
        raise Refusal("malformed")
    with transaction.atomic():
        hold_room_behind(sign_up_id)
        event, row = locked_sign_up(sign_up_id)
        if row.state not in seats.MAY[answer]:
            raise Refusal("asked", _NOT_NOW)
        if answer == "yes":
            _say_yes(event, row, clock.now(), seats_seen)
        else:
            _ANSWERS[answer](event, row, clock.now())
    return row


def let_rest_go(sign_up_id: UUID) -> SignUp:
    """Who has joined in part comes with the seats they have, and waits for no more. Refuses `not_found`."""
    with transaction.atomic():
        event, row = locked_sign_up(sign_up_id)
        if row.state == State.JOINED and row.lacks:
            move_on(row, State.JOINED, party=row.seats)
            settle_event(event, clock.now())
    return row


def set_auto_accept(sign_up_id: UUID, *, is_on: bool) -> SignUp:
    """Whether a seat that fits is taken without asking; one that is free now is taken now. Refuses `not_found`."""
    with transaction.atomic():
        event, row = locked_sign_up(sign_up_id)
        if row.state != State.WITHDRAWN and row.auto_accept != is_on:
            row.auto_accept = is_on
            row.save(update_fields=["auto_accept"])
            settle_event(event, clock.now())
            row.refresh_from_db()
    return row


def keep_turn(event: Event, row: SignUp) -> None:
    """Back into the line at its old place; about this same seat it is not asked again."""
    move_on(row, State.WAITING, seats=0, asked_at=event.vacancy)


def clear(row: SignUp) -> None:
    """What was told with it, and how to reach them, is gone. In the caller's transaction."""
    row.answers.all().delete()
    Worry.objects.filter(sign_up=row).delete()
    SignUpContact.objects.filter(sign_up=row).delete()
    MailContact.objects.filter(sign_up=row).delete()


def _say_yes(event: Event, row: SignUp, now: datetime, seats_seen: int | None) -> None:
    if row.state == State.JOINED:
        return
    if not event.is_on or now >= event.ends:
        raise Refusal("asked", PAST if event.is_on else CALLED_OFF)
    if row.state == State.WAITING:
        row.seats = seats.seats_open_to(hall_of(event), places_of(event), place_of(row), now)
        if not row.seats:
            raise Refusal("asked", _GONE_ON)
    if seats_seen is not None and seats_seen != row.seats:
        raise Refusal("asked", _OTHER_SEATS)
    move_on(row, State.JOINED, seats=row.seats)
    close_offer(row, Reply.YES, now)
    settle_event(event, now)


def _say_no(event: Event, row: SignUp, now: datetime) -> None:
    if row.state != State.WITHDRAWN:
        _leave(event, row, Reply.NO, now)


def _say_later(event: Event, row: SignUp, now: datetime) -> None:
    if row.state == State.OFFERED:
        keep_turn(event, row)
        close_offer(row, Reply.LATER, now)
        settle_event(event, now)


_ANSWERS = {"no": _say_no, "later": _say_later}


def _leave(event: Event, row: SignUp, reply: str, now: datetime) -> None:
    leave_way_back(event, row, now)
    had_seats = row.state in SignUp.HOLDING
    move_on(row, State.WITHDRAWN, seats=0, **_CLEARED)
    Consent.objects.filter(sign_up=row).delete()
    Interview.objects.filter(sign_up=row).delete()
    clear(row)
    erased.note("sign-up", row.pk)
    erased.note("answers", row.pk)
    close_offer(row, reply, now)
    turn_away(row)
    settle_event(event, now, is_freed=had_seats)
