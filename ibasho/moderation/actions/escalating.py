"""When nobody looks at a danger to a life, people outside are told that something is there. Never a word of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.db.models import F, Q

from ibasho.duty.models import Duty
from ibasho.duty.queries import is_there
from ibasho.lib import clock
from ibasho.moderation.actions.incidents import What, note_step
from ibasho.moderation.actions.letting_go import release_absent
from ibasho.moderation.actions.life_words import follow_life_words
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.escalation_contacts import facts_of, is_open_now
from ibasho.moderation.gateway import has_gateway, send
from ibasho.moderation.models import EscalationCall, EscalationContact, Incident, LifeWords
from ibasho.moderation.queries.incidents import open_incidents

logger = logging.getLogger(__name__)
UNSEEN = timedelta(seconds=60)
APART = timedelta(minutes=2)
_CLAIM = timedelta(minutes=2)
_sending = threading.Lock()
_AGAIN_SECONDS = (15, 30, 60, 120, 300)
_UNHEARD = Q(seen_at__isnull=True) & (Q(called_for__isnull=True) | ~Q(called_for=F("alerted_at")))
_IS_WANTED = Q(
    incident__isnull=False,
    incident__closed_at__isnull=True,
    incident__seen_at__isnull=True,
    alarm_at=F("incident__alerted_at"),
) | Q(words__isnull=False, words__seen_at__isnull=True, alarm_at=F("words__alerted_at"))
Alarm = Incident | LifeWords


def raise_alarms() -> int:
    """For each incident, and all words about dying outside the rooms, that nobody has looked at for a minute, or
    while nobody is on duty at all: a message to every contact of this hour, one after the other. What somebody has
    who is not there is nobody's first. Returns for how many. Safe to run twice.
    """
    release_absent()
    follow_life_words()
    now = clock.now()
    unseen: list[Alarm] = [
        *open_incidents().filter(_UNHEARD),
        *LifeWords.objects.filter(_UNHEARD).order_by("pk"),
    ]
    if not unseen or not has_gateway():
        return 0
    if Duty.objects.filter(is_there(now)).exists():
        unseen = [alarm for alarm in unseen if alarm.alerted_at <= now - UNSEEN]
    return sum(_raise(alarm, now) for alarm in unseen)


def send_calls() -> int:
    """Send what is due and still wanted; returns how many were sent. Safe to run twice and in parallel: a message
    belongs to whoever claims it. One that could not be sent comes again.
    """
    now = clock.now()
    due = EscalationCall.objects.filter(_free(now), sent_at__isnull=True, due_at__lte=now)
    wanted = due.filter(_IS_WANTED).select_related("incident__room", "words", "contact")
    return sum(_send(call) for call in wanted)


def send_calls_aside() -> bool:
    """`send_calls` in a thread of its own, one at a time in a process: a mail server that is slow does not hold up
    the clock of the house. Returns whether one was begun. A stop waits for it, as long as its server is given.
    """
    now = clock.now()
    due = EscalationCall.objects.filter(_free(now), sent_at__isnull=True, due_at__lte=now)
    if not due.filter(_IS_WANTED).exists() or not _sending.acquire(blocking=False):
        return False
    threading.Thread(target=_send_aside, name="ibasho-calls").start()
    return True


def _send_aside() -> None:
    try:
        send_calls()
    except Exception:  # an edge: what could not be sent is due again
        logger.exception("calls to contacts did not finish")
    finally:
        connections.close_all()
        _sending.release()


def _raise(alarm: Alarm, now: datetime) -> bool:
    about = {"incident": alarm} if isinstance(alarm, Incident) else {"words": alarm}
    with transaction.atomic():
        rows = type(alarm)._default_manager.filter(_UNHEARD, pk=alarm.pk, alerted_at=alarm.alerted_at)
        contacts = _reachable()
        if not contacts or not rows.update(called_for=alarm.alerted_at):
            return False
        for place, contact in enumerate(contacts):
            EscalationCall.objects.create(
                contact=contact, alarm_at=alarm.alerted_at, due_at=now + place * APART, **about
            )
        if isinstance(alarm, Incident):
            note_step(alarm, What.CALLED)
        else:
            append_log(None, "call_contacts", detail={"about": alarm.kind, "number": alarm.key})
    return True


def _reachable() -> Sequence[EscalationContact]:
    """In their order, those of this hour; at an hour that is nobody's all of them."""
    listed = list(EscalationContact.objects.exclude(sealed_mail=""))
    everybody = [contact for contact in listed if facts_of(contact).mail]
    if len(everybody) < len(listed):
        logger.error(
            "%d escalation contacts cannot be read: is the house secret another one?",
            len(listed) - len(everybody),
        )
    return [contact for contact in everybody if is_open_now(contact)] or everybody


def _send(call: EscalationCall) -> bool:
    now = clock.now()
    with transaction.atomic():
        mine = EscalationCall.objects.filter(_free(now), pk=call.pk, sent_at__isnull=True)
        if not mine.update(claimed_until=now + _CLAIM, tries=F("tries") + 1):
            return False
    try:
        send(facts_of(call.contact).mail, number=str(call.pk))
    except Exception as error:  # an edge: the next contact is called whatever this was
        # not the error itself: it may hold the address
        logger.error("an alarm could not be sent, and is tried again: %s", type(error).__name__)
        _try_again(call)
        return False
    with transaction.atomic():
        EscalationCall.objects.filter(pk=call.pk).update(sent_at=clock.now(), claimed_until=None)
        if call.incident is not None:
            note_step(call.incident, What.REACHED)
    return True


def _try_again(call: EscalationCall) -> None:
    wait = _AGAIN_SECONDS[min(call.tries, len(_AGAIN_SECONDS) - 1)]
    with transaction.atomic():
        EscalationCall.objects.filter(pk=call.pk).update(
            claimed_until=None, due_at=clock.now() + timedelta(seconds=wait)
        )


def _free(now: datetime) -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
