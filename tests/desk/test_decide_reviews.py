"""Reviews at the desk: the overdue first, the page that decides, and lines for the tests of the screening."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.db import transaction
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.house.actions import leave_note
from ibasho.house.queries import notices_for
from ibasho.moderation.actions import ask_review, forget_old_candidates, hide, overturn_act
from ibasho.moderation.models import LogEntry, ReviewRequest, ScreeningCandidate
from ibasho.people.models import Keeper, Person, Role
from ibasho.people.queries import KeeperFacts, facts_of
from ibasho.rooms.actions import purge_words
from ibasho.rooms.models import Message, Room
from tests.conftest import KeeperClient
from tests.desk.conftest import OnDuty, Says, page_of

WORDS = "きょうは、死ぬほど眠いです。"


@pytest.fixture
def message(watched: Room, regular: Person, says: Says) -> Message:
    return says(regular, watched, WORDS)


@pytest.fixture
def review(watched: Room, keeper: KeeperFacts, message: Message, regular: Person) -> ReviewRequest:
    """About words that みどり hid."""
    hide(keeper, watched.slug, message.pk, rule="listen")
    return ask_review(notices_for(regular.pk)[0]["act"], "ねむいだけです。")


@pytest.fixture
def coordinator(second_keeper: KeeperFacts) -> KeeperFacts:
    return _with_roles(second_keeper, Role.MODERATOR, Role.COORDINATOR)


def _with_roles(keeper: KeeperFacts, *roles: Role) -> KeeperFacts:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    with transaction.atomic():
        row.roles.all().delete()
        for role in roles:
            row.roles.create(role=role, given_on=row.began_on)
    return facts_of(Keeper.objects.get(pk=row.pk))


def _field(page: str, name: str) -> str:
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    assert found
    return found[1]


def test_it_stands_before_notes_with_the_day_it_is_due(
    review: ReviewRequest, coordinator: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    leave_note("お茶がおいしかったです。")
    page = page_of(keeper_client(coordinator), "/desk/")
    assert page.index("見直しのお願い") < page.index("お茶がおいしかったです。")
    assert "11月29日（日）</time>までに答えます" in page
    assert f'href="/desk/reviews/{review.pk}/"' in page
    assert "見直しのお願い" not in page_of(keeper_client(keeper), "/desk/")


def test_overdue_is_said_first_and_makes_the_desk_look_again(
    review: ReviewRequest,
    coordinator: KeeperFacts,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    client = keeper_client(coordinator)
    clock.move_to(review.due_at - dt.timedelta(seconds=1), tick=False)
    before = desk_now()
    assert "late-review" not in str(alerts_for(coordinator, before))
    clock.shift(dt.timedelta(seconds=1))
    now = desk_now()
    assert now.version != before.version
    assert f"late-review-{review.pk}" in str(alerts_for(coordinator, now))
    assert "late-review" not in str(alerts_for(keeper, now))
    page = page_of(client, "/desk/")
    first = page[: page.index("申し送り</h2>")]
    assert f'答える日をすぎて待っています。 <a href="/desk/reviews/{review.pk}/">見直す</a>' in first
    assert "答える日をすぎています" in page[page.index("待っていること") :]
    overturn_act(coordinator, review.pk)
    assert "late-review" not in str(alerts_for(coordinator, desk_now()))


def test_hard_words_are_covered_on_the_page_that_decides(
    review: ReviewRequest, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    page = page_of(keeper_client(coordinator), f"/desk/reviews/{review.pk}/")
    for words in (WORDS, "ねむいだけです。"):
        assert re.search(rf'<details class="veil">(?:(?!</details>).)*{words}', page, re.DOTALL)
    assert "みどりさんが、書き込みをかくしました。" in page
    assert "前の判断をとりけしました。いやな思いをさせて、ごめんなさい。" in page
    assert "今回は前の判断のままにします。" in page


def test_what_was_said_around_it_is_offered_where_a_room_is_on_a_list(
    review: ReviewRequest, watched: Room, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client, around = keeper_client(coordinator), f"/desk/history/?room={watched.slug}"
    assert around in page_of(client, f"/desk/reviews/{review.pk}/")
    with transaction.atomic():
        Room.objects.filter(pk=watched.pk).update(entry=Room.Entry.MEETING, is_listed=False)
    assert around not in page_of(client, f"/desk/reviews/{review.pk}/")


def test_one_tap_takes_the_act_back_and_keeps_the_line(
    review: ReviewRequest,
    coordinator: KeeperFacts,
    message: Message,
    steward: KeeperFacts,
    keeper_client: KeeperClient,
) -> None:
    client = keeper_client(coordinator)
    where = f"/desk/reviews/{review.pk}/"
    line = _field(page_of(client, where), "line")
    assert line == WORDS
    answer = client.post(f"{where}decision/", {"outcome": "overturned", "line": line, "words": ""})
    assert (answer.status_code, answer["Location"]) == (303, where)
    message.refresh_from_db()
    assert message.state == "shown"
    page = page_of(client, where)
    assert "前の判断をとりけしました。" in page
    assert 'name="outcome"' not in page
    stewards = keeper_client(steward)
    assert WORDS in page_of(stewards, "/desk/reviews/lines/")
    file = stewards.get("/desk/reviews/lines/file/")
    assert file["Content-Disposition"] == 'attachment; filename="lines.tsv"'
    head, row = file.content.decode().splitlines()
    assert head == "id\ttext\tlabels\tnote"
    assert row.split("\t")[1:3] == [WORDS, "none"]
    assert "縁側" not in row
    assert "こもれび" not in row


@pytest.mark.parametrize("text", ["電話は 000-0000-0000 です。", "あ" * 41, "https://a.example/ を見て"])
def test_words_that_could_lead_to_somebody_are_not_put_into_the_field(
    watched: Room,
    keeper: KeeperFacts,
    coordinator: KeeperFacts,
    regular: Person,
    says: Says,
    keeper_client: KeeperClient,
    text: str,
) -> None:
    hide(keeper, watched.slug, says(regular, watched, text).pk, rule="listen")
    review = ask_review(notices_for(regular.pk)[0]["act"])
    page = page_of(keeper_client(coordinator), f"/desk/reviews/{review.pk}/")
    assert text in page
    assert _field(page, "line") == ""


def test_keeping_it_asks_for_a_reason_and_loses_no_word(
    review: ReviewRequest, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client = keeper_client(coordinator)
    where = f"/desk/reviews/{review.pk}/decision/"
    answer = client.post(where, {"outcome": "upheld", "words": "かんがえた言葉です。"})
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "どの約束のことか、ひとつえらんでください" in page
    assert "かんがえた言葉です。" in page
    answer = client.post(where, {"outcome": "upheld", "rule": "listen", "words": "あ" * 201})
    assert answer.status_code == 422
    assert re.search(r'value="listen" required checked', answer.content.decode())
    answer = client.post(where, {"outcome": "overturned", "words": "あ" * 201, "line": "書きかえた言葉"})
    assert _field(answer.content.decode(), "line") == "書きかえた言葉"
    assert client.post(where, {"outcome": "both"}).status_code == 400
    assert ReviewRequest.objects.get().outcome == ""
    client.post(where, {"outcome": "upheld", "rule": "listen", "words": "かんがえた言葉です。"})
    page = page_of(client, f"/desk/reviews/{review.pk}/")
    assert "前の判断のままにしました。" in page
    assert "かんがえた言葉です。" in page


def test_who_acted_sees_plainly_that_another_decides(
    watched: Room,
    steward: KeeperFacts,
    coordinator: KeeperFacts,
    message: Message,
    regular: Person,
    keeper_client: KeeperClient,
    on_duty: OnDuty,
) -> None:
    on_duty(steward, watched)
    hide(steward, watched.slug, message.pk, rule="listen")
    review = ask_review(notices_for(regular.pk)[0]["act"])
    client = keeper_client(steward)
    page = page_of(client, f"/desk/reviews/{review.pk}/")
    assert "あなたがした声かけです。" in page
    assert 'name="outcome"' not in page
    refused = client.post(f"/desk/reviews/{review.pk}/decision/", {"outcome": "overturned"})
    assert refused.status_code == 400
    assert ReviewRequest.objects.get().outcome == ""
    _with_roles(coordinator, Role.MODERATOR)
    for path in ("/desk/", f"/desk/reviews/{review.pk}/"):
        assert "決められる人が、いまは、声をかけた本人のほかにいません。" in page_of(client, path)


def test_words_that_are_swept_away_can_still_be_read_for_the_review(
    review: ReviewRequest,
    coordinator: KeeperFacts,
    keeper_client: KeeperClient,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(dt.timedelta(days=40))
    purge_words()
    assert not Message.objects.exists()
    assert WORDS in page_of(keeper_client(coordinator), f"/desk/reviews/{review.pk}/")


def test_a_line_can_be_taken_off_and_ends_by_itself(
    steward: KeeperFacts, keeper_client: KeeperClient, clock: time_machine.Traveller
) -> None:
    rows = [
        ScreeningCandidate.objects.create(line=line, noted_on=dt.date(2026, 11, 22)) for line in ("い", "ろ")
    ]
    client = keeper_client(steward)
    for _ in range(2):
        assert client.post(f"/desk/reviews/lines/{rows[0].pk}/removal/").status_code == 303
    assert [row.line for row in ScreeningCandidate.objects.all()] == ["ろ"]
    assert LogEntry.objects.filter(verb="remove_candidate").count() == 1
    clock.shift(dt.timedelta(days=180))
    forget_old_candidates()
    assert ScreeningCandidate.objects.exists()
    clock.shift(dt.timedelta(days=1))
    forget_old_candidates()
    assert not ScreeningCandidate.objects.exists()


def test_the_list_tells_what_was_decided(
    review: ReviewRequest, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    overturn_act(coordinator, review.pk)
    page = page_of(keeper_client(coordinator), "/desk/reviews/")
    assert "前の判断をとりけしました。" in page
    assert "いまは、ありません。" in page


def test_the_same_as_json(
    review: ReviewRequest, coordinator: KeeperFacts, keeper_client: KeeperClient
) -> None:
    client: Client = keeper_client(coordinator)
    json = {"Accept": "application/json"}
    where = f"/desk/reviews/{review.pk}/decision/"
    refused = client.post(where, {"outcome": "upheld", "rule": "nothing"}, headers=json)
    assert (refused.status_code, refused.json()["code"]) == (400, "malformed")
    assert client.post(where, {"outcome": "overturned"}, headers=json).json() == {"outcome": "overturned"}
