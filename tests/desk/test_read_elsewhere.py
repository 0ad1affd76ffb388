"""Reading a room without duty in it: with a reason, which stays in the log."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.moderation.actions import hide, read_elsewhere
from ibasho.moderation.models import LogEntry
from ibasho.moderation.queries import check_log
from ibasho.people.models import Person
from ibasho.people.queries import KeeperFacts
from ibasho.rooms.models import Finding, Room
from tests.conftest import KeeperClient
from tests.desk.conftest import Says, page_of

WHERE = "/desk/history/engawa/"
WHY = "見直しのお願いのために、前後を読みます。"


@pytest.fixture
def told(watched: Room, regular: Person, keeper: KeeperFacts, says: Says) -> Room:
    """With words that stand there, and words that are hidden."""
    says(regular, watched, "きょうは雨でした。")
    hide(keeper, watched.slug, says(regular, watched, "かくした言葉です。").pk, rule="listen")
    return watched


def test_without_a_reason_no_word_is_read(
    told: Room, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    answer = client.get(WHERE)
    assert (answer.status_code, answer["Location"]) == (303, "/desk/history/?room=engawa")
    assert '<option value="engawa" selected>' in page_of(client, answer["Location"])
    for reason in ("", " 　\n"):
        refused = client.post("/desk/history/", {"room": "engawa", "reason": reason})
        assert refused.status_code == 422
        assert "どうして読むのか" in refused.content.decode()
    assert client.get(WHERE).status_code == 303
    assert not LogEntry.objects.filter(verb="read_history").exists()


def test_with_a_reason_the_room_is_read_for_half_an_hour(
    told: Room, steward: KeeperFacts, keeper_client: KeeperClient, clock: time_machine.Traveller
) -> None:
    client = keeper_client(steward)
    answer = client.post("/desk/history/", {"room": "engawa", "reason": WHY})
    assert (answer.status_code, answer["Location"]) == (303, WHERE)
    page = page_of(client, WHERE)
    assert "きょうは雨でした。" in page
    assert page.index('<details class="veil">') < page.index("かくした言葉です。")
    clock.shift(dt.timedelta(minutes=29))
    assert client.get(WHERE).status_code == 200
    clock.shift(dt.timedelta(minutes=1))
    assert client.get(WHERE).status_code == 303


def test_who_read_where_and_why_stands_in_the_log(
    told: Room, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    client.post("/desk/history/", {"room": "engawa", "reason": WHY})
    page = page_of(client, "/desk/log/")
    for words in ("かじか", "当番ではない部屋の言葉を読みました", "部屋「縁側の部屋」", WHY):
        assert words in page
    assert LogEntry.objects.get(verb="read_history").actor == steward.keeper_id
    assert check_log() is None


def test_words_that_were_found_hard_to_read_stay_covered(
    told: Room, regular: Person, says: Says, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    hard = says(regular, told, "重い言葉です。")
    with transaction.atomic():
        Finding.objects.create(
            room=told, session=hard.session, seat=hard.seat, message=hard, label="abuse", at=hard.at
        )
    read_elsewhere(steward, "engawa", reason=WHY)
    page = page_of(keeper_client(steward), WHERE)
    assert '<p class="veil__text">重い言葉です。</p>' in page
    assert '<p class="message__text">きょうは雨でした。</p>' in page


def test_a_reason_opens_no_other_room_and_to_nobody_else(
    told: Room, hondana: Room, steward: KeeperFacts, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    read_elsewhere(steward, "engawa", reason=WHY)
    assert keeper_client(steward).get("/desk/history/hondana/").status_code == 303
    assert keeper_client(second_keeper).get(WHERE).status_code == 404
    with pytest.raises(Refusal) as refused:
        read_elsewhere(second_keeper, "engawa", reason=WHY)
    assert refused.value.code == "not_found"


def test_a_room_that_is_not_there_is_asked_for_and_long_words_come_back(
    told: Room, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client: Client = keeper_client(steward)
    assert client.post("/desk/history/", {"room": "nowhere", "reason": WHY}).status_code == 400
    page = client.post("/desk/history/", {"room": "engawa", "reason": "あ" * 201})
    assert (page.status_code, "あ" * 201 in page.content.decode()) == (422, True)
    assert not LogEntry.objects.filter(verb="read_history").exists()


def test_no_form_about_another_room_stands_where_a_room_is_on_no_list(
    told: Room, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(steward)
    with transaction.atomic():
        Room.objects.create(slug="meeting-0", title="土曜の会", entry=Room.Entry.MEETING, is_listed=False)
    for slug in ("nowhere", "meeting-0"):
        for path in (f"/desk/history/{slug}/", f"/desk/history/?room={slug}"):
            assert client.get(path).status_code == 404, path
    assert " selected>" not in page_of(client, "/desk/history/")


def test_words_of_earlier_sessions_come_page_by_page(
    told: Room, regular: Person, says: Says, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    for number in range(60):
        says(regular, told, f"言葉{number:03}")
    read_elsewhere(steward, "engawa", reason=WHY)
    client = keeper_client(steward)
    page = page_of(client, WHERE)
    assert "言葉059" in page
    assert "言葉009" not in page
    assert f'href="{WHERE}?before=13"' in page
    older = page_of(client, f"{WHERE}?before=13")
    assert "言葉009" in older
    assert "きょうは雨でした。" in older
    assert "言葉010" not in older
