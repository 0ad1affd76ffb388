"""Five years of meetings: who signed up, who came, and the years that were closed."""

from __future__ import annotations

import random
import secrets
import time
import uuid
from datetime import timedelta
from typing import Any

from django.db import transaction

from benchmarks.furnish_desk import keeper_with_key
from ibasho.events.models import Event, EventAudience, SignUp, Visit
from ibasho.lib import clock
from ibasho.people.models import Standpoint
from ibasho.reports.actions import close_due, tally_days

YEARS = 5
WAITING = 400
_FAMILY = ("parent", "sibling", "partner_kin")


def fill_meetings(events: int, sign_ups: int, visits: int) -> dict[str, Any]:
    """The key in a coordinator's cookie, a meeting to come, and the last fiscal year that is over.

    Everybody came who has a place in `visits`: as many as there are sign-ups are theirs, the others had not
    signed up.
    """
    random.seed(5)
    with transaction.atomic():
        _, key = keeper_with_key("keeper-figures", "すすき")
        held = _events(events)
        rows = _sign_ups(held, sign_ups)
        _line(next(event for event in held if event.starts > clock.now()))
        _visits(held, rows, visits)
    coming = [event for event in held if event.starts > clock.now()]
    return {"key": key, "event": coming[0].pk, "year": clock.fiscal_year(clock.today()) - 1}


def close_years() -> dict[str, float]:
    """Everything that is due, as `ibasho tend` does it: seconds of the longest month and of the longest year."""
    longest = {"month": 0.0, "year": 0.0}
    tally_days()
    while True:
        began = time.perf_counter()
        closed = close_due(most=1)
        if not closed:
            return longest
        kind = "year" if closed[0].is_year else "month"
        longest[kind] = max(longest[kind], time.perf_counter() - began)


def _events(number: int) -> list[Event]:
    """Evenly over five years, the last of them four weeks ahead."""
    last = clock.now() + timedelta(days=27)
    step = timedelta(days=365 * YEARS) / number
    starts = [clock.to_minute(last - step * place) for place in range(number)]
    made = Event.objects.bulk_create(
        Event(
            kind=random.choice(Event.Kind.values),
            title="土曜の会",
            about="お茶を飲みながら、話したい人が話します。",
            starts=each,
            ends=each + timedelta(minutes=90),
            capacity=60,
            published_on=clock.tokyo(each).date() - timedelta(days=30),
        )
        for each in reversed(starts)
    )
    EventAudience.objects.bulk_create(
        EventAudience(event=event, standpoint=standpoint)
        for event in made
        for standpoint in Standpoint.values
    )
    return made


def _sign_ups(events: list[Event], number: int) -> list[SignUp]:
    per_event = number // len(events)
    return SignUp.objects.bulk_create(
        (
            SignUp(
                event=event,
                request_id=uuid.uuid4(),
                words_key=secrets.token_hex(32),
                code_hash=secrets.token_hex(32),
                call_name="こもれび",
                standpoint=random.choice(_FAMILY),
                state=SignUp.State.JOINED,
                seats=1,
                turn=turn,
            )
            for event in events
            for turn in range(1, per_event + 1)
        ),
        batch_size=500,
    )


def _line(event: Event) -> None:
    """The meeting that is looked at is full, and many wait whom nobody has asked: the dearest page there is."""
    joined = event.sign_ups.count()
    Event.objects.filter(pk=event.pk).update(capacity=joined)
    SignUp.objects.bulk_create(
        SignUp(
            event=event,
            request_id=uuid.uuid4(),
            words_key=secrets.token_hex(32),
            code_hash=secrets.token_hex(32),
            call_name="こもれび",
            standpoint=random.choice(_FAMILY),
            state=SignUp.State.WAITING,
            turn=turn,
        )
        for turn in range(joined + 1, joined + 1 + WAITING)
    )


def _visits(events: list[Event], rows: list[SignUp], number: int) -> None:
    past = [event for event in events if event.ends < clock.now()]
    ours = {event.pk for event in past}
    visits = [
        Visit(event_id=row.event_id, sign_up=row, standpoint=row.standpoint, who=_who(), is_first=_is_first())
        for row in rows
        if row.event_id in ours
    ]
    visits += [
        Visit(event=random.choice(past), standpoint="person", who=_who(), is_first=_is_first())
        for _ in range(number - len(visits))
    ]
    Visit.objects.bulk_create(visits, batch_size=500)


def _who() -> str:
    """One of a few hundred who come again and again."""
    return f"{random.randrange(400):064}"


def _is_first() -> bool:
    return random.random() < 0.05
