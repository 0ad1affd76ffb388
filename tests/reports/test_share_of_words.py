"""参加のしかた: by text alone, and who wrote most; coarse enough that nobody can be told from it."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from ibasho.events.actions import tick, tick_unannounced
from ibasho.events.models import Event, Visit
from ibasho.house.actions import acknowledge
from ibasho.house.models import HouseRulesVersion
from ibasho.people.actions import enter
from ibasho.people.models import Standpoint
from ibasho.reports.actions import tally_openings
from ibasho.reports.models import Figure, Opening
from ibasho.reports.periods import Period
from ibasho.reports.queries.counting import by_text_tenths
from ibasho.reports.queries.reading import sheet_of
from ibasho.reports.shapes import SMALLEST
from ibasho.rooms.models import Message, Room, RoomSession
from tests.events.conftest import new_meeting, signed
from tests.moderation.conftest import room, say
from tests.reports.conftest import close_on, shown
from tests.rooms.conftest import fresh_memory, line_for, visitor_for, words_of

__all__ = ["fresh_memory", "line_for", "room", "say", "visitor_for", "words_of"]
pytestmark = pytest.mark.django_db
YEAR = Period.year(2026)
BY_TEXT = "集まりに 文字だけで参加した方"
MOST = "部屋で いちばん多く書いた方の、言葉の割合（5人以上が書いた回の、まんなかの値）"


@pytest.fixture
def event(house: object, clock: Any) -> Event:
    starts = dt.datetime.fromisoformat("2027-02-13T13:30+09:00")
    clock.move_to(starts)
    return new_meeting(starts=starts)


def came(event: Event, by_text: int, otherwise: int) -> None:
    rows = [(True, by_text), (False, otherwise)]
    Visit.objects.bulk_create(
        Visit(event=event, standpoint="parent", who=f"-{uuid4()}", by_text=said)
        for said, many in rows
        for _ in range(many)
    )


def test_how_somebody_took_part_is_noted_where_it_was_said(event: Event) -> None:
    for way in ("text", "listen", "speak", "undecided"):
        tick(event.pk, signed(event, participation=way).sign_up.pk)
    tick_unannounced(event.pk, uuid4(), standpoint="parent", is_first=False)
    assert sorted(Visit.objects.values_list("by_text", flat=True), key=str) == [
        False,
        False,
        None,
        None,
        True,
    ]


@pytest.mark.parametrize(
    ("by_text", "otherwise", "tenths"),
    [(20, 30, 4), (5, 45, 1), (45, 5, 9), (4, 46, None), (46, 4, None), (20, 29, None), (5, 105, None)],
)
def test_a_share_is_told_in_tenths_of_many(
    event: Event, by_text: int, otherwise: int, tenths: int | None
) -> None:
    came(event, by_text, otherwise)
    assert by_text_tenths(YEAR) == tenths


def test_no_tenth_tells_how_many_there_were() -> None:
    """Whatever is said of so many would be said as well of up to fifteen more or fewer: 1 to 4 of each standpoint."""

    def said_of(many: int) -> set[int]:
        shares = {round(10 * by_text / many) for by_text in range(SMALLEST, many - SMALLEST + 1)}
        return shares - {0, 10}

    for many in range(50, 400):
        for other in range(many - 15, many + 16):
            assert said_of(other) >= said_of(many), (many, other)


def test_the_year_says_it_to_keepers_alone_and_no_month_does(event: Event, clock: Any) -> None:
    came(event, 20, 30)
    close_on(clock, "2027-04-08")
    assert shown("2026", "参加のしかた", BY_TEXT) == ["約4割"]
    assert not Figure.objects.filter(what="by_text_tenths", report__begins="2027-02-01").exists()
    public = sheet_of(YEAR, with_keepers=False)
    assert public is not None
    assert "参加のしかた" not in [table.title for table in public.tables]
    assert not Visit.objects.exists()


def _evening(room: Room, say: Any, seat_for: Any, letters: list[int]) -> Opening:
    for many in letters:
        person = enter(Standpoint.PERSON)
        acknowledge(person, HouseRulesVersion.objects.latest("number").number)
        seat_for(person, room)
        say(person, room, "あ" * many)
    RoomSession.objects.update(state="closed", paused_why="", paused_at=None)
    return Opening.objects.create(day=dt.date(2026, 11, 1), minutes=60)  # of another evening


@pytest.mark.parametrize(("letters", "percent"), [([40, 20, 20, 10, 10], 40), ([90, 5, 3, 2], None)])
def test_the_share_of_who_wrote_most_is_noted_where_five_wrote(
    room: Room, say: Any, seat_for: Any, clock: Any, letters: list[int], percent: int | None
) -> None:
    _evening(room, say, seat_for, letters)
    clock.move_to(dt.datetime(2026, 11, 22, 14, 30, tzinfo=dt.UTC))
    assert tally_openings() == 1
    assert Opening.objects.get(session__isnull=False).most_percent == percent


def test_what_was_hidden_or_taken_back_is_no_share(room: Room, say: Any, seat_for: Any, clock: Any) -> None:
    _evening(room, say, seat_for, [50, 20, 20, 20, 20, 20])
    longest = max(Message.objects.all(), key=lambda row: len(row.text or ""))
    Message.objects.filter(pk=longest.pk).update(state="hidden")
    clock.move_to(dt.datetime(2026, 11, 22, 14, 30, tzinfo=dt.UTC))
    tally_openings()
    assert Opening.objects.get(session__isnull=False).most_percent == 20


@pytest.mark.parametrize(("evenings", "words"), [(5, "30%"), (4, "—")])
def test_the_middle_of_five_evenings_is_told(house: object, clock: Any, evenings: int, words: str) -> None:
    for percent in (20, 25, 30, 60, 90)[:evenings]:
        Opening.objects.create(day=dt.date(2026, 11, 10), minutes=60, most_percent=percent)
    Opening.objects.create(day=dt.date(2026, 11, 11), minutes=60)
    close_on(clock, "2026-12-08")
    assert shown("2026-11", "参加のしかた", MOST) == [words]
