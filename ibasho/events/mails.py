"""Mails about one sign-up: the address under the house secret, the words, and the link that stops them."""

from __future__ import annotations

import hashlib
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from ibasho.events.models import DueMail, Event, MailContact, Offer, SignUp
from ibasho.events.queries.events import hours_of
from ibasho.lib import clock, env, links, mailing
from ibasho.people.accounts import sealing

What = DueMail.What
_PURPOSE = "mail of a sign-up"
_TOKEN = 32
_LOOK = "{origin}/sign-ups/mine/\n（ひらけないときは、ひかえの番号で 見られます。）\n"
_FOOT = "\n\nおしらせを とめる：\n{stop}\n"
_WORDS = {
    What.REMINDER: (
        "{day}の おしらせです。\n{when}\n\n"
        "「行けたら行く」で、大丈夫です。行けなくなったときは、下のページで いつでも やめられます。\n"
    ),
    What.OFFER: (
        "{when}の 席が あきました。\n"
        "{until}まで、とっておきます。返事がなくても、順番は そのままです。\n"
        "下のページで、答えられます。\n"
    ),
    What.MOVED: "予定が かわりました。いまは、こうなっています。\n{when}\n\nくわしいことは、下のページに あります。\n",
    What.CALLED_OFF: "{when}の 予定は、なくなりました。\nくわしいことは、下のページに あります。\n",
    What.TALK: "時間が きまりました。\n{talk}\n\nくわしいことは、下のページに あります。\n",
    What.TALK_SOON: "{talk_day}の おしらせです。\n{talk}\n\n都合が わるくなったときは、下のページで 別の日に できます。\n",
    What.TALK_OFF: "お知らせした時間は、なくなりました。きまったら、また お知らせします。\n",
    What.ANSWERED: "お返事が あります。下のページで、読めます。\n",
    What.BROUGHT_BACK: "なくなったと お知らせした予定は、やはり あります。\n{when}\n\nくわしいことは、下のページに あります。\n",
}


def seal_mail(mail: str) -> str:
    return sealing.seal(mail, _PURPOSE)


def open_mail(contact: MailContact) -> str:
    """As it was given; empty where the house secret is another one now."""
    try:
        return sealing.unseal(contact.sealed, _PURPOSE)
    except InvalidToken:
        return ""


def stop_token(row: SignUp) -> str:
    """Stands in every mail of a sign-up; nobody can tell it without the house secret, and it only stops."""
    return env.derived(settings.HOUSE_SECRET, f"stop mails of {row.pk}")[:_TOKEN]


def stop_hash(token: str) -> str:
    return hashlib.sha256(token[: 2 * _TOKEN].encode()).hexdigest()


def told_of(event: Event) -> str:
    """Stands for day, hours and place, as whoever signed up has been told."""
    facts = (event.starts, event.ends, event.way, event.place, event.meeting_point)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def number_of(told: str) -> int:
    """Which of several changes it was."""
    return int(told[:15], 16)


def mail_of(mail: DueMail, to: str, now: datetime, connection: BaseEmailBackend) -> EmailMessage:
    """Says neither what is met about, nor where, nor with whom; the same mail sent again has the same id."""
    row = mail.contact.sign_up
    stop = f"{links.origin()}/sign-ups/mail/{stop_token(row)}/"
    headers = {
        "Message-ID": f"<news.{stop_hash(f'{mail.pk} {stop}')[:_TOKEN]}@{links.host()}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    body = _words(mail, row, now) + _LOOK.format(origin=links.origin()) + _FOOT.format(stop=stop)
    return mailing.neutral_mail(to, body, headers=headers, connection=connection)


def _words(mail: DueMail, row: SignUp, now: datetime) -> str:
    event = row.event
    talk = row.interview.at if hasattr(row, "interview") else None
    return _WORDS[What(mail.what)].format(
        day=_near(event.starts, now),
        when=f"{clock.day_text(event.starts)} {hours_of(event)}",
        until=_until(mail) if mail.what == What.OFFER else "",
        talk=clock.when_text(talk) if talk else "",
        talk_day=_near(talk, now) if talk else "",
    )


def _near(moment: datetime, now: datetime) -> str:
    return "きょう" if clock.tokyo(moment).date() == clock.tokyo(now).date() else "あす"


def _until(mail: DueMail) -> str:
    return clock.when_text(Offer.objects.get(pk=mail.about).until)
