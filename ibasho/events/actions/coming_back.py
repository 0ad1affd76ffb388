"""とりけしを、もとにもどす: `withdraw` is undone within half an hour, as far as nobody else has the seat by now."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ibasho.events.actions.locking import locked_sign_up, settle_event
from ibasho.events.actions.moving import move_on
from ibasho.events.actions.signing_up import any_name
from ibasho.events.models import BACK_MINUTES, Consent, Event, SignUp, WayBack
from ibasho.events.queries.seats import hall_of, place_of, places_of
from ibasho.events.queries.sign_ups import way_back_of
from ibasho.events.seats import seats_open_to
from ibasho.lib import clock
from ibasho.lib.errors import Refusal
from ibasho.people import erased

State = SignUp.State
_NO_WAY = "もどれる時間が、すぎました。また来たくなったら、いつでも申し込めます。"
_TAKEN = "席は、もう次の方が座ることになりました。とりけしたままにしてあります。"
# an hour to talk at was given up, and a seat is given anew
_BACK_TO = {
    State.APPLIED: State.APPLIED,
    State.INTERVIEW: State.APPLIED,
    State.INTERVIEWED: State.INTERVIEWED,
}


def leave_way_back(event: Event, row: SignUp, now: datetime) -> None:
    """Before `row` withdraws, in the caller's transaction and under the lock of the event."""
    if row.state == State.REFERRED or now >= event.ends:
        return
    consent = Consent.objects.filter(sign_up=row).values_list("text", flat=True).first()
    fields = {"was": row.state, "seats": row.seats, "consent_id": consent}
    fields["until"] = now + timedelta(minutes=BACK_MINUTES)
    WayBack.objects.update_or_create(sign_up=row, defaults=fields)


def come_back(sign_up_id: UUID) -> SignUp:
    """Undo `withdraw`: the old turn, and the seats that were held if they are free still; the name is a new one.

    Who is in already stays as they are. Refuses `not_found`, `asked` where no way leads back any more, and `full`
    where the seat is gone and no line is kept.
    """
    with transaction.atomic():
        event, row = locked_sign_up(sign_up_id)
        if row.state == State.WITHDRAWN:
            _come_back(event, row, clock.now())
    return row


def forget_ways_back() -> None:
    """After half an hour nothing tells what somebody was who withdrew."""
    over = WayBack.objects.filter(until__lte=clock.now())
    if over.exists():
        with transaction.atomic():
            over.delete()


def _come_back(event: Event, row: SignUp, now: datetime) -> None:
    way = way_back_of(row, event, now)
    if way is None:
        raise Refusal("asked", _NO_WAY)
    if way.consent_id is not None:
        Consent.objects.create(sign_up=row, text_id=way.consent_id, given_on=clock.today())
    way.delete()
    erased.note_back("sign-up", row.pk)
    had_joined = way.was == State.JOINED
    to, seats = _BACK_TO.get(State(way.was), State.WAITING), 0
    if had_joined and seats_open_to(hall_of(event), places_of(event), place_of(row), now) >= way.seats:
        to, seats = State.JOINED, way.seats
    move_on(row, to, seats=seats, call_name=any_name(event))
    settle_event(event, now)
    row.refresh_from_db()
    if had_joined and row.state == State.WAITING and not event.keeps_line:
        raise Refusal("full", _TAKEN)
