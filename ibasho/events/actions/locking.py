"""One lock, and one way by which seats change hands.

The lock is the row of the event. Rooms, the facts number and keepers are locked before it, never inside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from ibasho.events import seats
from ibasho.events.actions.moving import close_offer, move_on
from ibasho.events.models import Event, Offer, SignUp
from ibasho.events.queries.seats import hall_of, places_of
from ibasho.lib.errors import Refusal
from ibasho.lib.ready import ready


def lock_event(event_id: int) -> Event:
    """The meeting, nobody else's until the commit. On SQLite the transaction is the lock. Refuses `not_found`."""
    event = _locked.first(event_id)
    if event is None:
        raise Refusal("not_found")
    return event


@ready
def _locked(event_id: int) -> QuerySet[Event]:
    return Event.objects.select_for_update(of=("self",)).filter(pk=event_id).order_by()


def locked_sign_up(sign_up_id: UUID) -> tuple[Event, SignUp]:
    """The sign-up with its meeting, which is locked. Refuses `not_found`."""
    event_id = SignUp.objects.order_by().filter(pk=sign_up_id).values_list("event_id", flat=True).first()
    if event_id is None:
        raise Refusal("not_found")
    event = lock_event(event_id)
    row = SignUp.objects.order_by().filter(pk=sign_up_id).first()
    if row is None:
        raise Refusal("not_found")
    return event, row


def settle_event(
    event: Event, now: datetime, *, fresh: SignUp | None = None, is_freed: bool = False
) -> Sequence[seats.Place]:
    """Join or ask whoever is next, in the caller's transaction and under the lock of the event; the line as it
    stands then.

    Every change of seats ends here. `is_freed`: seats became free for others, so that who was asked before may
    be asked again. `fresh` has just signed up, and is as the table has it afterwards.
    """
    if is_freed:
        event.vacancy += 1
        event.save(update_fields=["vacancy"])
    line = places_of(event)
    steps = seats.settle(hall_of(event), line, now, fresh.turn if fresh is not None else None)
    rows = _rows_of(event, steps, fresh)
    for step in steps:
        _take(rows[step.turn], step, now)
    return seats.with_steps(line, steps)


def _rows_of(event: Event, steps: Sequence[seats.Step], fresh: SignUp | None) -> dict[int, SignUp]:
    """By turn."""
    known = {fresh.turn: fresh} if fresh is not None else {}
    others = [step.turn for step in steps if step.turn not in known]
    found = event.sign_ups.order_by().filter(turn__in=others) if others else ()
    return known | {row.turn: row for row in found}


def _take(row: SignUp, step: seats.Step, now: datetime) -> None:
    """What grew is asked anew, by mail as well, until the hour that was said: whoever is next waits no longer for it."""
    asked = row.offers.filter(answer=Offer.Reply.OPEN).first() if row.state == SignUp.State.OFFERED else None
    if asked is not None:
        close_offer(row, Offer.Reply.GROWN, now)
    move_on(row, step.to, seats=step.seats)
    if step.until is not None:
        until = step.until if asked is None else asked.until
        Offer.objects.create(sign_up=row, seats=step.seats, made_at=now, until=until)
