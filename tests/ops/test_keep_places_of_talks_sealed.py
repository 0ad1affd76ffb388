"""Somebody's number, or where one talks with them, lies in no file of the house as it was written."""

from __future__ import annotations

from pathlib import Path

from tests.ops.served import command, make_tables

NUMBER = "070-0000-7777"
NAME = "くさのね"
_SIGN_UP = """
from datetime import timedelta
from uuid import uuid4
from django.core.management import call_command
from django.db import transaction
from ibasho.events.actions import arrange_interview, sign_up
from ibasho.events.models import Event, EventAudience, Interview
from ibasho.events.next_steps import interview_facts
from ibasho.events.wishes import Wish
from ibasho.lib import clock
starts = clock.now() + timedelta(days=3)
hour = clock.now() + timedelta(days=1)
with transaction.atomic():
    event = Event.objects.create(kind="family_meeting", title="会", has_intake=True, starts=starts,
        ends=starts + timedelta(hours=1), published_on=clock.today())
    EventAudience.objects.create(event=event, standpoint="parent")
row = sign_up(event.pk, Wish(request_id=uuid4(), standpoint="parent", call_name="くさのね"), by_keeper=True).sign_up
def shown():
    return [fact.words for fact in interview_facts(Interview.objects.get()) if fact.what == "どこで"]
"""
_ARRANGE = f"""
from ibasho.events.contacts import open_contact
from ibasho.events.models import SignUpContact
arrange_interview(row.pk, at=hour, way="phone", where="家から {NUMBER}", number="{NUMBER}")
assert shown() == ["家から {NUMBER}"]
assert open_contact(SignUpContact.objects.get()) == "{NUMBER}"
"""
_AS_IT_WAS = f"""
import hashlib
from django.db import connection
from ibasho.events.models import DueMail, MailContact
arrange_interview(row.pk, at=hour, way="visit", where="{NUMBER}")
talk = Interview.objects.get()
with transaction.atomic():
    contact = MailContact.objects.create(sign_up=row, sealed="x", stop_hash="x", knows="x", given_on=clock.today())
    for about in (talk.number, 77):
        DueMail.objects.create(contact=contact, what="talk", about=about, due_at=hour)
call_command("migrate", "events", "0024", verbosity=0)
plain = int(hashlib.sha256(f"{{talk.pk}} {{talk.at.timestamp()}}".encode()).hexdigest()[:15], 16)
def rows(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()
assert rows('SELECT "where" FROM events_interview') == [("{NUMBER}",)]
assert (plain,) in rows("SELECT about FROM events_duemail")
"""
_FORWARD = f"""
from django.core.management import call_command
from ibasho.events.models import DueMail, Interview
from ibasho.events.talk_places import open_place
call_command("migrate", "events", verbosity=0)
talk = Interview.objects.get()
assert open_place(talk) == "{NUMBER}"
numbers = set(DueMail.objects.values_list("about", flat=True))
assert talk.number in numbers and 77 not in numbers and len(numbers) == 2
"""


def _run(data: Path, script: str) -> None:
    said = command(data, "django", "shell", "-c", script)
    assert said.returncode == 0, said.stderr


def _files(data: Path) -> bytes:
    return b"".join(file.read_bytes() for file in data.rglob("*") if file.is_file())


def test_a_number_and_where_one_talks_are_written_down_sealed(tmp_path: Path) -> None:
    data = make_tables(tmp_path)
    _run(data, _SIGN_UP + _ARRANGE)
    assert NAME.encode() in _files(data), "the sign-up itself is kept"
    assert NUMBER.encode() not in _files(data)


def test_what_was_written_down_before_is_sealed_too_and_there_is_a_way_back(tmp_path: Path) -> None:
    data = make_tables(tmp_path)
    _run(data, _SIGN_UP + _AS_IT_WAS)
    assert NUMBER.encode() in _files(data), "as an earlier release keeps it"
    _run(data, _FORWARD)
    assert NAME.encode() in _files(data), "the sign-up itself is kept"
    assert NUMBER.encode() not in _files(data)
