"""The private calendar address of a person, and the mails of what is tied, for わたし and the download."""

from __future__ import annotations

from collections.abc import Sequence

from ibasho.events.mails import open_mail
from ibasho.events.models import Feed, MailContact, SignUp
from ibasho.lib import clock
from ibasho.people.models import Person
from ibasho.people.my_record import Section

TABLES = {
    "events.Feed": "カレンダーの あて先",
    "events.MailContact": "おしらせの メールのあて先",
    "events.DueMail": "送る おしらせのメール",
}


def sections(person: Person) -> Sequence[Section]:
    return [*_calendar(person), *_mails(person)]


def _mails(person: Person) -> Sequence[Section]:
    """The address itself stands in the download alone: わたし may be open on a table at home."""
    contacts = MailContact.objects.filter(sign_up__person=person).select_related("sign_up__event")
    rows = [(contact.sign_up.event.title, "メールで お知らせします") for contact in contacts]
    apart = [(contact.sign_up.event.title, open_mail(contact)) for contact in contacts]
    return [Section("おしらせのメール", rows, "会のつぎの日。", apart=apart)]


def _calendar(person: Person) -> Sequence[Section]:
    """Whoever has nothing tied is not offered an empty calendar."""
    feed = Feed.objects.filter(person=person).first()
    if feed is None and not SignUp.objects.filter(person=person).exists():
        return []
    made = f"{clock.day_text(feed.made_on)}に つくりました" if feed else "つくっていません"
    link = ("/me/calendar/", "カレンダーの あて先のページへ")
    return [Section("カレンダー", [("あて先", made)], "ご自分で やめるまで。", link=link)]
