"""What a keeper may do is given and taken by a steward, and counts from the next question on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ibasho.lib.errors import Refusal
from ibasho.people import leaving_keepers
from ibasho.people.actions import end_keeper, give_role, take_role
from ibasho.people.models import Keeper, Person, Role, Session
from ibasho.people.queries import KeeperFacts, keeper_facts, keeper_of_session, keepers
from ibasho.people.sessions import hash_key
from tests.conftest import KEEPERS_PASSWORD, KeeperClient
from tests.people.keeping import ACCOUNT, ALL_ROLES, facts_now, give_password, sign_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, set[str]]]:
    """Which roles of whom the other parts heard were taken."""
    endings: list[leaving_keepers.End] = []
    monkeypatch.setattr(leaving_keepers, "_endings", endings)
    heard: list[tuple[int, set[str]]] = []
    leaving_keepers.register(lambda keeper_id, taken: heard.append((keeper_id, set(taken))))
    return heard


def _session_of(client: Client) -> str:
    return hash_key(client.cookies["sessionid"].value)


def test_a_role_is_given_once(steward: KeeperFacts, second_keeper: KeeperFacts) -> None:
    for _ in range(2):
        give_role(steward, second_keeper.keeper_id, Role.COORDINATOR)
    assert facts_now(second_keeper).roles == {"moderator", "coordinator"}
    assert facts_now(second_keeper).has(Role.STEWARD, Role.COORDINATOR)
    assert not facts_now(second_keeper).has(Role.STEWARD)


def test_a_role_taken_counts_at_once_and_open_lines_hear_of_it(
    steward: KeeperFacts, keeper: KeeperFacts, keeper_client: KeeperClient, told: list[tuple[int, set[str]]]
) -> None:
    session = _session_of(keeper_client(keeper))
    before = Person.objects.get(pk=keeper.person_id).facts
    take_role(steward, keeper.keeper_id, Role.FACILITATOR)
    assert Person.objects.get(pk=keeper.person_id).facts > before
    there = keeper_of_session(session)
    assert there is not None
    assert there.roles == {"moderator"}
    assert told == [(keeper.keeper_id, {"facilitator"})]


def test_who_has_no_role_left_is_signed_out(
    steward: KeeperFacts,
    second_keeper: KeeperFacts,
    keeper_client: KeeperClient,
    told: list[tuple[int, set[str]]],
) -> None:
    client = keeper_client(second_keeper)
    session = _session_of(client)
    assert keeper_of_session(session) == second_keeper
    take_role(steward, second_keeper.keeper_id, Role.MODERATOR)
    assert keeper_of_session(session) is None
    assert keeper_facts(second_keeper.person_id) is None
    assert not Session.objects.filter(person_id=second_keeper.person_id).exists()
    assert client.get(ACCOUNT).status_code == 404
    assert told == [(second_keeper.keeper_id, {"moderator"})]


def test_who_comes_back_without_a_role_is_told_so_and_finds_no_desk(
    steward: KeeperFacts, second_keeper: KeeperFacts, client: Client
) -> None:
    take_role(steward, second_keeper.keeper_id, Role.MODERATOR)
    assert sign_in(client, "susuki")["Location"] == ACCOUNT
    assert "役わりがありません" in text_of(client.get(ACCOUNT))
    assert client.get("/desk/").status_code == 404


def test_an_account_that_ends_leaves_only_the_name_on_duty(
    steward: KeeperFacts,
    keeper: KeeperFacts,
    keeper_client: KeeperClient,
    outsider: Client,
    told: list[tuple[int, set[str]]],
) -> None:
    client = keeper_client(keeper)
    end_keeper(steward, keeper.keeper_id)
    row = Keeper.objects.get(pk=keeper.keeper_id)
    assert (row.duty_name, row.login_name, row.person.password) == ("みどり", None, "")
    assert row.ended_on is not None
    assert not row.roles.exists()
    assert not Authenticator.objects.filter(user_id=keeper.person_id).exists()
    assert client.get(ACCOUNT).status_code == 404
    assert "ちがうようです" in text_of(give_password(outsider, "midori", KEEPERS_PASSWORD))
    assert keeper.keeper_id not in keepers().values_list("pk", flat=True)
    assert told == [(keeper.keeper_id, set(ALL_ROLES))]


def test_the_house_keeps_a_steward(steward: KeeperFacts, keeper: KeeperFacts) -> None:
    with pytest.raises(Refusal, match="asked"):
        take_role(steward, steward.keeper_id, Role.STEWARD)
    with pytest.raises(Refusal, match="asked"):
        end_keeper(steward, steward.keeper_id)
    assert facts_now(steward) == steward
    give_role(steward, keeper.keeper_id, Role.STEWARD)
    end_keeper(facts_now(keeper), steward.keeper_id)
    with pytest.raises(Refusal, match="asked"):
        take_role(facts_now(keeper), keeper.keeper_id, Role.STEWARD)


def test_only_a_steward_gives_takes_and_ends(
    keeper: KeeperFacts, second_keeper: KeeperFacts, steward: KeeperFacts
) -> None:
    with pytest.raises(Refusal, match="not_found"):
        give_role(keeper, keeper.keeper_id, Role.STEWARD)
    with pytest.raises(Refusal, match="not_found"):
        take_role(keeper, second_keeper.keeper_id, Role.MODERATOR)
    with pytest.raises(Refusal, match="not_found"):
        end_keeper(keeper, second_keeper.keeper_id)
    with pytest.raises(Refusal, match="not_found"):
        give_role(steward, 4711, Role.MODERATOR)
    with pytest.raises(Refusal, match="malformed"):
        give_role(steward, keeper.keeper_id, "king")


def test_numbers_of_nobody_and_roles_that_are_none_change_nothing(
    steward: KeeperFacts, keeper: KeeperFacts
) -> None:
    for nobody in (0, 999_999, 9**30):
        with pytest.raises(Refusal, match="not_found"):
            end_keeper(steward, nobody)
        with pytest.raises(Refusal, match="not_found"):
            take_role(steward, nobody, Role.MODERATOR)
    with pytest.raises(Refusal, match="malformed"):
        take_role(steward, keeper.keeper_id, "king")


@pytest.mark.parametrize(
    "change",
    [
        lambda steward, other: give_role(steward, other, Role.COORDINATOR),
        lambda steward, other: take_role(steward, other, Role.FACILITATOR),
        lambda steward, other: end_keeper(steward, other),
    ],
)
def test_the_number_of_facts_is_taken_before_any_keeper_is_locked(
    steward: KeeperFacts, keeper: KeeperFacts, change: Callable[[KeeperFacts, int], None]
) -> None:
    with CaptureQueriesContext(connection) as queries:
        change(steward, keeper.keeper_id)
    said = [query["sql"] for query in queries]
    number = next(place for place, sql in enumerate(said) if 'UPDATE "people_factsclock"' in sql)
    stewards = next(place for place, sql in enumerate(said) if _locks_stewards(sql))
    assert number < stewards


def _locks_stewards(sql: str) -> bool:
    return sql.startswith("SELECT") and 'FROM "people_keeperrole" WHERE "people_keeperrole"."role" = ' in sql
