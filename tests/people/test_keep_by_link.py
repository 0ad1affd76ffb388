"""Accounts of keepers begin, and come back, by a link that counts once."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from ibasho.lib.errors import Refusal
from ibasho.moderation.models import LogEntry
from ibasho.people.accounts.links import link_path, link_url
from ibasho.people.actions import (
    begin_keeper,
    end_keeper,
    give_role,
    make_first_link,
    make_keeper_link,
    purge_links,
    recover_keeper,
    take_role,
)
from ibasho.people.models import Keeper, KeeperLink, Kind, Person, Role, Session
from ibasho.people.queries import KeeperFacts, keeper_facts
from ibasho.people.queries.keepers import open_link
from tests.conftest import KEEPERS_PASSWORD, EnterAs, KeeperClient
from tests.people.keeping import ACCOUNT, ALL_ROLES, GOOD, facts_now, form_of_link, give_password, text_of

pytestmark = pytest.mark.django_db


def test_the_first_keeper_gets_every_role(house: object, client: Client) -> None:
    token = make_first_link()
    assert token
    answer = client.post(link_path(token), form_of_link())
    assert (answer.status_code, answer["Location"]) == (303, ACCOUNT)
    keeper = Keeper.objects.get()
    assert (keeper.login_name, keeper.duty_name, keeper.person.kind) == ("tsubame", "つばめ", Kind.KEEPER)
    assert {row.role for row in keeper.roles.all()} == ALL_ROLES
    assert make_first_link() is None, "there is a keeper now"


def test_each_start_without_a_keeper_says_another_link_and_ends_the_one_before(house: object) -> None:
    first, second = make_first_link(), make_first_link()
    assert first
    assert second
    assert first != second
    with pytest.raises(Refusal, match="not_found"):
        begin_keeper(first, login_name="a", duty_name="あ", password=GOOD)
    assert begin_keeper(second, login_name="a", duty_name="あ", password=GOOD).roles.count() == 4


def test_a_steward_makes_links_and_nobody_else(steward: KeeperFacts, keeper: KeeperFacts) -> None:
    assert make_keeper_link(steward, roles=[Role.MODERATOR])
    with pytest.raises(Refusal, match="not_found"):
        make_keeper_link(keeper, roles=[Role.MODERATOR])


@pytest.mark.parametrize("roles", [[], ["king"], ["moderator", "king"]])
def test_a_link_has_roles_that_exist(house: object, roles: list[str]) -> None:
    with pytest.raises(Refusal, match="malformed"):
        make_keeper_link(None, roles=roles)


def test_the_table_knows_only_the_hash(house: object) -> None:
    token = make_keeper_link(None, roles=[Role.MODERATOR])
    (row,) = KeeperLink.objects.values()
    assert row["token_hash"] == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(row)
    assert link_url(token) == f"http://localhost:8000/keepers/link/{token}/"


def test_looking_at_a_link_does_not_use_it_up(house: object, client: Client, outsider: Client) -> None:
    path = link_path(make_keeper_link(None, roles=[Role.MODERATOR]))
    for _ in range(2):
        assert outsider.get(path).status_code == 200
        assert outsider.head(path).status_code == 200
    assert client.post(path, form_of_link()).status_code == 303
    assert outsider.get(path).status_code == 404
    assert outsider.post(path, form_of_link(login_name="b", duty_name="い")).status_code == 404
    assert Keeper.objects.count() == 1


def test_a_link_ends_after_a_day(house: object, clock: time_machine.Traveller, outsider: Client) -> None:
    path = link_path(make_keeper_link(None, roles=[Role.MODERATOR]))
    clock.shift(dt.timedelta(hours=24, seconds=-1))
    assert outsider.get(path).status_code == 200
    clock.shift(dt.timedelta(seconds=1))
    assert outsider.get(path).status_code == 404
    purge_links()
    assert not KeeperLink.objects.exists()


def test_two_who_send_the_form_at_once_do_not_both_begin(house: object) -> None:
    token = make_keeper_link(None, roles=[Role.MODERATOR])
    begin_keeper(token, login_name="a", duty_name="あ", password=GOOD)
    with pytest.raises(Refusal, match="not_found"):
        begin_keeper(token, login_name="b", duty_name="い", password=GOOD)


def test_names_are_one_keepers_alone_and_the_link_still_counts(keeper: KeeperFacts, client: Client) -> None:
    path = link_path(make_keeper_link(None, roles=[Role.MODERATOR]))
    for taken in ({"login_name": "ＭＩＤＯＲＩ"}, {"duty_name": "みどり"}):
        answer = client.post(path, form_of_link(**taken))
        assert answer.status_code == 409
        assert "ほかのスタッフが使っています" in text_of(answer)
        assert GOOD not in text_of(answer)
    assert client.post(path, form_of_link()).status_code == 303


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"login_name": " "}, "入るときの名前が入っていないようです"),
        ({"duty_name": "\u200b"}, "見守りの名前が入っていないようです"),
        ({"duty_name": "あ" * 21}, "20文字まで"),
        ({"duty_name": "スタッフの長"}, "役わりの名前は"),
        ({"password_again": "ちがう言葉を ならべてみた"}, "ふたつのパスワードが"),
        ({"password": "みじかい", "password_again": "みじかい"}, "12文字より"),
        ({"password": "あ" * 12, "password_again": "あ" * 12}, "同じ文字が"),
        ({"password": "tsubame-tsubame-", "password_again": "tsubame-tsubame-"}, "名前とちがう言葉"),
        ({"password": "👨‍👩‍👧" * 11, "password_again": "👨‍👩‍👧" * 11}, "12文字より"),
    ],
)
def test_what_will_not_do_is_said_kindly(
    house: object, client: Client, fields: dict[str, str], says: str
) -> None:
    path = link_path(make_keeper_link(None, roles=[Role.MODERATOR]))
    answer = client.post(path, form_of_link(**fields))
    assert 400 <= answer.status_code < 500
    assert says in text_of(answer)
    assert not Keeper.objects.exists()
    assert not Person.objects.filter(kind=Kind.KEEPER).exists()


def test_a_password_is_the_same_in_every_width(house: object, client: Client, outsider: Client) -> None:
    path = link_path(make_keeper_link(None, roles=[Role.MODERATOR]))
    wide = "Ｔｅａ　at　three　o'clock"
    client.post(path, form_of_link(password=wide, password_again=wide))
    answer = give_password(outsider, "TSUBAME", "Tea at three o'clock")
    assert answer["Location"] == ACCOUNT


def test_who_begins_in_a_guests_browser_ends_the_guest(
    house: object, newcomer: Person, client: Client, enter_as: EnterAs
) -> None:
    enter_as(client, newcomer)
    old_key = client.cookies["sessionid"].value
    client.post(link_path(make_keeper_link(None, roles=[Role.MODERATOR])), form_of_link())
    assert client.cookies["sessionid"].value != old_key
    assert not Session.objects.filter(person=newcomer).exists()


def test_a_recovery_gives_a_new_password_and_takes_everything_else(
    keeper: KeeperFacts, keeper_client: KeeperClient, client: Client, outsider: Client
) -> None:
    inside = keeper_client(keeper)
    row = Keeper.objects.get(pk=keeper.keeper_id)
    facts = row.person.facts
    path = link_path(make_keeper_link(None, keeper=row))
    assert "midori" in text_of(client.get(path))
    assert Session.objects.filter(person_id=keeper.person_id).exists()
    answer = client.post(path, {"password": GOOD, "password_again": GOOD})
    assert (answer.status_code, answer["Location"]) == (303, ACCOUNT)
    assert not Authenticator.objects.filter(user_id=keeper.person_id).exists()
    assert keeper_facts(keeper.person_id) is None, "not before there is a second factor again"
    assert inside.get(ACCOUNT).status_code == 404
    assert Session.objects.filter(person_id=keeper.person_id).count() == 1, "the one that just began"
    row.person.refresh_from_db()
    assert row.person.facts > facts, "open lines are looked at again"
    assert "ちがうようです" in text_of(give_password(outsider, "midori", KEEPERS_PASSWORD))
    assert give_password(outsider, "midori", GOOD)["Location"] == ACCOUNT


def test_a_second_link_back_in_ends_the_first(keeper: KeeperFacts, client: Client) -> None:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    first, second = make_keeper_link(None, keeper=row), make_keeper_link(None, keeper=row)
    assert client.get(link_path(first)).status_code == 404
    assert recover_keeper(second, password=GOOD).pk == keeper.keeper_id


def test_a_link_for_somebody_new_is_none_back_in_and_the_other_way_round(keeper: KeeperFacts) -> None:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    with pytest.raises(Refusal, match="not_found"):
        recover_keeper(make_keeper_link(None, roles=[Role.MODERATOR]), password=GOOD)
    with pytest.raises(Refusal, match="not_found"):
        begin_keeper(make_keeper_link(None, keeper=row), login_name="a", duty_name="あ", password=GOOD)


def test_nobody_comes_back_in_after_the_end(steward: KeeperFacts, keeper: KeeperFacts) -> None:
    row = Keeper.objects.get(pk=keeper.keeper_id)
    token = make_keeper_link(steward, keeper=row)
    end_keeper(steward, keeper.keeper_id)
    with pytest.raises(Refusal, match="not_found"):
        recover_keeper(token, password=GOOD)
    row.refresh_from_db()
    with pytest.raises(Refusal, match="not_found"):
        make_keeper_link(steward, keeper=row)


def test_links_end_with_the_key_of_who_made_them(steward: KeeperFacts, keeper: KeeperFacts) -> None:
    give_role(steward, keeper.keeper_id, Role.STEWARD)
    other = facts_now(keeper)
    for lose in (
        lambda: take_role(steward, keeper.keeper_id, Role.STEWARD),
        lambda: recover_keeper(
            make_keeper_link(None, keeper=Keeper.objects.get(pk=keeper.keeper_id)), password=GOOD
        ),
        lambda: end_keeper(steward, keeper.keeper_id),
    ):
        token = make_keeper_link(other, roles=[Role.STEWARD])
        assert open_link(token)
        lose()
        assert open_link(token) is None


def test_who_came_by_a_link_stands_in_the_log(steward: KeeperFacts, keeper: KeeperFacts) -> None:
    token = make_keeper_link(steward, roles=[Role.MODERATOR])
    new = begin_keeper(token, login_name="tsubame", duty_name="つばめ", password=GOOD)
    back = make_keeper_link(None, keeper=Keeper.objects.get(pk=keeper.keeper_id))
    recover_keeper(back, password=GOOD)
    rows = LogEntry.objects.order_by("number").values_list("verb", "actor", "detail__body")
    assert list(rows) == [
        ("begin_keeper", new.pk, f'{{"link_of":{steward.keeper_id}}}'),
        ("return_keeper", keeper.keeper_id, '{"link_of":null}'),
    ]


def test_a_used_link_and_one_nobody_made_are_one_page_with_the_way_to_sign_in(
    house: object, client: Client, outsider: Client
) -> None:
    used = link_path(make_keeper_link(None, roles=[Role.MODERATOR]))
    assert client.post(used, form_of_link()).status_code == 303
    pages = [outsider.get(path) for path in (used, "/keepers/link/nobodys/")]
    assert [page.status_code for page in pages] == [404, 404]
    assert len({page.content for page in pages}) == 1
    assert "このリンクは、いまは使えません" in text_of(pages[0])
    assert 'href="/keepers/sign-in/"' in text_of(pages[0])
    assert outsider.post(used, form_of_link()).content == pages[0].content
