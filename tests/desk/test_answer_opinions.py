"""意見箱 at the desk: for the coordinator, covered, answered in other words than the writer's."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from ibasho.desk.queries import alerts_for, desk_now
from ibasho.lib.paging import A_PAGE
from ibasho.moderation.actions import leave_opinion
from ibasho.moderation.models import OpinionPost
from ibasho.people.models import Role
from ibasho.people.queries import KeeperFacts
from tests.conftest import KeeperClient, new_keeper
from tests.desk.conftest import page_of

pytestmark = pytest.mark.django_db
PATH = "/desk/opinions/"


@pytest.fixture
def coordinator(steward: KeeperFacts) -> KeeperFacts:
    return new_keeper("つきみ", "tsukimi", Role.COORDINATOR)


@pytest.fixture
def desk(coordinator: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(coordinator)


def left(text: str = "お茶が、ぬるいです。") -> OpinionPost:
    return leave_opinion(text, request_id=uuid4())[0]


def test_an_opinion_waits_on_the_desk_until_it_is_answered(desk: Client) -> None:
    post = left()
    assert "意見箱に、返事を待っている意見があります（1件）" in page_of(desk, "/desk/")
    page = page_of(desk, f"{PATH}{post.pk}/")
    assert page.count("お茶が、ぬるいです。") == 1  # covered, and in no field
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    form = {"seen": seen[1], "answer": "ポットをかえました。", "is_shown": "on", "question": ""}
    without = desk.post(f"{PATH}{post.pk}/", form)
    assert without.status_code == 422
    assert "ポットをかえました。" in without.content.decode()
    assert desk.post(f"{PATH}{post.pk}/", form | {"question": "お茶のこと。"})["Location"] == PATH
    assert "意見箱に、返事を待っている" not in page_of(desk, "/desk/")
    assert "お茶のこと。" in Client().get("/about/opinions/").content.decode()


def test_words_about_dying_are_for_the_coordinator_at_once(
    desk: Client, coordinator: KeeperFacts, keeper: KeeperFacts
) -> None:
    post = left("もう、死にたいです。")
    assert [alert.level for alert in alerts_for(coordinator, desk_now())] == ["life"]
    assert alerts_for(keeper, desk_now()) == []
    before = desk_now().version
    desk.post(f"{PATH}{post.pk}/read/")
    assert alerts_for(coordinator, desk_now()) == []
    assert desk_now().version != before
    assert f'action="{PATH}{post.pk}/read/lift/"' in page_of(desk, PATH)


def test_both_lists_go_on_page_by_page(desk: Client) -> None:
    posts = [left(f"意見{number}番です。") for number in range(2 * A_PAGE + 2)]
    for post in posts[: A_PAGE + 1]:
        desk.post(f"{PATH}{post.pk}/read/")
    pages = [page_of(desk, PATH), page_of(desk, f"{PATH}?waiting=2"), page_of(desk, f"{PATH}?decided=2")]
    counts = [
        (page.count("返事なしで、読みました"), page.count("まだ読んでいないにも&#8288;どす"))
        for page in pages
    ]
    assert counts == [(A_PAGE, A_PAGE), (1, A_PAGE), (A_PAGE, 1)]
    assert ['href="?waiting=2"' in pages[0], 'href="?decided=2"' in pages[0]] == [True, True]


def test_nobody_else_reads_it(steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient) -> None:
    post = left()
    for one in (new_keeper("かもめ", "kamome", Role.STEWARD), keeper):
        client = keeper_client(one)
        assert client.get(PATH).status_code == 404
        assert client.get(f"{PATH}{post.pk}/").status_code == 404
        assert "意見箱" not in page_of(client, "/desk/")


def test_one_list_goes_on_while_the_other_stays_where_it_is(desk: Client) -> None:
    posts = [left(f"意見{number}番です。") for number in range(4 * A_PAGE + 2)]
    for post in posts[: 2 * A_PAGE + 1]:
        desk.post(f"{PATH}{post.pk}/read/")
    page = page_of(desk, f"{PATH}?decided=2&waiting=2")
    assert re.findall(r'href="\?([^"]+)"', page) == [
        "decided=2&amp;waiting=3",
        "decided=2&amp;waiting=1",
        "waiting=2&amp;decided=3",
        "waiting=2&amp;decided=1",
    ]
    assert (
        re.findall(r'href="\?([^"]+)"', page_of(desk, f"{PATH}?decided=2&waiting=1"))[0]
        == "decided=2&amp;waiting=2"
    )
