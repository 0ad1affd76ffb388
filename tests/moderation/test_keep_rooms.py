"""The rooms' own verbs, as the desk calls them: done by rooms, written down here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from ibasho.house.models import HouseRule
from ibasho.lib import clock as house_clock
from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import (
    close_room,
    open_room,
    pause_room,
    resume_room,
    set_pace,
    set_stage,
    set_topic,
)
from ibasho.moderation.models import LogEntry
from ibasho.moderation.queries import VERB_WORDS, check_log
from ibasho.moderation.queries.reasons import NEVER_FOR_A_ROOM, ROOM_REASONS, RULE_REASONS, room_reasons
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Room
from ibasho.rooms.queries import present_session
from ibasho.rooms.queries.sessions import shape_of

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
        ("pause_room", {"minutes": 10, "rule": "stay_here"}),
        ("resume_room", {}),
        ("set_pace", {"seconds": 20, "rule": "stay_here"}),
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


def test_what_is_done_to_a_room_rests_on_a_promise_that_the_room_reads_and_the_log_keeps(
    keeper: KeeperFacts, room: Room
) -> None:
    def because() -> str:
        room.refresh_from_db()
        return shape_of(room, present_session(room), "quiet", house_clock.now()).get("because", "")

    asked: list[Callable[[], None]] = [
        lambda: pause_room(keeper, room.slug, minutes=10, rule="listen"),
        lambda: set_pace(keeper, room.slug, seconds=20, rule="own_pace"),
        lambda: set_stage(keeper, room.slug, stage="checked_first", is_on=True, rule="listen"),
        lambda: set_stage(keeper, room.slug, stage="newcomers_first", is_on=True, rule="own_pace"),
    ]
    said = []
    for number, act in enumerate(asked):
        act()
        said.append(because())
        if not number:
            resume_room(keeper, room.slug)
            assert because() == ""
    assert said == [
        "「人の話を、そのまま聞きます」を、大切にするためです（約束一）。",
        "「話しても、だまっていてもいいです」を、大切にするためです（約束二）。",
        *["「人の話を、そのまま聞きます」を、大切にするためです（約束一）。"] * 2,
    ], "newcomers alone notice the last"
    cited = [entry.rule for entry in LogEntry.objects.order_by("number") if entry.verb != "resume_room"]
    assert cited == ["listen", "own_pace", "listen", "own_pace"]


def test_undoing_rests_on_nothing_and_takes_the_sentence_away(keeper: KeeperFacts, room: Room) -> None:
    for seconds in (20, 0):
        set_pace(keeper, room.slug, seconds=seconds, rule="listen")
    for is_on in (True, False):
        set_stage(keeper, room.slug, stage="checked_first", is_on=is_on, rule="listen")
    assert [entry.rule for entry in LogEntry.objects.order_by("number")] == ["listen", "", "listen", ""]
    room.refresh_from_db()
    assert (room.cited, room.planned) == (None, None)


@pytest.mark.parametrize(
    "verb",
    [
        lambda who, slug: pause_room(who, slug, minutes=10, rule="nothing"),
        lambda who, slug: set_pace(who, slug, seconds=20, rule="nothing"),
        lambda who, slug: set_stage(who, slug, stage="checked_first", is_on=True, rule="nothing"),
        lambda who, slug: pause_room(who, slug, minutes=10, rule="about_dying"),
        lambda who, slug: set_pace(who, slug, seconds=20, rule="about_dying"),
        lambda who, slug: set_stage(who, slug, stage="newcomers_first", is_on=True, rule="about_dying"),
    ],
)
def test_a_promise_that_is_not_in_force_or_tells_of_somebody_is_none(
    keeper: KeeperFacts, room: Room, verb: Callable[[KeeperFacts, str], None]
) -> None:
    HouseRule.objects.filter(key="own_pace").update(key="about_dying")
    with pytest.raises(Refusal) as refused:
        verb(keeper, room.slug)
    assert refused.value.code == "malformed"
    assert not LogEntry.objects.exists()
    room.refresh_from_db()
    assert (room.pace_seconds, room.checked_first, room.newcomers_first) == (0, False, False)


def test_where_none_was_named_it_is_the_usual_one(keeper: KeeperFacts, room: Room) -> None:
    HouseRule.objects.filter(key="own_pace").update(key="tell_us")
    pause_room(keeper, room.slug, minutes=10)
    assert LogEntry.objects.get().rule == "tell_us"
    room.refresh_from_db()
    assert room.cited == {"pause": "みんなが、安心していられるようにするためです（約束二）。"}


def test_every_promise_of_the_sample_has_a_sentence_for_a_room() -> None:
    assert ROOM_REASONS.keys() == RULE_REASONS.keys() - {NEVER_FOR_A_ROOM}


def test_a_room_is_never_told_that_somebody_wrote_of_dying(keeper: KeeperFacts, room: Room) -> None:
    HouseRule.objects.filter(key="stay_here").update(key=NEVER_FOR_A_ROOM)
    assert [reason.key for reason in room_reasons()] == ["listen", "own_pace"]
    pause_room(keeper, room.slug, minutes=10)  # for the last one, as no usual one is there
    assert LogEntry.objects.get().rule == "own_pace"
