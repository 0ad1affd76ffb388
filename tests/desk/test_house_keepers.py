"""スタッフ: one-time links, roles, and the last steward who stays."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.test import Client

from ibasho.moderation.models import LogDetail, LogEntry
from ibasho.people.models import Keeper, KeeperLink, Role
from ibasho.people.queries import KeeperFacts, keeper_facts
from ibasho.people.queries.keepers import open_link
from tests.conftest import KeeperClient
from tests.desk.house_kit import fields_of

KEEPERS = "/desk/house/keepers/"


@pytest.fixture
def desk(steward: KeeperFacts, keeper_client: KeeperClient) -> Client:
    return keeper_client(steward)


def _path(keeper: KeeperFacts, rest: str = "") -> str:
    return f"{KEEPERS}{keeper.keeper_id}/{rest}"


def _roles(keeper: KeeperFacts) -> set[str]:
    return set(Keeper.objects.get(pk=keeper.keeper_id).roles.values_list("role", flat=True))


def test_the_list_says_who_with_which_role_and_kind_of_key(desk: Client, keeper: KeeperFacts) -> None:
    page = desk.get(KEEPERS).content.decode()
    row = page.partition(">みどり</a>")[2].partition("</tr>")[0]
    assert "見守り役・進行役" in row
    assert "アプリの数字" in row
    assert "JBSWY3DPEHPK3PXP" not in page


def test_a_link_for_somebody_new_is_shown_once(desk: Client, steward: KeeperFacts) -> None:
    answer = desk.post(KEEPERS + "links/", {"roles": ["moderator", "facilitator"]})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    (token,) = re.findall(r"http://testserver/keepers/link/([^/<]+)/", page)
    link = open_link(token)
    assert link is not None
    assert (link.roles, link.made_by_id) == ("moderator facilitator", steward.keeper_id)
    entry = LogEntry.objects.latest("number")
    assert entry.verb == "invite_keeper"
    assert token not in LogDetail.objects.get(entry=entry).body
    assert token not in desk.get(KEEPERS).content.decode()


def test_a_link_needs_a_role(desk: Client) -> None:
    for sent in ({}, {"roles": ["king"]}):
        answer = desk.post(KEEPERS + "links/", sent)
        assert answer.status_code == 422
        assert 'id="roles-say"' in answer.content.decode()
    assert not KeeperLink.objects.exists()


def test_who_lost_the_phone_gets_a_link_back(desk: Client, keeper: KeeperFacts) -> None:
    page = desk.post(_path(keeper, "link/")).content.decode()
    (token,) = re.findall(r"/keepers/link/([^/<]+)/", page)
    link = open_link(token)
    assert link is not None
    assert link.keeper_id == keeper.keeper_id
    assert LogEntry.objects.latest("number").verb == "recover_keeper"


def test_roles_are_given_and_taken(desk: Client, second_keeper: KeeperFacts) -> None:
    desk.post(_path(second_keeper, "roles/"), {"role": "coordinator"})
    assert _roles(second_keeper) == {"moderator", "coordinator"}
    desk.post(_path(second_keeper, "roles/lift/"), {"role": "moderator"})
    assert _roles(second_keeper) == {"coordinator"}
    assert [entry.verb for entry in LogEntry.objects.order_by("number")] == ["give_role", "take_role"]
    assert desk.post(_path(second_keeper, "roles/"), {"role": "king"}).status_code == 400


def test_an_account_ends_when_that_is_meant(desk: Client, second_keeper: KeeperFacts) -> None:
    assert desk.post(_path(second_keeper, "ending/"))["Location"].endswith("?sure=1#end")
    assert keeper_facts(second_keeper.person_id) is not None
    desk.post(_path(second_keeper, "ending/"), {"sure": "on"})
    assert keeper_facts(second_keeper.person_id) is None
    assert "すすき" not in desk.get(KEEPERS).content.decode()
    assert desk.get(_path(second_keeper)).status_code == 404


def test_the_last_steward_stays(desk: Client, steward: KeeperFacts) -> None:
    for rest, sent in (("roles/lift/", {"role": "steward"}), ("ending/", {"sure": "on"})):
        answer = desk.post(_path(steward, rest), sent)
        assert answer.status_code == 409
        assert "先に、ほかの人に" in answer.content.decode()
    assert _roles(steward) == set(Role.values)
    assert not LogEntry.objects.exists()


def test_who_gives_up_the_own_key_is_led_to_the_desk(
    desk: Client, steward: KeeperFacts, second_keeper: KeeperFacts
) -> None:
    desk.post(_path(second_keeper, "roles/"), {"role": "steward"})
    assert desk.post(_path(steward, "roles/lift/"), {"role": "steward"})["Location"] == "/desk/"
    assert desk.get(KEEPERS).status_code == 404


@pytest.mark.parametrize("rest", ["link/", "roles/", "roles/lift/", "ending/"])
def test_acts_ask_who_it_is_when_that_was_a_while_ago(
    clock: time_machine.Traveller,
    steward: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    rest: str,
) -> None:
    desk = keeper_client(steward)
    clock.shift(dt.timedelta(minutes=6))
    answer = desk.post(_path(second_keeper, rest), {"role": "moderator", "sure": "on"})
    assert answer.status_code == 303
    assert answer["Location"].startswith("/keepers/again/?next=%2Fdesk%2Fhouse%2Fkeepers%2F")
    assert _roles(second_keeper) == {"moderator"}
    assert not KeeperLink.objects.exists()
    assert desk.post(KEEPERS + "links/", {"roles": ["moderator"]})["Location"].startswith("/keepers/again/")
    assert not KeeperLink.objects.exists()
    assert desk.get(KEEPERS).status_code == 200


def test_coordinators_do_not_find_the_page(
    desk: Client, second_keeper: KeeperFacts, keeper_client: KeeperClient
) -> None:
    desk.post(_path(second_keeper, "roles/"), {"role": "coordinator"})
    client = keeper_client(second_keeper)
    assert client.get("/desk/house/").status_code == 200
    for path in (KEEPERS, _path(second_keeper), "/desk/house/profile/", "/desk/house/rules/"):
        assert client.get(path).status_code == 404
    assert client.post(_path(second_keeper, "roles/"), {"role": "steward"}).status_code == 404
    assert _roles(second_keeper) == {"moderator", "coordinator"}


def _invite(desk: Client, form_id: str, roles: tuple[str, ...] = ("moderator",)) -> str:
    page = desk.post(KEEPERS + "links/", {"roles": roles, "form_id": form_id}).content.decode()
    (token,) = re.findall(r"/keepers/link/([^/<]+)/", page)
    return str(token)


def test_a_reload_of_the_same_form_ends_the_link_before_and_another_form_does_not(desk: Client) -> None:
    first, again = _invite(desk, "a"), _invite(desk, "a")
    assert (open_link(first), open_link(again) is not None) == (None, True)
    assert fields_of(desk.get(KEEPERS), KEEPERS + "links/")["form_id"]
    other = _invite(desk, "b")
    assert open_link(again) is not None
    assert open_link(other) is not None


def test_open_links_are_listed_without_their_token_and_called_back(desk: Client, keeper: KeeperFacts) -> None:
    token = _invite(desk, "a", ("moderator", "coordinator"))
    desk.post(_path(keeper, "link/"))
    page = desk.get(KEEPERS).content.decode()
    assert token not in page
    for words in (
        "見守り役・調整役",
        "みどりさんがも&#8288;どるリンク",
        "かじかさんがつくりました",
        "まで使えます",
    ):
        assert words in page.partition("まだ使われていないリンク")[2]
    link = KeeperLink.objects.get(keeper=None)
    answer = desk.post(KEEPERS + "links/lift/", {"link": link.pk})
    assert (answer.status_code, answer["Location"]) == (303, KEEPERS + "#links")
    assert open_link(token) is None
    assert LogEntry.objects.latest("number").verb == "end_keeper_link"


def test_a_link_that_is_gone_cannot_be_called_back(desk: Client) -> None:
    for link in ("", "nobodys", "0" * 64):
        answer = desk.post(KEEPERS + "links/lift/", {"link": link})
        assert answer["Location"] == KEEPERS + "#links"
    assert "もう使われたか" in desk.get(KEEPERS).content.decode()


def test_the_roles_chosen_are_still_chosen_after_showing_again_who_it_is(
    clock: time_machine.Traveller, steward: KeeperFacts, keeper_client: KeeperClient
) -> None:
    desk = keeper_client(steward)
    clock.shift(dt.timedelta(minutes=6))
    sent = {"roles": ["moderator", "facilitator", "king"]}
    there = parse_qs(urlsplit(desk.post(KEEPERS + "links/", sent)["Location"]).query)["next"][0]
    assert there == KEEPERS + "?roles=moderator&roles=facilitator#new"
    assert fields_of(desk.get(there), KEEPERS + "links/")["roles"] == ["moderator", "facilitator"]
