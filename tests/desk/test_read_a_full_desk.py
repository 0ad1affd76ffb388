"""A desk where 200 things wait and 10,000 rows stand in the log: small, few questions, the urgent first."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.desk.queries.alerts import MOST_OF_A_KIND
from ibasho.duty.actions import write_handover
from ibasho.house.models import Note
from ibasho.lib import clock as house_clock
from ibasho.moderation.models import Concern, Hiding, LogEntry, ReviewRequest
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Message, Room
from tests.conftest import KeeperClient
from tests.desk.conftest import OnDuty, Says, page_of

LOG_ROWS = 10_000
FAR = 1_000_000
CONCERNS, REVIEWS, NOTES = 80, 60, 60
MOST_BYTES = 60 * 1024
WORDS = "きょうは雨でした。お茶をいれて、本を読んでいます。" * 8


def fill_desk(room: Room, message: Message, keeper: KeeperFacts) -> None:
    """So much waits, some of it about dying, and some of it late."""
    now = house_clock.now()
    with transaction.atomic():
        Concern.objects.bulk_create(
            Concern(
                code_hash=f"c{number:063}",
                room=room,
                about=message.seat,
                reason="harm",
                words=WORDS,
                about_dying=number % 8 == 7,
                at=now - dt.timedelta(minutes=CONCERNS - number),
            )
            for number in range(CONCERNS)
        )
        hashes = [f"h{number:063}" for number in range(REVIEWS)]
        Hiding.objects.bulk_create(
            Hiding(
                room=room,
                seat=message.seat,
                keeper_id=keeper.keeper_id,
                rule_key="listen",
                at=now,
                lifted_at=now,
                code_hash=code_hash,
            )
            for code_hash in hashes
        )
        ReviewRequest.objects.bulk_create(
            ReviewRequest(
                code_hash=code_hash,
                asked_at=now - dt.timedelta(days=10) + dt.timedelta(hours=4 * number),
                words=WORDS,
                about_dying=number % 10 == 0,
            )
            for number, code_hash in enumerate(hashes)
        )
        Note.objects.bulk_create(
            Note(text=WORDS, written_on=house_clock.today(), about_dying=number % 6 == 0)
            for number in range(NOTES)
        )


def fill_log(rows: int) -> None:
    """Rows as they stand there; what the desk reads of the log is its head, and newer rows than that."""
    with transaction.atomic():
        for first in range(FAR, FAR + rows, 500):
            LogEntry.objects.bulk_create(
                LogEntry(
                    number=number,
                    at=house_clock.now(),
                    verb="hide",
                    room="engawa",
                    detail_hash="d" * 64,
                    prev="p" * 64,
                    hash="e" * 64,
                )
                for number in range(first, first + 500)
            )


@pytest.fixture
def message(watched: Room, regular: Person, says: Says) -> Message:
    return says(regular, watched, "きょうは雨でした。")


@pytest.fixture
def full(watched: Room, message: Message, keeper: KeeperFacts, second_keeper: KeeperFacts) -> None:
    for number in range(30):
        write_handover(second_keeper, facts=f"{number} {WORDS}", plan=WORDS)
    fill_desk(watched, message, keeper)
    fill_log(LOG_ROWS)


def test_it_stays_small_and_asks_as_few_questions_as_an_almost_empty_one(
    watched: Room,
    message: Message,
    keeper: KeeperFacts,
    second_keeper: KeeperFacts,
    steward: KeeperFacts,
    on_duty: OnDuty,
    keeper_client: KeeperClient,
) -> None:
    on_duty(steward, watched)
    client = keeper_client(steward)
    write_handover(second_keeper, facts=WORDS, plan="")
    fill_desk(watched, message, keeper)
    page_of(client, "/desk/")
    with CaptureQueriesContext(connection) as before:
        page_of(client, "/desk/")
    with transaction.atomic():
        Concern.objects.exclude(pk=Concern.objects.latest("pk").pk).delete()
        ReviewRequest.objects.exclude(pk=ReviewRequest.objects.latest("pk").pk).delete()
        Note.objects.exclude(pk=Note.objects.latest("pk").pk).delete()
    with CaptureQueriesContext(connection) as after:
        page_of(client, "/desk/")
    assert len(before) == len(after)


def test_the_page_holds_the_first_few_by_urgency_and_the_counts(
    full: None, watched: Room, steward: KeeperFacts, on_duty: OnDuty, keeper_client: KeeperClient
) -> None:
    on_duty(steward, watched)
    client = keeper_client(steward)
    page = page_of(client, "/desk/")
    assert len(page.encode()) <= MOST_BYTES
    assert f"知らせを、ぜんぶ見る（{CONCERNS}件）" in page
    assert f"見直しを、ぜんぶ見る（{REVIEWS}件）" in page
    assert f"ひとことメモを、ぜんぶ見る（{NOTES}件）" in page
    assert "ほかに、あと5件あります" in page
    shown = [int(number) for number in re.findall(r'href="/desk/concerns/(\d+)/"', page)]
    assert shown == list(
        Concern.objects.filter(about_dying=True).order_by("at").values_list("pk", flat=True)[:5]
    )
    asked = [int(number) for number in re.findall(r'<article class="wait" id="review-(\d+)"', page)]
    urgent = ReviewRequest.objects.filter(about_dying=True).order_by("asked_at")
    assert asked == list(urgent.values_list("pk", flat=True)[:5])


def test_many_that_lie_there_do_not_keep_a_new_one_from_being_told(
    full: None, watched: Room, keeper: KeeperFacts
) -> None:
    before = alerts_for(keeper, desk_now())
    assert sum(alert.id.startswith("concern-") for alert in before) == MOST_OF_A_KIND
    with transaction.atomic():
        Concern.objects.create(
            code_hash="n" * 64, room=watched, reason="life", about_dying=True, at=house_clock.now()
        )
    new = {alert.id for alert in alerts_for(keeper, desk_now())} - {alert.id for alert in before}
    assert new == {f"concern-{Concern.objects.latest('pk').pk}"}
