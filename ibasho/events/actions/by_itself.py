"""What happens by itself to sign-ups: offers lapse, seats kept for newcomers are released, rows end.

Each may run twice and in several processes.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q

from ibasho.events.actions.locking import lock_event, settle_event
from ibasho.events.actions.moving import close_offer
from ibasho.events.actions.seats_of_one import keep_turn
from ibasho.events.daytime import LAST_OFFER_HOURS
from ibasho.events.models import SIGN_UP_DAYS, Admission, Answer, Event, Offer, SignUp, SignUpContact
from ibasho.lib import clock
from ibasho.rooms.plans import MEETING_DAYS


def lapse_offers() -> int:
    """Who did not answer keeps the turn, and the next is asked; returns how many offers ended.

    While a meeting is called off its offers wait: brought back, everybody has what they had.
    """
    due = Offer.objects.filter(answer="", until__lte=clock.now(), sign_up__event__called_off_at__isnull=True)
    event_ids = set(due.order_by().values_list("sign_up__event_id", flat=True))
    return sum(_lapse_in(event_id) for event_id in sorted(event_ids))


def release_newcomers_seats() -> None:
    """Three hours before the start they are everybody's: who wished to be joined without asking is, and who has joined
    in part.
    """
    now = clock.now()
    wishes_no_question = Q(sign_ups__state=SignUp.State.WAITING, sign_ups__auto_accept=True)
    lacks_some = Q(sign_ups__state=SignUp.State.JOINED, sign_ups__seats__lt=F("sign_ups__party"))
    near = Event.objects.filter(
        wishes_no_question | lacks_some,
        starts__lte=now + timedelta(hours=LAST_OFFER_HOURS),
        ends__gt=now,
        newcomer_seats__gt=0,
    )
    for event_id in near.order_by("pk").values_list("pk", flat=True).distinct():
        with transaction.atomic():
            settle_event(lock_event(event_id), clock.now())


def forget_sign_ups() -> None:
    """Answers and contacts end on their day, sign-ups thirty days after the meeting, and the way into its own room
    when the words there end.
    """
    over = SignUp.objects.filter(event__ends__lt=clock.now() - timedelta(days=SIGN_UP_DAYS))
    came = Admission.objects.filter(sign_up__event__ends__lt=clock.now() - timedelta(days=MEETING_DAYS))
    today = clock.today()
    ended = (table.objects.filter(ends_on__lt=today) for table in (Answer, SignUpContact))
    for rows in (*ended, came, over):
        if rows.exists():
            with transaction.atomic():
                rows.delete()


def _lapse_in(event_id: int) -> int:
    with transaction.atomic():
        event, now = lock_event(event_id), clock.now()
        if event.called_off_at is not None:
            return 0
        rows = SignUp.objects.filter(event=event, offers__answer="", offers__until__lte=now)
        silent = list(rows.order_by("turn"))
        for row in silent:
            keep_turn(event, row)
            close_offer(row, Offer.Reply.SILENCE, now)
        if silent:
            settle_event(event, now)
    return len(silent)
