"""A house with meetings that goes back to an earlier release, and forward again, keeps them."""

from __future__ import annotations

from pathlib import Path

from tests.ops.served import command, make_tables

_THERE_AND_BACK = """
from datetime import timedelta
from django.core.management import call_command
from django.db import connection, transaction
from ibasho.events.actions import number_changes
from ibasho.events.models import Event, Revision
from ibasho.lib import clock
with transaction.atomic():
    starts = clock.now() + timedelta(days=1)
    Event.objects.create(kind="activity", starts=starts, ends=starts + timedelta(hours=1), title="会", published_on=clock.today())
assert number_changes() == 1
call_command("migrate", "events", "0005", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT count(*) FROM events_revision WHERE starts IS NOT NULL")
    assert cursor.fetchone() == (1,)
call_command("migrate", "events", verbosity=0)
assert Revision.objects.get().event == Event.objects.get()
"""

_WHAT_PASSES = """
from django.core.management import call_command
from django.db import connection, transaction
from ibasho.rooms.actions.passing import cite, set_for_now
from ibasho.rooms.models import Room
with transaction.atomic():
    Room.objects.create(slug="yoru", title="夜", about="夜", pace_seconds=10)
    set_for_now(Room.objects.get(slug="yoru"), "pace_seconds", 60)
    set_for_now(Room.objects.get(slug="yoru"), "checked_first", True)
    cite(Room.objects.get(slug="yoru"), "checked_first", "みんなのためです。")
call_command("migrate", "rooms", "0011", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT planned FROM rooms_room WHERE slug = 'yoru'")
    (planned,) = cursor.fetchone()
assert "checked_first" in planned and "cited" not in planned, planned
call_command("migrate", "rooms", "0010", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT pace_seconds, checked_first FROM rooms_room WHERE slug = 'yoru'")
    pace, is_checked = cursor.fetchone()
assert (pace, bool(is_checked)) == (10, False), (pace, is_checked)
"""

_WISH = """
from django.core.management import call_command
from django.db import connection, transaction
from ibasho.lib import clock
from ibasho.moderation.models import Incident, IncidentStep, IncidentWords
from ibasho.rooms.models import Room
with transaction.atomic():
    room, now = Room.objects.create(slug="yoru", title="夜", about="夜"), clock.now()
    incident = Incident.objects.create(room=room, level="look", about_other=False, begun_at=now, alerted_at=now)
    IncidentWords.objects.create(incident=incident, origin="asked", at=now)
    IncidentStep.objects.create(incident=incident, what="wished", at=now)
call_command("migrate", "moderation", "0020", verbosity=0)
def only(question):
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()
assert only("SELECT origin FROM moderation_incidentwords") == [("told",)]
assert only("SELECT what FROM moderation_incidentstep") == [("joined",)]
"""


def test_a_wish_for_a_talk_goes_back_under_a_name_that_the_release_before_knows(tmp_path: Path) -> None:
    said = command(make_tables(tmp_path), "django", "shell", "-c", _WISH)
    assert said.returncode == 0, said.stderr


def test_a_room_goes_back_as_planned_and_not_as_it_was_set_for_an_evening(tmp_path: Path) -> None:
    said = command(make_tables(tmp_path), "django", "shell", "-c", _WHAT_PASSES)
    assert said.returncode == 0, said.stderr


_A_NAME_GONE = """
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.timezone import now
from uuid import uuid4
from ibasho.rooms.models import Message, Room, RoomSession, Seat
with transaction.atomic():
    room = Room.objects.create(slug="yoru", title="夜", about="夜")
    session = RoomSession.objects.create(room=room, opens_at=now(), first_position=1, first_seq=0)
    seat = Seat.objects.create(id=uuid4(), room=room, mode="speak", first_entered_at=now(), active_at=now())
    for place, (name, unnamed) in enumerate([("なぎ", True), ("くさ", False)], start=1):
        Message.objects.create(
            id=uuid4(), room=room, session=session, seat=seat, position=place, seq=place, posted_seq=place,
            request_id=uuid4(), call_name=name, name_skeleton=name, unnamed=unnamed, text="夜", at=now(),
        )
call_command("migrate", "rooms", "0011", verbosity=0)
with connection.cursor() as cursor:
    cursor.execute("SELECT call_name, name_skeleton FROM rooms_message ORDER BY position")
    names = cursor.fetchall()
assert [tuple(row) for row in names] == [("", ""), ("くさ", "くさ")], names
"""


def test_a_name_that_keepers_took_is_not_shown_by_the_release_before(tmp_path: Path) -> None:
    said = command(make_tables(tmp_path), "django", "shell", "-c", _A_NAME_GONE)
    assert said.returncode == 0, said.stderr


def test_meetings_survive_the_way_back(tmp_path: Path) -> None:
    said = command(make_tables(tmp_path), "django", "shell", "-c", _THERE_AND_BACK)
    assert said.returncode == 0, said.stderr
