"""A thief of the disk finds no words that were taken back, once the log has been emptied."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection, transaction

from ibasho.lib import due
from ibasho.lib.sqlite.log import empty_log
from ibasho.people import actions as people
from ibasho.people.models import Person
from ibasho.rooms.actions import post_messages, withdraw_message
from ibasho.rooms.hygiene import hear
from ibasho.rooms.models import Room
from ibasho.rooms.queries import own_line
from ibasho.rooms.shapes import Line, Posted
from tests.rooms.conftest import VisitorFor, visitor_for  # noqa: F401 - a fixture


@pytest.fixture
def line(request: pytest.FixtureRequest, visitor_for: VisitorFor) -> Line:  # noqa: F811
    with transaction.atomic():
        regular: Person = request.getfixturevalue("regular")
        room: Room = request.getfixturevalue("trial_room")
        request.getfixturevalue("seat_for")(regular, room)
        return own_line(visitor_for(regular), room.slug)


def _on_disk(words: str) -> bool:
    file = Path(str(connection.settings_dict["NAME"]))
    files = [path for path in file.parent.glob(file.name + "*") if path.is_file()]
    assert files
    return any(words.encode() in path.read_bytes() for path in files)


def _say(line: Line, text: str) -> str:
    [answer] = post_messages([hear(line, "post", {"id": str(uuid4()), "text": text})])
    assert isinstance(answer, Posted)
    return answer.message_id


@pytest.mark.django_db(transaction=True)
def test_withdrawn_and_erased_words_leave_the_disk(line: Line) -> None:
    withdrawn = _say(line, "とりけす言葉ほたるぶくろ")
    _say(line, "けす言葉つりがねそう")
    assert _on_disk("ほたるぶくろ")
    assert _on_disk("つりがねそう"), "or this test would prove nothing"
    withdraw_message(hear(line, "withdraw", {"id": str(uuid4()), "message": withdrawn}))
    with transaction.atomic():
        people.erase(Person.objects.get(pk=line.person_id))
    assert empty_log()
    assert not _on_disk("ほたるぶくろ")
    assert not _on_disk("つりがねそう")


def test_the_log_is_emptied_every_minute() -> None:
    assert [work.seconds for work in due.all_work() if work.func is empty_log] == [60]
