"""来た方にしるしをつける: who was there, ticked by hand, or by a meeting's own room when somebody comes in."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from django.conf import settings
from django.db import transaction

from ibasho.events.actions.locking import lock_event
from ibasho.events.counting_days import is_counted, is_too_early
from ibasho.events.models import CountingKey, Event, SignUp, Visit
from ibasho.lib import clock, env
from ibasho.lib.errors import Refusal
from ibasho.people.models import Person

_TOO_EARLY = "しるしは、はじまる30分前から つけられます。"
_COUNTED = "この月の数は、もう まとめました。しるしは、そのままにします。"
_CALLED_OFF = "この集まりは、なくなりました。しるしは、つけられません。"
_NO_LONGER = "この申し込みは、とりけされました。来られたときは、申し込みのない方として つけてください。"


def tick(event_id: int, sign_up_id: UUID, *, people: int | None = None) -> Visit:
    """This party was there, `people` of it: without a number as many as have seats, at least one.

    Again it changes nothing but another number. Refuses `not_found`, `malformed`, and `asked` with a sentence
    before the meeting, after the month was counted, and for what was called off or withdrawn.
    """
    with transaction.atomic():
        event = _open_event(event_id)
        row = event.sign_ups.select_related("person").filter(pk=sign_up_id).first()
        if row is None:
            raise Refusal("not_found")
        if people is not None and not 1 <= people <= row.party:
            raise Refusal("malformed")
        known = Visit.objects.filter(sign_up=row).first()
        if known is not None:
            return _with_people(known, people)
        if row.state == SignUp.State.WITHDRAWN:
            raise Refusal("asked", _NO_LONGER)
        return Visit.objects.create(
            event=event,
            sign_up=row,
            standpoint=row.standpoint,
            people=people or row.seats or 1,
            is_first=row.is_first is True,
            by_text=_is_by_text(row),
            who=who_of(event, row.person, row.standpoint),
        )


def note_who_came(event_id: int, sign_up_id: UUID, *, people: int) -> Visit:
    """As `tick`, by whoever came in: never fewer than are counted already. Refuses as it does."""
    with transaction.atomic():
        lock_event(event_id)
        row = SignUp.objects.get(pk=sign_up_id)
        counted = Visit.objects.filter(sign_up=row).values_list("people", flat=True).first() or 1
        return tick(event_id, sign_up_id, people=min(max(people, counted), row.party))


def tick_unannounced(event_id: int, visit_id: UUID, *, standpoint: str, is_first: bool) -> Visit:
    """Somebody was there who had not signed up; the same form again is the same somebody.

    Refuses as `tick`, and `id_reused` for an id that means something else.
    """
    with transaction.atomic():
        event = _open_event(event_id)
        if standpoint not in event.standpoints:
            raise Refusal("malformed")
        known = Visit.objects.filter(pk=visit_id).first()
        if known is None:
            return Visit.objects.create(
                pk=visit_id,
                event=event,
                standpoint=standpoint,
                is_first=is_first,
                who=_nobody_else(),
            )
        if (known.event_id, known.standpoint, known.is_first) != (event.pk, standpoint, is_first):
            raise Refusal("id_reused")
        return known


def untick(event_id: int, visit_id: UUID) -> None:
    """Undo either: it was not so. A second time changes nothing. Refuses as `tick`."""
    with transaction.atomic():
        Visit.objects.filter(event=_open_event(event_id), pk=visit_id).delete()


def mark_again(sign_up: SignUp) -> None:
    """Tied or untied since it was ticked: counted as that person from now on, or as nobody else.

    In the caller's transaction.
    """
    visit = Visit.objects.select_related("event").filter(sign_up=sign_up).first()
    if visit is not None:
        visit.who = who_of(visit.event, sign_up.person, visit.standpoint)
        visit.save(update_fields=["who"])


def who_of(event: Event, person: Person | None, standpoint: str) -> str:
    """Equal for the same person and standpoint within a fiscal year; without a person equal to no other.

    Made from the person's key, the year's key and the house secret: whoever lacks one of them can make none.
    """
    if person is None:
        return _nobody_else()
    year = clock.fiscal_year(clock.tokyo(event.starts).date())
    return mark_of(person, standpoint, key_of(year))


def key_of(fiscal_year: int) -> str:
    """In the caller's transaction: the first mark of a year makes its key."""
    row, _ = CountingKey.objects.get_or_create(
        fiscal_year=fiscal_year, defaults={"key": secrets.token_hex(32)}
    )
    return row.key


def mark_of(person: Person, standpoint: str, key: str) -> str:
    """With the key of a year."""
    house = env.derived(settings.HOUSE_SECRET, "who is counted").encode()
    words = f"{key}:{person.key}:{standpoint}".encode()
    return hmac.new(house, words, hashlib.sha256).hexdigest()


def _is_by_text(row: SignUp) -> bool | None:
    """None for who had not decided."""
    if row.participation == SignUp.Participation.UNDECIDED:
        return None
    return row.participation == SignUp.Participation.TEXT


def _nobody_else() -> str:
    return Visit.NOBODY + secrets.token_hex(31)


def _open_event(event_id: int) -> Event:
    event, now = lock_event(event_id), clock.now()
    if event.published_on is None:
        raise Refusal("not_found")
    if event.called_off_at is not None:
        raise Refusal("asked", _CALLED_OFF)
    if is_too_early(event.starts, now):
        raise Refusal("asked", _TOO_EARLY)
    if is_counted(event.starts, now):
        raise Refusal("asked", _COUNTED)
    return event


def _with_people(visit: Visit, people: int | None) -> Visit:
    if people is not None and visit.people != people:
        visit.people = people
        visit.save(update_fields=["people"])
    return visit
