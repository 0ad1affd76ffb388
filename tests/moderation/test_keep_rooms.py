"""The rooms' own verbs, as the desk calls them: done by rooms, written down here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import close_room, open_room, pause_room, resume_room, set_pace, set_topic
from ibasho.moderation.models import LogEntry
from ibasho.moderation.queries import VERB_WORDS, check_log
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from ibasho.rooms.queries import present_session

pytestmark = pytest.mark.django_db


def test_each_does_what_it_says_and_has_its_row(keeper: KeeperFacts, room: Room) -> None:
    until = house_clock.now() + dt.timedelta(hours=3)
    open_room(keeper, room.slug, until=until)
    pause_room(keeper, room.slug, minutes=10)
    resume_room(keeper, room.slug)
    set_pace(keeper, room.slug, seconds=20)
    set_topic(keeper, room.slug, text="すきな お茶")
    close_room(keeper, room.slug, minutes=15)
    room.refresh_from_db()
    session = present_session(room)
    assert session is not None
    assert (room.pace_seconds, room.topic, session.state) == (20, "すきな お茶", "closing")
    rows = [(entry.verb, entry.detail.facts) for entry in LogEntry.objects.select_related("detail")]
    assert rows == [
        ("open_room", {"until": house_clock.rfc3339(until)}),
        ("pause_room", {"minutes": 10}),
        ("resume_room", {}),
        ("set_pace", {"seconds": 20}),
        ("set_topic", {"text": "すきな お茶"}),
        ("close_room", {"minutes": 15}),
    ]
    assert {(entry.actor, entry.room) for entry in LogEntry.objects.all()} == {(keeper.keeper_id, room.slug)}
    assert check_log() is None


@pytest.mark.parametrize(
    "verb",
    [
        lambda who, slug: set_pace(who, slug, seconds=20),
        lambda who, slug: set_topic(who, slug, text="お茶"),
        lambda who, slug: pause_room(who, slug, minutes=10),
        lambda who, slug: resume_room(who, slug),
        lambda who, slug: close_room(who, slug, minutes=5),
        lambda who, slug: open_room(who, slug, until=house_clock.now() + dt.timedelta(hours=3)),
    ],
)
def test_without_duty_there_nothing_is_done_and_nothing_written(
    steward: KeeperFacts, room: Room, verb: Callable[[KeeperFacts, str], None]
) -> None:
    with pytest.raises(Refusal) as refused:
        verb(steward, room.slug)
    assert refused.value.code == "not_found"
    assert not LogEntry.objects.exists()


def test_a_refused_verb_leaves_no_row(keeper: KeeperFacts, room: Room) -> None:
    with pytest.raises(Refusal):
        set_pace(keeper, room.slug, seconds=7)
    assert not LogEntry.objects.exists()


def test_every_verb_of_the_log_has_its_words() -> None:
    code = "\n".join(file.read_text() for app in ("moderation", "desk") for file in _files(app))
    found = set(re.findall(r'(?:_log|append_log|write_down)\([\w.]+, "(\w+)"', code))
    assert {"hide", "set_pace", "read_note"} <= found
    assert found <= VERB_WORDS.keys()


def _files(app: str) -> Iterator[Path]:
    return (settings.ROOT / "ibasho" / app).rglob("*.py")


def test_the_same_pace_and_topic_again_are_no_rows(keeper: KeeperFacts, room: Room) -> None:
    for _ in range(2):
        set_pace(keeper, room.slug, seconds=20)
        set_topic(keeper, room.slug, text="お茶")
    assert [entry.verb for entry in LogEntry.objects.all()] == ["set_pace", "set_topic"]
