"""Mails: wished for, stopped, made due, sent once by day. What cannot be sent now is tried again."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from operator import attrgetter
from uuid import UUID

from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections, transaction
from django.db.models import F, Q, QuerySet

from ibasho.events.actions.locking import locked_sign_up
from ibasho.events.daytime import is_daytime, next_daytime
from ibasho.events.mails import (
    What,
    mail_of,
    number_of,
    open_mail,
    seal_mail,
    stop_hash,
    stop_token,
    told_of,
)
from ibasho.events.models import DueMail, Event, Interview, MailContact, Offer, SignUp
from ibasho.lib import aside, clock, mailing
from ibasho.lib.errors import Refusal
from ibasho.people import erased

logger = logging.getLogger(__name__)
_CLAIM = timedelta(minutes=2)
_AGAIN_MINUTES = (1, 2, 5, 10, 15)
State = SignUp.State
_GONE = (State.WITHDRAWN, State.REFERRED)


def keep_mail(row: SignUp, event: Event, mail: str) -> None:
    """In the caller's transaction, under the lock of the event; another address takes the place of the first."""
    _note(MailContact.objects.filter(sign_up=row))
    fields = {"sealed": seal_mail(mail), "stop_hash": stop_hash(stop_token(row)), "knows": told_of(event)}
    MailContact.objects.update_or_create(
        sign_up=row, defaults=fields, create_defaults=fields | {"given_on": clock.today()}
    )


def set_mail(sign_up_id: UUID, mail: str) -> None:
    """From now on news of this sign-up go there. Refuses `not_found`, also for who withdrew."""
    with transaction.atomic():
        event, row = locked_sign_up(sign_up_id)
        if row.state in _GONE:
            raise Refusal("not_found")
        keep_mail(row, event, mail)


def stop_mail(sign_up_id: UUID) -> None:
    """The address is gone, and what was due with it. A second time changes nothing."""
    with transaction.atomic():
        _end_contacts(MailContact.objects.filter(sign_up=sign_up_id))


def stop_mail_by(token: str) -> None:
    """The same from within a mail. Refuses `not_found`, without a write, where there is nothing to stop."""
    found = MailContact.objects.filter(stop_hash=stop_hash(token))
    if not found.exists():
        raise Refusal("not_found")
    with transaction.atomic():
        _end_contacts(found)


def forget_mails() -> None:
    """The day after the meeting no address is left."""
    today = datetime.combine(clock.today(), time(), clock.TOKYO)
    over = MailContact.objects.filter(sign_up__event__ends__lt=today)
    if over.exists():
        with transaction.atomic():
            over.delete()


def _end_contacts(found: QuerySet[MailContact]) -> None:
    _note(found)
    found.delete()


def _note(found: QuerySet[MailContact]) -> None:
    erased.note("mail", *found.values_list("sealed", flat=True))


def queue_mails() -> int:
    """Make due whatever there is to tell, each piece of news once; returns how much was new.

    Safe to run twice and in parallel: a piece of news is a row that exists once.
    """
    now = clock.now()
    contacts = MailContact.objects.filter(sign_up__event__ends__gt=now)
    contacts = contacts.exclude(sign_up__state=State.WITHDRAWN)
    contacts = contacts.select_related("sign_up__event", "sign_up__interview").prefetch_related(
        "sign_up__offers", "mails"
    )
    return sum(_queue(contact, now) for contact in contacts.order_by("pk"))


def send_mails() -> int:
    """Send what is due and still wanted, by day alone; returns how many were sent.

    Safe to run twice and in parallel: a mail belongs to whoever claims it. What a server takes never is sent
    again; while there is no server, all of it waits. When the house ends, the mail in hand is the last one.
    """
    if not mailing.has_server():
        return 0
    sent = 0
    with closing(mailing.line_out()) as line:
        for pk in list(_due(clock.now()).values_list("pk", flat=True)):
            if aside.is_ending() or not is_daytime(clock.now()):
                break
            mail = _claim(pk)
            outcome = _send(mail, line) if mail is not None else False
            if outcome is None:  # the server is away: the rest would wait for it one by one
                break
            sent += outcome
    return sent


def send_mails_aside() -> bool:
    """`send_mails` in a thread of its own, one at a time in a process: a mail server that is slow does not hold up
    the clock of the house. Returns whether one was begun.
    """
    now = clock.now()
    if not (mailing.has_server() and is_daytime(now) and _due(now).exists()):
        return False
    return aside.begin("mails", _send_aside)


def _send_aside() -> None:
    try:
        send_mails()
    except Exception:  # an edge: what could not be sent is due again
        logger.exception("mails did not finish")
    finally:
        connections.close_all()


def _queue(contact: MailContact, now: datetime) -> int:
    known = {(mail.what, mail.about): mail for mail in contact.mails.all()}
    new = [news for news in _news(contact, now) if news not in known or _is_news_again(contact, known[news])]
    if not new:
        return 0
    with transaction.atomic():
        same = MailContact.objects.select_for_update().filter(pk=contact.pk, knows=contact.knows)
        if not same.exists():
            return 0  # it is told by another process, or no longer wished for
        # moved to where it was once before: that is news again
        for what, about in new:
            contact.mails.filter(what=what, about=about, ended_at__isnull=False).delete()
        for what, about in new:
            fields = {"due_at": next_daytime(now)}
            DueMail.objects.get_or_create(contact=contact, what=what, about=about, defaults=fields)
    return len(new)


def _is_news_again(contact: MailContact, mail: DueMail) -> bool:
    """Moved to where it was once before; while its mail waits, it is the same news. What a server takes never is
    the last of its kind, and is not tried for ever.
    """
    if mail.ended_at is None:
        return False
    return mail.what == What.MOVED or (mail.what == What.TALK and mail != _last_of(_talks(contact)))


def _news(contact: MailContact, now: datetime) -> Iterator[tuple[str, int]]:
    row, event = contact.sign_up, contact.sign_up.event
    if row.state == State.REFERRED:
        yield What.ANSWERED, row.revision
        return
    if event.called_off_at is not None:
        yield What.CALLED_OFF, _moment(event.called_off_at)
        return
    told = told_of(event)
    if told != contact.knows:
        yield What.MOVED, number_of(told)
    for mail in contact.mails.all():
        if mail.what == What.CALLED_OFF and mail.is_sent:
            yield What.BROUGHT_BACK, mail.about
    for offer in row.offers.all():
        if offer.answer == Offer.Reply.OPEN and offer.until > now:
            yield What.OFFER, offer.pk
    if row.state == State.JOINED and _is_the_day_before(event.starts, now, knows_since=contact.given_on):
        yield What.REMINDER, clock.tokyo(event.starts).toordinal()
    yield from _news_of_talk(contact, row, now)


def _news_of_talk(contact: MailContact, row: SignUp, now: datetime) -> Iterator[tuple[str, int]]:
    told = _last_of([mail for mail in _talks(contact) if mail.is_sent])
    talk = _talk_ahead(row, now)
    # whoever asked for another day knows that this one is off
    if told is not None and row.state == State.APPLIED and not hasattr(row, "interview"):
        yield What.TALK_OFF, told.about
    if talk is None:
        return
    number = talk.number
    yield What.TALK, number
    if told is None or told.about != number or told.ended_at is None:
        return
    if _is_the_day_before(talk.at, now, knows_since=clock.tokyo(told.ended_at).date()):
        yield What.TALK_SOON, number


def _talks(contact: MailContact) -> list[DueMail]:
    """Mails about the hour of a talk that have ended."""
    return [mail for mail in contact.mails.all() if mail.what == What.TALK and mail.ended_at is not None]


def _last_of(ended: list[DueMail]) -> DueMail | None:
    return max(ended, key=attrgetter("ended_at"), default=None)


def _talk_ahead(row: SignUp, now: datetime) -> Interview | None:
    talk: Interview | None = getattr(row, "interview", None)
    return talk if talk is not None and row.state == State.INTERVIEW and talk.at > now else None


def _is_the_day_before(moment: datetime, now: datetime, *, knows_since: date) -> bool:
    """Who only heard of it that day knows."""
    today = clock.tokyo(now).date()
    return clock.tokyo(moment).date() == today + timedelta(days=1) and knows_since < today


def _is_wanted(mail: DueMail, now: datetime) -> bool:
    """Whether it is still so: a mail that waited for its hour must not say what is over."""
    row, event = mail.contact.sign_up, mail.contact.sign_up.event
    if mail.what == What.ANSWERED:
        return row.state == State.REFERRED and bool(mail.about == row.revision)
    if row.state in _GONE or now >= event.ends:
        return False
    if mail.what == What.CALLED_OFF:
        return event.called_off_at is not None and mail.about == _moment(event.called_off_at)
    if event.called_off_at is not None:
        return False
    if mail.what == What.OFFER:
        return Offer.objects.filter(pk=mail.about, answer=Offer.Reply.OPEN, until__gt=now).exists()
    if mail.what == What.TALK_OFF:
        return row.state == State.APPLIED and not hasattr(row, "interview")
    if mail.what in (What.TALK, What.TALK_SOON):
        talk = _talk_ahead(row, now)
        return talk is not None and bool(mail.about == talk.number)
    if mail.what == What.MOVED:
        return mail.about == number_of(told_of(event))
    if mail.what == What.REMINDER:
        is_that_day = mail.about == clock.tokyo(event.starts).toordinal()
        return is_that_day and row.state == State.JOINED and now < event.starts
    return True


def _due(now: datetime) -> QuerySet[DueMail]:
    return DueMail.objects.filter(_free(now), ended_at__isnull=True, due_at__lte=now).order_by("due_at", "pk")


def _free(now: datetime) -> Q:
    return Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)


def _claim(pk: int) -> DueMail | None:
    now = clock.now()
    with transaction.atomic():
        if not _due(now).filter(pk=pk).order_by().update(claimed_until=now + _CLAIM, tries=F("tries") + 1):
            return None
    return (
        DueMail.objects.select_related("contact__sign_up__event", "contact__sign_up__interview")
        .filter(pk=pk)
        .first()
    )


def _send(mail: DueMail, line: BaseEmailBackend) -> bool | None:
    """Whether it was handed over; None if the server is away."""
    now, to = clock.now(), open_mail(mail.contact)
    if not to or not _is_wanted(mail, now):
        _end(mail, is_sent=False, is_known=not to)
        return False
    try:
        letter = mail_of(mail, to, now, line)
        line.open()
        line.send_messages([letter])
    except Exception as error:  # an edge: the others are sent whatever this was
        return _could_not(mail, error)
    _end(mail, is_sent=True, is_known=True)
    return True


def _could_not(mail: DueMail, error: Exception) -> bool | None:
    # not the error itself: it may hold the address
    logger.error("a mail could not be sent: %s", type(error).__name__)
    if isinstance(error, ValueError) or _is_refused_for_ever(error):
        _end(mail, is_sent=False, is_known=True)
        return False
    wait = _AGAIN_MINUTES[min(mail.tries, len(_AGAIN_MINUTES)) - 1]
    with transaction.atomic():
        later = {"claimed_until": None, "due_at": clock.now() + timedelta(minutes=wait)}
        DueMail.objects.filter(pk=mail.pk).update(**later)
    return False if isinstance(error, smtplib.SMTPRecipientsRefused) else None


def _is_refused_for_ever(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= HTTPStatus.INTERNAL_SERVER_ERROR for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= HTTPStatus.INTERNAL_SERVER_ERROR


def _end(mail: DueMail, *, is_sent: bool, is_known: bool) -> None:
    """`is_known`: told, or never to be told; a move that was taken back before its hour is neither."""
    with transaction.atomic():
        if is_known and mail.what in (What.MOVED, What.CALLED_OFF):
            MailContact.objects.filter(pk=mail.contact_id).update(knows=told_of(mail.contact.sign_up.event))
        DueMail.objects.filter(pk=mail.pk).update(ended_at=clock.now(), is_sent=is_sent, claimed_until=None)


def _moment(at: datetime) -> int:
    return int(at.timestamp())
