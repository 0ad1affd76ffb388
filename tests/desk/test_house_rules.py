"""約束: a next version is drafted, shown, put in force, and taken back before its day."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.test import Client

from ibasho.house.clauses import Clause, clauses_of, group_moved, moved, put
from ibasho.house.models import HouseRulesVersion
from ibasho.house.queries import next_rules, rules_in_force
from ibasho.moderation.models import LogEntry
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient
from tests.desk.house_kit import fields_of, seen_on

RULES, DRAFT = "/desk/house/rules/", "/desk/house/rules/draft/"
PUBLISH = DRAFT + "publication/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    client = keeper_client(steward)
    client.post(DRAFT)
    return client


def _draft() -> HouseRulesVersion:
    return HouseRulesVersion.objects.get(number=2)


def _texts(version: HouseRulesVersion) -> list[str]:
    return [clause.text for clause in clauses_of(version)]


def test_a_draft_begins_with_the_words_of_now(desk: Client) -> None:
    present = rules_in_force()
    assert present is not None
    assert present.number == 1
    assert clauses_of(_draft()) == clauses_of(present)
    assert LogEntry.objects.latest("number").verb == "draft_rules"


def test_there_is_one_draft_at_a_time(desk: Client) -> None:
    desk.post(DRAFT)
    assert HouseRulesVersion.objects.count() == 2
    assert LogEntry.objects.filter(verb="draft_rules").count() == 1


def test_a_clause_is_changed_in_the_draft_only(desk: Client) -> None:
    path = DRAFT + "clauses/listen/"
    sent = fields_of(desk.get(path), path) | {"text": "人の ｜話《はなし》を、ゆっくり 聞きます。"}
    assert desk.post(path, sent)["Location"] == DRAFT
    assert _texts(_draft())[0] == "人の ｜話《はなし》を、ゆっくり 聞きます。"
    assert _texts(HouseRulesVersion.objects.get(number=1))[0] == "人の ｜話《はなし》を、そのまま 聞きます。"
    page = desk.get(DRAFT).content.decode()
    assert "人の話を、ゆっくり聞きます。" in page
    assert "人の話を、そのまま聞きます。" in page.partition("いまの約束とのちがい")[2]


def test_the_way_it_looks_is_shown_without_keeping_it(desk: Client) -> None:
    path = DRAFT + "clauses/new/"
    sent = {
        "group": "夜",
        "text": "｜夜《よる》は しずかに します。",
        "look": "on",
        "seen": seen_on(desk.get(path)),
    }
    answer = desk.post(path, sent)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<dd>夜はしずかにします。</dd>" in page
    assert '<rt aria-hidden="true">よる</rt>' in page
    assert "<dd>夜は しずかに します。</dd>" in page
    assert len(_texts(_draft())) == 3


def test_clauses_are_added_moved_and_taken_out(desk: Client) -> None:
    path = DRAFT + "clauses/new/"
    desk.post(path, {"group": "夜", "text": "しずかに します。", "seen": seen_on(desk.get(path))})
    assert [clause.group for clause in clauses_of(_draft())] == ["この場所では"] * 3 + ["夜"]

    desk.post(DRAFT + "clauses/own_pace/place/", {"to": "up", "seen": seen_on(desk.get(DRAFT))})
    assert [clause.key for clause in clauses_of(_draft())][:2] == ["own_pace", "listen"]

    desk.post(DRAFT + "groups/", {"group": "夜", "to": "up", "seen": seen_on(desk.get(DRAFT))})
    assert clauses_of(_draft())[0].group == "夜"

    desk.post(DRAFT + "clauses/listen/removal/", {"seen": seen_on(desk.get(DRAFT))})
    assert "listen" not in [clause.key for clause in clauses_of(_draft())]
    assert [entry.verb for entry in LogEntry.objects.order_by("number")][1:] == ["revise_rules"] * 4


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("text", "", "約束の言葉を書いてください。"),
        ("text", "あ" * 401, "400文字までにしてください。いまは、1文字"),
        ("text", "｜話《はなし を 聞きます。", "ふりがなのしるしが"),
        ("group", "", "見出しを書いてください。"),
        ("group", "み" * 41, "40文字まで"),
    ],
)
def test_a_clause_that_cannot_be_kept_comes_back_with_its_words(
    desk: Client, field: str, typed: str, says: str
) -> None:
    path = DRAFT + "clauses/listen/"
    for extra in ({}, {"look": "on"}):
        answer = desk.post(path, fields_of(desk.get(path), path) | {field: typed} | extra)
        assert answer.status_code == 422
        assert says in answer.content.decode().partition(f'id="{field}-say"')[2][:200]
        assert typed in answer.content.decode()
    assert next_rules() == _draft()


def test_published_now_it_counts_now(desk: Client) -> None:
    answer = desk.post(PUBLISH, {"when": "now", "seen": seen_on(desk.get(DRAFT))})
    assert answer["Location"] == RULES
    assert rules_in_force() == _draft()
    assert _draft().hash
    assert LogEntry.objects.latest("number").verb == "publish_rules"


def test_a_day_and_an_hour_after_midnight_are_understood(clock: time_machine.Traveller, desk: Client) -> None:
    sent = {"when": "later", "day": "12月1日", "time": "２５時", "seen": seen_on(desk.get(DRAFT))}
    desk.post(PUBLISH, sent)
    assert _draft().effective_from == dt.datetime(2026, 12, 1, 16, 0, tzinfo=dt.UTC)
    assert "12月2日（水） 1:00" in desk.get(RULES).content.decode()
    present = rules_in_force()
    assert present is not None
    assert present.number == 1
    clock.move_to(dt.datetime(2026, 12, 1, 16, 0, tzinfo=dt.UTC))
    assert rules_in_force() == _draft()


@pytest.mark.parametrize(
    ("sent", "field", "says"),
    [
        ({"when": "later", "day": "", "time": ""}, "day", "日にちを書いてください。"),
        ({"when": "later", "day": "いつか", "time": ""}, "day", "「12月1日」「2026-12-01」"),
        ({"when": "later", "day": "2026-12-01", "time": "ひる"}, "time", "「13:00」「13時半」「25時」"),
        ({"when": "later", "day": "2026-11-22", "time": "20時"}, "day", "これから1年まで"),
        ({"when": "later", "day": "2030-01-01", "time": ""}, "day", "これから1年まで"),
        ({"when": "soon"}, "when", "どれかひとつを"),
    ],
)
def test_a_time_that_does_not_fit_is_said_under_its_field(
    clock: time_machine.Traveller, desk: Client, sent: dict[str, str], field: str, says: str
) -> None:
    answer = desk.post(PUBLISH, sent | {"seen": seen_on(desk.get(DRAFT))})
    assert answer.status_code == 422
    assert says in answer.content.decode().partition(f'id="{field}-say"')[2][:200]
    assert _draft().effective_from is None


def test_a_planned_version_goes_back_to_being_a_draft_before_its_day(
    clock: time_machine.Traveller, desk: Client
) -> None:
    desk.post(PUBLISH, {"when": "later", "day": "2026-12-01", "seen": seen_on(desk.get(DRAFT))})
    assert desk.get(DRAFT)["Location"] == RULES
    assert desk.post(RULES + "withdrawal/", {"number": "2"})["Location"] == DRAFT
    assert (_draft().effective_from, _draft().hash) == (None, "")
    assert desk.get(DRAFT).status_code == 200


def test_a_version_in_force_is_never_changed_or_taken_back(desk: Client) -> None:
    seen = seen_on(desk.get(DRAFT))
    desk.post(PUBLISH, {"when": "now", "seen": seen})
    before = _texts(_draft())
    desk.post(RULES + "withdrawal/", {"number": "2"})
    for path in ("clauses/listen/removal/", "discard/", "groups/"):
        desk.post(DRAFT + path, {"seen": seen, "to": "up", "group": "この場所では"})
    assert (
        desk.post(DRAFT + "clauses/listen/", {"seen": seen, "group": "あ", "text": "い"}).status_code == 404
    )
    assert _texts(_draft()) == before
    assert rules_in_force() == _draft()


def test_who_was_slower_sees_the_draft_as_it_is(desk: Client) -> None:
    path = DRAFT + "clauses/listen/"
    mine, seen = fields_of(desk.get(path), path), seen_on(desk.get(DRAFT))
    desk.post(path, mine | {"text": "はやいほうの言葉。"})
    answer = desk.post(path, mine | {"text": "おそいほうの言葉。"})
    assert answer.status_code == 409
    assert "はやいほうの言葉。" in answer.content.decode()
    assert "おそいほうの言葉。" in answer.content.decode()
    for action in (DRAFT + "discard/", PUBLISH, DRAFT + "clauses/listen/removal/"):
        assert desk.post(action, {"when": "now", "seen": seen}).status_code == 409
    assert _texts(_draft())[0] == "はやいほうの言葉。"
    assert _draft().effective_from is None


def test_a_draft_is_thrown_away(desk: Client) -> None:
    desk.post(DRAFT + "discard/", {"seen": seen_on(desk.get(DRAFT))})
    assert next_rules() is None
    assert "下書きをつくる" in desk.get(RULES).content.decode()


def test_a_house_without_promises_can_write_its_first(desk: Client) -> None:
    HouseRulesVersion.objects.all().delete()
    desk.post(DRAFT)
    path = DRAFT + "clauses/new/"
    desk.post(path, {"group": "はじめ", "text": "ようこそ。", "seen": seen_on(desk.get(path))})
    desk.post(PUBLISH, {"when": "now", "seen": seen_on(desk.get(DRAFT))})
    version = rules_in_force()
    assert version is not None
    assert _texts(version) == ["ようこそ。"]


def test_promises_without_a_word_are_not_put_in_force(desk: Client) -> None:
    for key in ("listen", "own_pace", "stay_here"):
        desk.post(f"{DRAFT}clauses/{key}/removal/", {"seen": seen_on(desk.get(DRAFT))})
    answer = desk.post(PUBLISH, {"when": "now", "seen": seen_on(desk.get(DRAFT))})
    assert answer.status_code == 422
    assert "まだひとつもありません" in answer.content.decode()
    assert _draft().effective_from is None


def test_under_another_heading_a_clause_stands_last() -> None:
    rows = [Clause("a", "一", "1"), Clause("b", "一", "2"), Clause("c", "二", "3")]
    assert [one.key for one in put(rows, Clause("a", "二", "1"))] == ["b", "c", "a"]
    assert [one.key for one in put(rows, Clause("d", "一", "4"))] == ["a", "b", "d", "c"]
    assert [one.key for one in moved(rows, "b", 1)] == ["a", "b", "c"]
    assert [one.key for one in group_moved(rows, "一", 1)] == ["c", "a", "b"]
    assert group_moved(rows, "二", 1) == moved(rows, "a", -1) == moved(rows, "nobody", 1) == rows


@pytest.mark.parametrize("written", [{"day": "12月1日"}, {"time": "9時"}])
def test_a_day_that_is_written_is_not_passed_over(desk: Client, written: dict[str, str]) -> None:
    answer = desk.post(PUBLISH, {"when": "now", "seen": seen_on(desk.get(DRAFT))} | written)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "「日にちを決める」をえらんでください" in page
    assert f'value="{next(iter(written.values()))}"' in page
    assert _draft().effective_from is None
