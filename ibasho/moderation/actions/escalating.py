"""When nobody looks at a danger to a life, people outside are told that something is there. Never a word of it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import connections, transaction
from django.db.models import F, Q, QuerySet

from ibasho.duty.models import Duty
from ibasho.duty.queries import is_there
from ibasho.lib import clock
from ibasho.moderation.actions.incidents import What, note_step
from ibasho.moderation.actions.letting_go import release_absent
from ibasho.moderation.actions.life_words import follow_life_words, release_life_words
from ibasho.moderation.actions.log import append_log
from ibasho.moderation.actions.unseeing import Alarm
from ibasho.moderation.escalation_contacts import facts_of, is_open_now
from ibasho.moderation.gateway import has_gateway, send
from ibasho.moderation.models import EscalationCall, EscalationContact, Incident, LifeWords
from ibasho.moderation.queries.incidents import open_incidents

logger = logging.getLogger(__name__)
UNSEEN = timedelta(seconds=60)
APART = timedelta(minutes=2)
QUIET = timedelta(minutes=10)
_SAME_EVENING = timedelta(hours=1)
_CLAIM = timedelta(minutes=2)
_SAY_AGAIN = timedelta(minutes=1)
_said_at: list[datetime] = []
_sending = threading.Lock()
_AGAIN_SECONDS = (15, 30, 60, 120, 300)
_UNHEARD = Q(seen_at__isnull=True) & (Q(called_for__isnull=True) | ~Q(called_for=F("alerted_at")))
_IS_WANTED = Q(
    incident__isnull=False,
    incident__closed_at__isnull=True,
    incident__seen_at__isnull=True,
    alarm_at=F("incident__called_for"),
) | Q(words__isnull=False, words__seen_at__isnull=True, alarm_at=F("words__called_for"))


def raise_alarms() -> int:
    """For each incident, and all words about dying outside the rooms, that nobody has looked at for a minute, or
    while nobody is on duty at all: a message to every contact of this hour, one after the other. What somebody has
    who is not there is nobody's first. Returns for how many. Safe to run twice.
    """
    release_absent()
    follow_life_words()
    release_life_words()
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
    """Send what is due and still wanted; returns how many calls were answered. Safe to run twice and in parallel: a
    message belongs to whoever claims it. One that could not be sent comes again.

    Whatever is due to a contact is one message, and the next goes ten minutes later: a hundred of them would only
    be turned off. What somebody had looked at, and let go, does not wait.
    """
    contacts = list(_due(clock.now()).order_by("due_at", "pk").values_list("contact", flat=True))
    return sum(_send(_claim(contact)) for contact in dict.fromkeys(contacts))


def send_calls_aside() -> bool:
    """`send_calls` in a thread of its own, one at a time in a process: a mail server that is slow does not hold up
    the clock of the house. Returns whether one was begun. A stop waits for it, as long as its server is given.
    """
    if not _due(clock.now()).exists() or not _sending.acquire(blocking=False):
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
        still_due = _still_due(alarm)
        rows = type(alarm)._default_manager.filter(_UNHEARD, pk=alarm.pk, alerted_at=alarm.alerted_at)
        contacts = _reachable()
        if not contacts or not rows.update(called_for=alarm.alerted_at):
            return False
        for place, contact in enumerate(contacts):
            turn = now + place * APART
            due_at = min(turn, still_due.get(contact.pk, turn))
            EscalationCall.objects.create(contact=contact, alarm_at=alarm.alerted_at, due_at=due_at, **about)
        if isinstance(alarm, Incident):
            note_step(alarm, What.CALLED)
        else:
            append_log(None, "call_contacts", detail={"about": alarm.kind, "number": alarm.key})
    return True


def _still_due(alarm: Alarm) -> Mapping[int, datetime]:
    """The contacts whose turn of an earlier alarm comes yet: they do not wait longer because there is another."""
    if alarm.called_for is None:
        return {}
    waiting = alarm.calls.filter(alarm_at=alarm.called_for, sent_at__isnull=True)
    return dict(waiting.values_list("contact", "due_at"))


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


def _due(now: datetime) -> QuerySet[EscalationCall]:
    """What is to be sent now, and what nobody is sending."""
    return EscalationCall.objects.filter(_free(now), _IS_WANTED, sent_at__isnull=True, due_at__lte=now)


def _claim(contact_id: int) -> list[EscalationCall]:
    """What this process sends to a contact in one message; none while another sends to them. What has come too soon
    after the last message waits.
    """
    now = clock.now()
    with transaction.atomic():
        # Behind its lock: two processes must not send half of it each.
        contact = EscalationContact.objects.select_for_update().filter(pk=contact_id).first()
        if contact is None or EscalationCall.objects.filter(contact=contact, claimed_until__gt=now).exists():
            return []
        calls = list(_due(now).filter(contact=contact).select_related("incident__room", "words", "contact"))
        if contact.told_at is not None and now < contact.told_at + QUIET:
            anew = _told_before(contact)
            soon, calls = calls, [call for call in calls if (call.incident_id, call.words_id) in anew]
            later = [call.pk for call in soon if call not in calls]
            EscalationCall.objects.filter(pk__in=later).update(due_at=contact.told_at + QUIET)
        mine = EscalationCall.objects.filter(pk__in=[call.pk for call in calls])
        mine.update(claimed_until=now + _CLAIM, tries=F("tries") + 1)
    return calls


def _told_before(contact: EscalationContact) -> set[tuple[int | None, int | None]]:
    """Incident or words, each."""
    sent = EscalationCall.objects.filter(contact=contact, sent_at__isnull=False)
    return set(sent.values_list("incident", "words"))


def _send(calls: Sequence[EscalationCall]) -> int:
    """Into one message to their contact."""
    if not calls:
        return 0
    contact, now = calls[0].contact, clock.now()
    is_more = contact.told_at is not None and now < contact.told_at + _SAME_EVENING
    try:
        send(facts_of(contact).mail, number=str(min(call.pk for call in calls)), is_more=is_more)
    except Exception as error:  # an edge: the next contact is called whatever this was
        _say_unsent(error)
        for call in calls:
            _try_again(call)
        return 0
    with transaction.atomic():
        EscalationContact.objects.filter(pk=contact.pk).update(told_at=clock.now())
        mine = EscalationCall.objects.filter(pk__in=[call.pk for call in calls])
        mine.update(sent_at=clock.now(), claimed_until=None)
        for call in calls:
            if call.incident is not None:
                note_step(call.incident, What.REACHED)
    return len(calls)


def _say_unsent(error: Exception) -> None:
    """Once a minute: while a mail server is away there is nothing new to say of each call."""
    now = clock.now()
    if _said_at and timedelta() <= now - _said_at[0] < _SAY_AGAIN:
        return
    _said_at[:] = [now]
    # not the error itself: it may hold the address
    logger.error("an alarm could not be sent, and is tried again: %s", type(error).__name__)


def _try_again(call: EscalationCall) -> None:
    wait = _AGAIN_SECONDS[min(call.tries, len(_AGAIN_SECONDS) - 1)]
    with transaction.atomic():
        EscalationCall.objects.filter(pk=call.pk).update(
            claimed_until=None, due_at=clock.now() + timedelta(seconds=wait)
        )


def _free(now: datetime) -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
